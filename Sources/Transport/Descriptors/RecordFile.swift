// A file of records that outlives who writes it: what one process must be able to leave behind for the next, checked
// when it is read. In memory as a rule (`memfd`), so that nothing is left when the run is over.
//
// Layout: header (magic "PJNL", version, generation, CRC), then records: kind, length, CRC of the payload, CRC of these
// three, payload. A record that is not whole, and all behind it, count as not written.

import CLinux
import Glibc

/// An append-only file of records.
package struct RecordFile: Sendable {
  /// One record as it is read.
  package struct Record: Sendable {
    package var kind: UInt32
    package var payload: [UInt8]
  }

  private static let magic: UInt32 = 0x4C4E_4A50
  private static let version: UInt32 = 1
  private static let headerSize = 24
  private static let recordHeaderSize = 24

  private let descriptor: Descriptor
  /// Bytes that are written and whole.
  package private(set) var length = 0

  /// - Parameter descriptor: an open file that can be read and written, and that nobody else writes.
  package init(_ descriptor: Descriptor) { self.descriptor = descriptor }

  /// Makes an empty file in memory.
  package static func makeDescriptor() throws(TransportError) -> Descriptor {
    let number = clinux_memory_file("pipe")
    guard number >= 0 else { throw .last("memfd_create") }
    return Descriptor(owning: number)
  }

  /// Throws away what is there and begins anew.
  package mutating func begin(generation: UInt64) throws(TransportError) {
    try clear()
    var header = Self.bytes(Self.magic) + Self.bytes(Self.version) + Self.bytes(generation)
    header += Self.bytes(Checksum.of(header.span)) + [0, 0, 0, 0]
    try write([header])
  }

  /// Appends a record, given as byte strings one after another.
  package mutating func append(kind: UInt32, _ pieces: [[UInt8]]) throws(TransportError) {
    var checksum = Checksum()
    for piece in pieces { checksum.update(piece.span) }
    let count = pieces.reduce(0) { $0 + $1.count }
    var header = Self.bytes(kind) + Self.bytes(checksum.value) + Self.bytes(UInt64(count))
    header += Self.bytes(Checksum.of(header.span)) + [0, 0, 0, 0]
    try write([header] + pieces)
  }

  /// Throws away what is there.
  package mutating func clear() throws(TransportError) {
    guard ftruncate(descriptor.number, 0) == 0 else { throw .last("ftruncate") }
    length = 0
  }

  /// The generation of the file, or nil if it is none.
  package func generation() throws(TransportError) -> UInt64? {
    let header = try read(at: 0, count: Self.headerSize)
    guard header.count == Self.headerSize, Self.integer(UInt32.self, header, at: 0) == Self.magic,
      Self.integer(UInt32.self, header, at: 4) == Self.version,
      Self.integer(UInt32.self, header, at: 16) == Checksum.of(header.span.extracting(0..<16))
    else { return nil }
    return Self.integer(UInt64.self, header, at: 8)
  }

  /// Forgets what lies behind the whole records that `forEach` has read.
  package func cut() throws(TransportError) {
    guard ftruncate(descriptor.number, off_t(length)) == 0 else { throw .last("ftruncate") }
  }

  /// Waits until everything is on the disk.
  package func synchronize() throws(TransportError) { try descriptor.synchronize() }

  /// Reads the whole records in the order in which they were written, and goes on behind them.
  ///
  /// - Parameter most: how many are read at most.
  package mutating func forEach<Failure: Error>(
    most: Int = .max, failing map: (TransportError) -> Failure, _ body: (Record) throws(Failure) -> Void
  ) throws(Failure) {
    length = Self.headerSize
    for _ in 0..<most {
      let record: Record?
      do throws(TransportError) { record = try self.record(at: length) } catch { throw map(error) }
      guard let record else { return }
      length += Self.recordHeaderSize + record.payload.count
      try body(record)
    }
  }

  private func record(at offset: Int) throws(TransportError) -> Record? {
    let header = try read(at: offset, count: Self.recordHeaderSize)
    guard header.count == Self.recordHeaderSize,
      Self.integer(UInt32.self, header, at: 16) == Checksum.of(header.span.extracting(0..<16))
    else { return nil }
    // The sum is right, so this is a length that was written; a file that is shorter has lost its end.
    let count = Int(truncatingIfNeeded: Self.integer(UInt64.self, header, at: 8))
    guard count >= 0, count <= size - offset - Self.recordHeaderSize else { return nil }
    let payload = try read(at: offset + Self.recordHeaderSize, count: count)
    guard payload.count == count, Checksum.of(payload.span) == Self.integer(UInt32.self, header, at: 4) else {
      return nil
    }
    return Record(kind: Self.integer(UInt32.self, header, at: 0), payload: payload)
  }

  private var size: Int {
    var status = stat()
    return fstat(descriptor.number, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Up to `count` bytes from an offset on; fewer only where the file ends.
  private func read(at offset: Int, count: Int) throws(TransportError) -> [UInt8] {
    var failure: TransportError?
    let bytes = [UInt8](unsafeUninitializedCapacity: max(1, count)) { buffer, filled in
      while filled < count {
        // `rebasing` checks that the rest lies within the buffer.
        let rest = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[filled..<count]))
        let got = pread(descriptor.number, rest.baseAddress, rest.count, off_t(offset + filled))
        if got > 0 {
          filled += got
        } else if got == 0 {
          return
        } else if errno != EINTR {
          failure = .last("pread")
          return
        }
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes byte strings behind what is there.
  private mutating func write(_ pieces: [[UInt8]]) throws(TransportError) {
    var offset = length
    for piece in pieces {
      var written = 0
      while written < piece.count {
        let put = piece.withUnsafeBytes { bytes in
          // `rebasing` checks that the rest lies within the piece.
          let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
          return pwrite(descriptor.number, rest.baseAddress, rest.count, off_t(offset + written))
        }
        if put >= 0 {
          written += put
        } else if errno != EINTR {
          throw .last("pwrite")
        }
      }
      offset += piece.count
    }
    length = offset
  }

  private static func bytes<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    (0..<MemoryLayout<Integer>.size).map { UInt8(truncatingIfNeeded: value >> Integer(8 * $0)) }
  }

  private static func integer<Integer: FixedWidthInteger>(
    _ type: Integer.Type, _ bytes: [UInt8], at offset: Int
  ) -> Integer {
    var value = Integer.zero
    for index in 0..<MemoryLayout<Integer>.size {
      value |= Integer(truncatingIfNeeded: bytes[offset + index]) << Integer(8 * index)
    }
    return value
  }
}
