// A file on a disk that has no name, and so is gone with its last descriptor whatever becomes of the program; and how a
// stream gets into one.

import CLinux
import Glibc

/// Files without names.
package enum UnnamedFile {
  /// What makes `open` of a folder give a file without a name in it: O_TMPFILE, which Swift does not know.
  package static let openFlag = 0o20000000 | O_DIRECTORY

  /// Makes an empty one, for reading and writing.
  ///
  /// - Parameter folder: where; it must be possible to write there.
  package static func make(in folder: String) throws(TransportError) -> Descriptor {
    let number = open(folder, O_RDWR | O_CLOEXEC | openFlag, 0o600)
    if number >= 0 { return Descriptor(owning: number) }
    guard errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL else { throw .last("open \(folder)") }
    // Where the file system knows none, one loses its name at once.
    let path = "\(folder)/.pipe-\(getpid())-\(MonotonicClock.now())"
    let named = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard named >= 0 else { throw .last("open \(path)") }
    unlink(path)
    return Descriptor(owning: named)
  }

  /// A second descriptor for a file, for reading only, which stands at its beginning; the same one where there is no /proc.
  package static func reopened(_ file: Descriptor) throws(TransportError) -> Descriptor {
    if let new = try? Descriptor.openForReading("/proc/self/fd/\(file.number)") { return new }
    guard lseek(file.number, 0, SEEK_SET) == 0 else { throw .last("lseek") }
    return file
  }
}

/// Copies a stream to where a file stands.
package struct StreamCopy {
  /// Which side failed.
  package enum Failure: Error, Equatable {
    case reading(TransportError)
    case writing(TransportError)
  }

  private static let blockSize = 1 << 20
  private let stream: Descriptor
  private let file: Descriptor
  /// Whether the kernel can move the bytes by itself.
  private var splices = true

  package init(from stream: Descriptor, to file: Descriptor) {
    self.stream = stream
    self.file = file
  }

  /// Copies until the stream ends.
  package mutating func run() throws(Failure) {
    stream.setPipeSize(Self.blockSize)
    var block: [UInt8] = []
    while true {
      if splices {
        let moved = clinux_splice_out(stream.number, file.number, Self.blockSize)
        if moved > 0 { continue }
        if moved == 0 { return }
        switch errno {
        case EINTR: break
        case EAGAIN: try wait()
        // It does not say which side it fails at; reading and writing does.
        default: splices = false
        }
        continue
      }
      if block.isEmpty { block = [UInt8](repeating: 0, count: Self.blockSize) }
      let count = read(stream.number, &block, block.count)
      if count == 0 { return }
      if count > 0 {
        try write(block, count)
        continue
      }
      switch errno {
      case EINTR: break
      case EAGAIN: try wait()
      default: throw .reading(.last("read"))
      }
    }
  }

  private func wait() throws(Failure) {
    do throws(TransportError) { try Readiness.wait(stream.number, POLLIN) } catch { throw .reading(error) }
  }

  private func write(_ block: [UInt8], _ count: Int) throws(Failure) {
    var written = 0
    while written < count {
      let put = block.withUnsafeBytes { bytes in
        // `rebasing` checks that the rest lies within the block.
        let rest = UnsafeRawBufferPointer(rebasing: bytes[written..<count])
        return Glibc.write(file.number, rest.baseAddress, rest.count)
      }
      if put >= 0 { written += put } else if errno != EINTR { throw .writing(.last("write")) }
    }
  }
}
