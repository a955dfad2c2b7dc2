// Inputs that are made of bytes: files without a name, and pipes that a thread writes into piece by piece.

import Execution
import Glibc
import Transport

/// A file that is gone when the last descriptor is closed.
struct ScratchFile {
  let descriptor: Descriptor

  init(_ bytes: [UInt8]) {
    var path = Array("/tmp/pipe-execution-tests-XXXXXX".utf8CString)
    let number = mkstemp(&path)
    precondition(number >= 0, "no temporary file")
    unlink(path)
    descriptor = Descriptor(owning: number)
    append(bytes)
  }

  func append(_ bytes: [UInt8]) {
    var done = lseek(descriptor.number, 0, SEEK_END)
    for start in stride(from: 0, to: bytes.count, by: 1 << 16) {
      let part = Array(bytes[start..<min(bytes.count, start + 1 << 16)])
      let count = pwrite(descriptor.number, part, part.count, done)
      precondition(count == part.count, "short write")
      done += off_t(count)
    }
    lseek(descriptor.number, 0, SEEK_SET)
  }

  func overwrite(_ bytes: [UInt8], at offset: Int) {
    precondition(pwrite(descriptor.number, bytes, bytes.count, off_t(offset)) == bytes.count)
  }

  /// Sets the time of last modification: writing does so too, but twice within one tick of the clock shows nothing.
  func touch(seconds: Int) {
    let time = timespec(tv_sec: seconds, tv_nsec: 0)
    precondition(futimens(descriptor.number, [time, time]) == 0)
  }

  func truncate(to size: Int) { precondition(ftruncate(descriptor.number, off_t(size)) == 0) }

  func seek(to offset: Int) { lseek(descriptor.number, off_t(offset), SEEK_SET) }

  /// The file as an input; its facts are those of this moment.
  func input(named name: String = "input.csv") throws -> InputFile {
    InputFile(facts: try InputFacts(name: name, descriptor: descriptor.number), descriptor: descriptor)
  }
}

enum TestInput {
  static func file(_ bytes: [UInt8], named name: String = "input.csv") throws -> InputFile {
    try ScratchFile(bytes).input(named: name)
  }

  /// A pipe with these bytes in it, written at most `step` bytes at a time.
  static func stream(_ bytes: [UInt8], named name: String = "stream", step: Int = 1 << 16) throws -> InputFile {
    ProcessSelf.ignoreBrokenPipes()
    let (read, write) = try Descriptor.pipe()
    _ = try WorkerThread.start(name: "test writer") {
      var start = 0
      while start < bytes.count {
        let part = Array(bytes[start..<min(bytes.count, start + step)])
        let count = Glibc.write(write.number, part, part.count)
        if count <= 0 { break }
        start += count
      }
      write.close()
    }
    return InputFile(facts: try InputFacts(name: name, descriptor: read.number), descriptor: read)
  }
}
