// Reading the kernel's small text files under /proc.

import Glibc

/// Files of /proc, whole.
package enum ProcFile {
  /// The whole file, nil if it cannot be read (no such process, no permission).
  package static func read(_ path: String) -> String? {
    guard let descriptor = try? Descriptor.openForReading(path) else { return nil }
    return read(descriptor)
  }

  /// What an open file says now, which may be something else than when it was opened.
  static func read(_ descriptor: Descriptor) -> String? {
    var text: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = pread(descriptor.number, &block, block.count, off_t(text.count))
      if count == 0 { return String(decoding: text, as: UTF8.self) }
      if count > 0 { text.append(contentsOf: block[..<count]) } else if errno != EINTR { return nil }
    }
  }

  /// The number behind `name:` at the start of a line (`VmHWM:     1234 kB`).
  package static func number(_ name: String, in text: String) -> UInt64? {
    for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
      return line.dropFirst(name.utf8.count + 1).split(whereSeparator: { $0 == " " || $0 == "\t" }).first.flatMap {
        UInt64($0)
      }
    }
    return nil
  }

  /// All numbers of a line that holds nothing else.
  static func numbers(in text: String) -> [UInt64] {
    text.split(whereSeparator: { $0 == " " || $0 == "\n" }).compactMap { UInt64($0) }
  }
}
