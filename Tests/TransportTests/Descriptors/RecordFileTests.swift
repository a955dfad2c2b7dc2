// Files of records that outlive who writes them: what is whole counts, and nothing else.

import Glibc
import Testing
import Transport

struct RecordFileTests {
  private let records: [(kind: UInt32, pieces: [[UInt8]])] = [
    (1, [[1, 2, 3], [], [4]]), (7, []), (.max, [(0..<300).map { UInt8(truncatingIfNeeded: $0) }]), (2, [[0]]),
  ]

  private func write(_ descriptor: Descriptor, generation: UInt64 = 5) throws -> RecordFile {
    var file = RecordFile(descriptor)
    try file.begin(generation: generation)
    for record in records { try file.append(kind: record.kind, record.pieces) }
    return file
  }

  /// What whoever comes later finds.
  private func read(_ descriptor: Descriptor) throws -> (file: RecordFile, found: [RecordFile.Record]) {
    var file = RecordFile(descriptor)
    var found: [RecordFile.Record] = []
    try file.forEach(failing: { $0 }, { (record) throws(TransportError) in found.append(record) })
    return (file, found)
  }

  private func isStart(_ found: [RecordFile.Record], _ count: Int) -> Bool {
    found.map(\.kind) == records.prefix(count).map(\.kind)
      && found.map(\.payload) == records.prefix(count).map { Array($0.pieces.joined()) }
  }

  private func bytes(_ descriptor: Descriptor) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor.number, 0, SEEK_END)))
    #expect(pread(descriptor.number, &bytes, bytes.count, 0) == bytes.count)
    return bytes
  }

  private func file(_ bytes: [UInt8]) throws -> Descriptor {
    let descriptor = try RecordFile.makeDescriptor()
    #expect(pwrite(descriptor.number, bytes, bytes.count, 0) == bytes.count)
    return descriptor
  }

  /// Bytes of the file behind its header, and behind each record.
  private var ends: [Int] {
    records.reduce(into: [24]) { $0.append($0[$0.count - 1] + 24 + $1.pieces.reduce(0) { $0 + $1.count }) }
  }

  @Test func whatIsWrittenIsRead() throws {
    let descriptor = try RecordFile.makeDescriptor()
    #expect(try RecordFile(descriptor).generation() == nil)
    let written = try write(descriptor)
    #expect(try RecordFile(descriptor).generation() == 5)
    let (file, found) = try read(descriptor)
    #expect(isStart(found, records.count))
    #expect(file.length == written.length && file.length == ends.last)
  }

  @Test func aFileCutAnywhereHasItsWholeRecords() throws {
    let descriptor = try RecordFile.makeDescriptor()
    _ = try write(descriptor)
    let whole = bytes(descriptor)
    for length in 0...whole.count {
      let part = try file(Array(whole[..<length]))
      #expect(try RecordFile(part).generation() == (length < 24 ? nil : 5))
      if length < 24 { continue }
      let (rest, found) = try read(part)
      let count = ends.filter { $0 <= length }.count - 1
      #expect(isStart(found, count), "cut at \(length)")
      #expect(rest.length == ends[count])
    }
  }

  @Test func aFlippedBitEndsTheFile() throws {
    let descriptor = try RecordFile.makeDescriptor()
    _ = try write(descriptor)
    let whole = bytes(descriptor)
    for bit in 0..<whole.count * 8 {
      var wrong = whole
      wrong[bit / 8] ^= 1 << UInt8(bit % 8)
      let part = try file(wrong)
      // The last four bytes of either header say nothing.
      if bit / 8 < 24 {
        #expect(try RecordFile(part).generation() == (bit / 8 < 20 ? nil : 5), "bit \(bit)")
      } else {
        let index = (ends.firstIndex { $0 > bit / 8 } ?? 0) - 1
        let isPadding = (20..<24).contains(bit / 8 - ends[index])
        #expect(isStart(try read(part).found, isPadding ? records.count : index), "bit \(bit)")
      }
    }
  }

  @Test func beginningAnewLeavesNothing() throws {
    let descriptor = try RecordFile.makeDescriptor()
    var file = try write(descriptor)
    try file.begin(generation: .max)
    #expect(try file.generation() == .max && file.length == 24)
    #expect(bytes(descriptor).count == 24)
    #expect(try read(descriptor).found.isEmpty)
  }

  @Test func whoComesLaterGoesOnBehindWhatIsWhole() throws {
    let descriptor = try RecordFile.makeDescriptor()
    _ = try write(descriptor)
    // The last but one was being written: what is put in its place is shorter.
    #expect(ftruncate(descriptor.number, off_t(ends[3] - 1)) == 0)
    var (file, found) = try read(descriptor)
    #expect(found.count == 2)
    try file.append(kind: 9, [[42]])
    try file.append(kind: 10, [])
    found = try read(descriptor).found
    #expect(found.map(\.kind) == [1, 7, 9, 10] && found[2].payload == [42])
  }

  @Test func aFailureOfWhoReadsEndsTheReading() throws {
    struct Enough: Error, Equatable {}
    let descriptor = try RecordFile.makeDescriptor()
    _ = try write(descriptor)
    var file = RecordFile(descriptor)
    var count = 0
    func take(_ record: RecordFile.Record) throws(Enough) {
      count += 1
      if count == 2 { throw Enough() }
    }
    #expect(throws: Enough()) { try file.forEach(failing: { _ in Enough() }, take) }
    #expect(count == 2)
  }

  @Test func aDescriptorThatCannotBeUsedIsReported() throws {
    let (read, _) = try Descriptor.pipe()
    var file = RecordFile(read)
    #expect(throws: TransportError.self) { try file.generation() }
    #expect(throws: TransportError.self) { try file.begin(generation: 1) }
    #expect(throws: TransportError.self) { try file.append(kind: 1, []) }
    #expect(throws: TransportError.self) { _ = try self.read(read) }
  }
}
