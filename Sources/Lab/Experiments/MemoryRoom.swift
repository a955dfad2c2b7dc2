// How much memory an experiment may take: what the machine and the control group leave, with room for everybody else.

import Glibc
import Transport

/// Memory that is free to use.
enum MemoryRoom {
  /// Bytes that could be had without anything being driven out: of the machine, or of the control group if that leaves
  /// less. nil where the system does not say.
  static func available() -> UInt64? {
    let machine = ProcFile.number("MemAvailable", in: ProcFile.read("/proc/meminfo") ?? "").map { $0 * 1024 }
    return [machine, groupRoom(ProcFile.read("/proc/self/cgroup") ?? "") { ProcFile.read($0) }].compactMap(\.self).min()
  }

  /// What the control group of memory leaves, and the groups around it; nil where there is no bound.
  /// - Parameter groups: the text of /proc/self/cgroup: `number:controllers:path` a line.
  static func groupRoom(_ groups: String, read: (String) -> String?) -> UInt64? {
    var rooms: [UInt64] = []
    for line in groups.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let names: (root: String, limit: String, use: String)
      if fields[1].isEmpty {
        names = ("/sys/fs/cgroup", "memory.max", "memory.current")
      } else if fields[1].split(separator: ",").contains("memory") {
        names = ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes")
      } else {
        continue
      }
      var path = String(fields[2])
      while true {
        let folder = names.root + (path == "/" ? "" : path)
        if let limit = read("\(folder)/\(names.limit)").flatMap(number),
          let use = read("\(folder)/\(names.use)").flatMap(number), limit < 1 << 60
        {
          rooms.append(limit > use ? limit - use : 0)
        }
        guard path != "/", !path.isEmpty else { break }
        path = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "/"
      }
    }
    return rooms.min()
  }

  private static func number(_ text: String) -> UInt64? { UInt64(text.prefix { $0.isNumber }) }

  /// The sizes that fit twice into what is available; what does not fit is halved until it does.
  static func fitting(_ sizes: [Int], available: UInt64?) -> [Int] {
    guard let available else { return sizes }
    return sizes.map { size in
      var size = size
      while size > 0, UInt64(size) * 2 > available { size /= 2 }
      return size
    }
  }
}

/// Memory that is resident: every page of it was written to.
///
/// Why the pointer holds: the mapping lives as long as this object, which alone has its address.
final class ResidentMemory {
  private let base: UnsafeMutableRawPointer?
  private let bytes: Int

  init(bytes: Int) throws(LabFailure) {
    self.bytes = bytes
    guard bytes > 0 else {
      base = nil
      return
    }
    let mapped = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapped, mapped != MAP_FAILED else {
      throw LabFailure("\(bytes) bytes of memory: \(TransportError.reason(of: errno))")
    }
    // Never zero, so that no page stays the one that the kernel lends for those.
    memset(mapped, 1, bytes)
    base = mapped
  }

  deinit { if let base { munmap(base, bytes) } }
}
