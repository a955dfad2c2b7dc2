// Whether a thread sleeps, as the kernel says: on a busy machine no pause is long enough to be sure of it.

import Glibc

/// A thread, as /proc shows it.
struct ThreadEntry: Sendable {
  private let stat: String

  /// The calling thread.
  static func current() -> ThreadEntry {
    var target = [CChar](repeating: 0, count: 64)
    let count = readlink("/proc/thread-self", &target, target.count)
    precondition(count > 0, "there is no /proc/thread-self")
    let path = String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return ThreadEntry(stat: "/proc/\(path)/stat")
  }

  /// Returns when the thread sleeps. One that has said who it is, and then only waits for one thing, waits for that.
  func awaitSleep() {
    while state != UInt8(ascii: "S") { usleep(500) }
  }

  /// The letter behind the name, which is in parentheses and holds none in these tests.
  private var state: UInt8? {
    let descriptor = open(stat, O_RDONLY | O_CLOEXEC)
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 256)
    guard read(descriptor, &text, text.count) > 0, let end = text.firstIndex(of: UInt8(ascii: ")")) else { return nil }
    return text[end + 2]
  }
}
