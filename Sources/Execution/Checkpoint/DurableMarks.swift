// How many bytes of the outputs are there for certain when a run goes on after everything was killed: all that their
// files hold while the machine was up, and what was put on the disk before if it was not.
//
// Layout: two slots of 512 bytes, written in turn, so that one is whole at any time: length and CRC of what follows, then
// sequence, boot, counts.

import CSV
import Glibc
import Query
import Transport

/// What was on the disk at one moment.
package struct DurableMark: Equatable, Sendable {
  /// Which mark this is: the newest is the one that counts.
  package var sequence: UInt64
  /// Since when the machine was up; empty where the lengths of files cannot be trusted.
  package var boot: String
  /// Bytes of each output that are on the disk.
  package var written: OutputCounts

  package init(sequence: UInt64, boot: String, written: OutputCounts) {
    self.sequence = sequence
    self.boot = boot
    self.written = written
  }

  /// The bytes of each output that can be trusted.
  ///
  /// - Parameters:
  ///   - lengths: of their files.
  ///   - mark: the last one, if there is any.
  ///   - boot: since when the machine is up now; empty if unknown.
  package static func trusted(lengths: OutputCounts, mark: DurableMark?, boot: String) -> OutputCounts {
    guard let mark else { return OutputCounts() }
    // What was written to a file is still there as long as the kernel is.
    if !boot.isEmpty, mark.boot == boot { return lengths }
    return lengths.limited(to: mark.written)
  }

  /// A text that is another after every start of the machine; empty if there is none.
  package static var currentBoot: String {
    guard let file = try? Descriptor.openForReading("/proc/sys/kernel/random/boot_id") else { return "" }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(file.number, &bytes, bytes.count)
    return count > 0 ? String(decoding: bytes[..<count].filter { $0 > UInt8(ascii: " ") }, as: UTF8.self) : ""
  }
}

/// The file of marks.
package struct DurableMarks: Sendable {
  private static let slotSize = 512
  private let descriptor: Descriptor

  /// - Parameter descriptor: an open file that can be read; to be written by one process only.
  package init(_ descriptor: Descriptor) { self.descriptor = descriptor }

  /// The newest mark that is whole, or nil.
  package func latest() throws(TransportError) -> DurableMark? {
    var bytes = [UInt8](repeating: 0, count: 2 * Self.slotSize)
    var count: Int
    repeat { count = pread(descriptor.number, &bytes, bytes.count, 0) } while count < 0 && errno == EINTR
    guard count >= 0 else { throw TransportError(call: "pread", errno: errno) }
    let marks = [0, Self.slotSize].compactMap { Self.mark(Array(bytes[$0..<$0 + Self.slotSize])) }
    return marks.max { $0.sequence < $1.sequence }
  }

  /// Puts a mark on the disk, in the place of the one before the last.
  package func put(_ mark: DurableMark) throws(TransportError) {
    var content = ByteWriter()
    content.write(mark.sequence)
    content.write(mark.boot)
    mark.written.encode(into: &content)
    precondition(content.bytes.count <= Self.slotSize - 8, "a mark is longer than its slot")
    var slot = ByteWriter()
    slot.write(UInt32(content.bytes.count))
    slot.write(Checksum.of(content.bytes.span))
    slot.write(bytes: content.bytes.span)
    let bytes = slot.bytes + Array(repeating: 0, count: Self.slotSize - slot.bytes.count)
    let offset = Int(mark.sequence % 2) * Self.slotSize
    var count: Int
    // A slot is whole or not: what was written by half is written again.
    repeat { count = pwrite(descriptor.number, bytes, bytes.count, off_t(offset)) } while count < 0 && errno == EINTR
    guard count == bytes.count else { throw TransportError(call: "pwrite", errno: count < 0 ? errno : ENOSPC) }
    try descriptor.synchronize()
  }

  private static func mark(_ slot: [UInt8]) -> DurableMark? {
    var head = ByteReader(slot)
    guard let length: UInt32 = try? head.read(), let checksum: UInt32 = try? head.read(),
      let content = try? head.readBytes(Int(length)), Checksum.of(content.span) == checksum
    else { return nil }
    var reader = ByteReader(content)
    guard let sequence: UInt64 = try? reader.read(), let boot = try? reader.readString(),
      let written = try? OutputCounts(from: &reader)
    else { return nil }
    return DurableMark(sequence: sequence, boot: boot, written: written)
  }
}
