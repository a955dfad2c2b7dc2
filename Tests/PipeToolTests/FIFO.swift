// A FIFO whose ends a test holds: as an input it keeps a run in mid-flight for as long as the test likes.

import Foundation

/// A FIFO with one end open.
final class FIFO {
  private let path: String
  private var descriptor: Int32

  /// Makes the FIFO and opens both of its ends, so that nobody waits for a partner.
  init(_ path: String) throws {
    self.path = path
    guard mkfifo(path, 0o600) == 0 else { throw Child.Failure(description: "\(path): mkfifo: errno \(errno)") }
    descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Child.Failure(description: "\(path): open: errno \(errno)") }
  }

  /// Both ends of a FIFO that nobody else has open, as pipe(2) gives them. No child inherits them by chance.
  static func ends(_ path: String) throws -> (read: Int32, write: Int32) {
    guard mkfifo(path, 0o600) == 0 else { throw Child.Failure(description: "\(path): mkfifo: errno \(errno)") }
    let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    let writer = open(path, O_WRONLY | O_CLOEXEC)
    guard reader >= 0, writer >= 0 else { throw Child.Failure(description: "\(path): open: errno \(errno)") }
    unlink(path)
    return (reader, writer)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Writes all bytes; when it returns, all but what the kernel buffers (64 KiB) have been read.
  func write(_ bytes: [UInt8], seconds: Double = 30) throws {
    var offset = 0
    let done = eventually(within: seconds) {
      while offset < bytes.count {
        let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress! + offset, $0.count - offset) }
        if count > 0 { offset += count } else if !isReady(descriptor, for: POLLOUT) { return false }
      }
      return true
    }
    guard done else { throw Child.Failure(description: "\(path): nobody reads behind byte \(offset)") }
  }

  /// What has been written to it by now and not been read.
  func readSome() -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 1 << 16)
    let count = Foundation.read(descriptor, &block, block.count)
    return Array(block.prefix(max(0, count)))
  }

  /// Closes this side: readers see the end.
  func finish() {
    close(descriptor)
    descriptor = -1
  }
}
