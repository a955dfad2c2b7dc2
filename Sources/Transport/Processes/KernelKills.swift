// How many processes the kernel has killed because memory ran out: what tells such a SIGKILL from one that somebody sent.

import Glibc

/// The kernel's count of such kills, in the control group of the calling process or, where that does not say, on the
/// whole machine.
package enum KernelKills {
  private static let name = "oom_kill"

  /// The count so far; nil where nothing tells.
  package static func count() -> UInt64? {
    for path in files(ofGroups: ProcFile.read("/proc/self/cgroup") ?? "") + ["/proc/vmstat"] {
      if let text = ProcFile.read(path), let count = count(in: text) { return count }
    }
    return nil
  }

  /// The number in a line `oom_kill N`.
  static func count(in text: String) -> UInt64? {
    for line in text.split(separator: "\n") where line.hasPrefix(name + " ") {
      return UInt64(line.dropFirst(name.utf8.count + 1))
    }
    return nil
  }

  /// The files that may hold the count of a process's own group, by what the kernel says of its groups
  /// (`4:memory:/path`, `0::/path`).
  static func files(ofGroups text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return nil }
      let path = parts[2] == "/" ? "" : parts[2]
      if parts[1].isEmpty { return "/sys/fs/cgroup\(path)/memory.events" }
      guard parts[1].split(separator: ",").contains("memory") else { return nil }
      return "/sys/fs/cgroup/memory\(path)/memory.oom_control"
    }
  }
}
