// Descriptors: closed once, close-on-exec from birth.

import Glibc
import Testing
import Transport

struct DescriptorTests {
  private func isCloseOnExec(_ descriptor: Descriptor) -> Bool {
    fcntl(descriptor.number, F_GETFD) & FD_CLOEXEC != 0
  }

  @Test func allAreCloseOnExec() throws {
    let (read, write) = try Descriptor.pipe()
    let (first, second) = try Descriptor.socketPair()
    let file = try Descriptor.openForReading("/dev/null")
    let copy = try read.duplicate()
    for descriptor in [read, write, first, second, file, copy] { #expect(isCloseOnExec(descriptor)) }
  }

  @Test func closesWithTheLastReference() throws {
    let (read, write) = try Descriptor.pipe()
    var writer: Descriptor? = try write.duplicate()
    write.close()
    #expect(try Readiness.waitReadable([read.number], nanoseconds: 0) == [false])
    withExtendedLifetime(writer) {}
    writer = nil
    #expect(try Readiness.waitReadable([read.number]) == [true])
  }

  @Test func closesOnce() throws {
    let (read, write) = try Descriptor.pipe()
    #expect(read.isOpen && read.number >= 0)
    read.close()
    read.close()
    #expect(!read.isOpen && read.number == -1)
    #expect(throws: TransportError(call: "fcntl F_DUPFD_CLOEXEC", errno: EBADF)) { try read.duplicate() }
    let number = write.release()
    #expect(number >= 0 && !write.isOpen)
    #expect(Glibc.close(number) == 0)
  }

  @Test func resizesPipesButNothingElse() throws {
    let (read, write) = try Descriptor.pipe()
    #expect(write.setPipeSize(4096) == 4096)
    #expect(read.setPipeSize(5000) == 8192)
    #expect(try Descriptor.openForReading("/dev/null").setPipeSize(4096) == nil)
  }

  @Test func waitsForFilesAndFolders() throws {
    let folder = try Descriptor.openForReading("/tmp")
    try folder.synchronizeFolder()
    // Where there is no disk there is nothing to wait for.
    let pipe = try Descriptor.pipe().read
    try pipe.synchronize()
    try pipe.synchronizeFolder()
    pipe.close()
    #expect(throws: TransportError(call: "fdatasync", errno: EBADF)) { try pipe.synchronize() }
    #expect(throws: TransportError(call: "fsync", errno: EBADF)) { try pipe.synchronizeFolder() }
  }

  @Test func saysWhatItCouldNotOpen() {
    #expect(throws: TransportError(call: "open /no/such/file", errno: ENOENT)) {
      try Descriptor.openForReading("/no/such/file")
    }
    #expect(
      "\(TransportError(call: "open /no/such/file", errno: ENOENT))" == "open /no/such/file: No such file or directory")
  }
}
