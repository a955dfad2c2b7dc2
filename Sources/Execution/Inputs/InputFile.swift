// An opened input: its name, its descriptor and the facts that were true when it was opened. The process that the user
// started opens all inputs; the reader gets the descriptors, and parsers that are handed ranges get those of files.

import CSV
import Glibc
import Transport

/// The facts about an opened input that must stay true during the run.
package struct InputFacts: Equatable, Sendable {
  /// The name to use in messages.
  package var name: String
  /// Whether it can be read by offset.
  package var isRegular: Bool
  /// Size in bytes from `base` on; 0 for streams.
  package var size: Int
  /// Offset in the file at which the input starts (a shell may hand over a descriptor that was read from).
  package var base: Int
  package var inode: UInt64
  package var device: UInt64
  /// Time of the last modification, in nanoseconds.
  package var modified: Int64

  package func encode(into writer: inout ByteWriter) {
    writer.write(name)
    writer.write(isRegular)
    writer.write(size)
    writer.write(base)
    writer.write(inode)
    writer.write(device)
    writer.write(modified)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    name = try reader.readString()
    isRegular = try reader.readBool()
    size = try reader.readInt()
    base = try reader.readInt()
    inode = try reader.read()
    device = try reader.read()
    modified = try reader.read()
  }

  /// The facts about an open descriptor.
  package init(name: String, descriptor: Int32) throws(RunFailure) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw RunFailure(.input, "\(name): \(String(cString: strerror(errno)))")
    }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR {
      throw RunFailure(.input, "\(name): is a directory", remedy: "name the files in it: \(name)/*.csv")
    }
    self.name = name
    isRegular = kind == S_IFREG
    base = isRegular ? max(0, lseek(descriptor, 0, SEEK_CUR)) : 0
    size = isRegular ? max(0, Int(status.st_size) - base) : 0
    inode = UInt64(status.st_ino)
    device = UInt64(status.st_dev)
    modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
  }
}

extension InputFacts {
  /// The failure of a file that cannot be read at a byte that it had when it was opened; `errno` is 0 if it ends there.
  func unreadable(at offset: Int, errno: Int32) -> RunFailure {
    guard errno == 0 else {
      return RunFailure(.transfer, "\(name): byte \(offset): \(TransportError.reason(of: errno))")
    }
    return RunFailure(
      .transfer, "\(name): became shorter during the run (byte \(offset) is missing)",
      remedy: "run again when nothing writes to the file")
  }
}

/// An input that is open for reading.
package struct InputFile: Sendable {
  package var facts: InputFacts
  package var descriptor: Descriptor

  package init(facts: InputFacts, descriptor: Descriptor) {
    self.facts = facts
    self.descriptor = descriptor
  }

  /// Opens an input; `-` is standard input.
  package static func open(_ path: String) throws(RunFailure) -> InputFile {
    if path == "-" {
      let flags = fcntl(0, F_GETFL)
      if flags >= 0, flags & O_ACCMODE == O_WRONLY {
        throw RunFailure(.input, "standard input: not open for reading", remedy: "name a file")
      }
      let copy = fcntl(0, F_DUPFD_CLOEXEC, 3)
      guard copy >= 0 else {
        throw RunFailure(.input, "standard input: \(String(cString: strerror(errno)))", remedy: "name a file")
      }
      let descriptor = Descriptor(owning: copy)
      return InputFile(facts: try InputFacts(name: "standard input", descriptor: copy), descriptor: descriptor)
    }
    var number: Int32
    repeat { number = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) } while number < 0 && errno == EINTR
    guard number >= 0 else {
      let code = errno
      let remedy =
        switch code {
        case ENOENT: "check the path"
        case EMFILE: "raise the limit of open files (ulimit -n), or name fewer inputs"
        case EACCES: "check the permissions of the file and its folders"
        default: String?.none
        }
      let isShortage = code == EMFILE || code == ENFILE || code == ENOMEM
      throw RunFailure(isShortage ? .system : .input, "\(path): \(String(cString: strerror(code)))", remedy: remedy)
    }
    let descriptor = Descriptor(owning: number)
    return InputFile(facts: try InputFacts(name: path, descriptor: number), descriptor: descriptor)
  }

  /// The way to read this input by offset.
  ///
  /// - Parameter tap: of the stage that reads.
  package func makeSource(_ tap: SourceTap? = nil) -> any ByteSource {
    facts.isRegular ? FileSource(input: self, tap: tap) : StreamSource(input: self, tap: tap)
  }
}
