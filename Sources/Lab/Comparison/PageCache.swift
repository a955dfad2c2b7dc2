// Files in and out of the kernel's page cache.

import Glibc
import Transport

/// What runs find of their inputs in memory.
package enum PageCache {
  /// Reads files from end to end, so that they are there.
  package static func load(_ paths: [String]) throws(TransportError) {
    var block = [UInt8](repeating: 0, count: 1 << 20)
    for path in paths {
      let file = try Descriptor.openForReading(path)
      while true {
        let count = read(file.number, &block, block.count)
        if count == 0 { break }
        if count < 0, errno != EINTR { throw TransportError(call: "read \(path)", errno: errno) }
      }
    }
  }

  /// Asks the kernel to forget files. It is free not to: whether it did shows in what the next run reads from the device.
  package static func drop(_ paths: [String]) throws(TransportError) {
    for path in paths {
      let file = try Descriptor.openForReading(path)
      // Pages that are not on the disk yet stay.
      try file.synchronize()
      let failed = posix_fadvise(file.number, 0, 0, POSIX_FADV_DONTNEED)
      guard failed == 0 else { throw TransportError(call: "posix_fadvise \(path)", errno: failed) }
    }
  }
}
