// Streams that become files: whatever they come through, every byte is there, and no name.

import Glibc
import Testing
import Transport

struct UnnamedFileTests {
  private static let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }

  private func contents(_ file: Descriptor) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(lseek(file.number, 0, SEEK_END)))
    #expect(pread(file.number, &bytes, bytes.count, 0) == bytes.count)
    return bytes
  }

  /// Copies what a thread writes, in parts.
  private func copy(through ends: (read: Descriptor, write: Descriptor)) throws -> [UInt8] {
    let file = try UnnamedFile.make(in: "/tmp")
    let bytes = Self.bytes
    let writer = try WorkerThread.start(name: "test writer") {
      var start = 0
      while start < bytes.count {
        let part = Array(bytes[start..<min(bytes.count, start + 99_991)])
        let count = write(ends.write.number, part, part.count)
        if count <= 0 { break }
        start += count
        if start % 7 == 0 { usleep(1000) }
      }
      ends.write.close()
    }
    var copy = StreamCopy(from: ends.read, to: file)
    try copy.run()
    writer.join()
    return contents(try UnnamedFile.reopened(file))
  }

  @Test func aPipe() throws { #expect(try copy(through: try Descriptor.pipe()) == Self.bytes) }

  @Test func aPipeThatDoesNotWait() throws {
    let ends = try Descriptor.pipe()
    #expect(fcntl(ends.read.number, F_SETFL, O_NONBLOCK) == 0)
    #expect(try copy(through: ends) == Self.bytes)
  }

  /// The kernel moves nothing from a socket to a file by itself.
  @Test func aSocket() throws {
    let (one, other) = try Descriptor.streamPair()
    #expect(try copy(through: (one, other)) == Self.bytes)
  }

  @Test func nobodyCanWriteToWhatIsReopened() throws {
    let file = try UnnamedFile.make(in: "/tmp")
    let readable = try UnnamedFile.reopened(file)
    #expect(fcntl(readable.number, F_GETFL) & O_ACCMODE == O_RDONLY)
    var status = stat()
    #expect(fstat(readable.number, &status) == 0 && status.st_nlink == 0)
  }

  @Test func theSideThatFailsIsNamed() throws {
    let ends = try Descriptor.pipe()
    #expect(write(ends.write.number, [1, 2, 3], 3) == 3)
    ends.write.close()
    let full = Descriptor(owning: open("/dev/full", O_WRONLY | O_CLOEXEC))
    var copy = StreamCopy(from: ends.read, to: full)
    #expect(throws: StreamCopy.Failure.writing(TransportError(call: "write", errno: ENOSPC))) { try copy.run() }
    let folder = try Descriptor.openForReading("/tmp")
    var unreadable = StreamCopy(from: folder, to: full)
    #expect(throws: StreamCopy.Failure.reading(TransportError(call: "read", errno: EISDIR))) { try unreadable.run() }
    #expect(throws: TransportError.self) { try UnnamedFile.make(in: "/no/such/folder") }
  }
}
