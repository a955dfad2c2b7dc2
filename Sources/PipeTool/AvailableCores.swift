// How many parsers to run when nobody says: as many as this process may really use.

import Glibc

/// The cores that affinity and quota allow.
enum AvailableCores {
  /// At least 1.
  static var count: Int {
    var cores = affinity
    if let quota = quota { cores = min(cores, quota) }
    return max(1, cores)
  }

  /// The cores of the affinity mask: a hexadecimal number with commas in it.
  private static var affinity: Int {
    let mask = lines("/proc/self/status").first { $0.hasPrefix("Cpus_allowed:") }
    let cores = mask?.dropFirst("Cpus_allowed:".count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) } ?? 0
    return cores > 0 ? cores : Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }

  /// The control group's quota in whole cores, rounded up; nil where there is none.
  private static var quota: Int? {
    if let text = read("/sys/fs/cgroup/cpu.max") {
      let parts = text.split(separator: " ")
      if parts.count == 2, let quota = Double(parts[0]), let period = Double(parts[1]), period > 0 {
        return Int((quota / period).rounded(.up))
      }
    }
    if let quota = read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us").flatMap({ Double($0) }), quota > 0,
      let period = read("/sys/fs/cgroup/cpu/cpu.cfs_period_us").flatMap({ Double($0) }), period > 0
    {
      return Int((quota / period).rounded(.up))
    }
    return nil
  }

  /// The first line of a small file.
  private static func read(_ path: String) -> String? { lines(path).first }

  /// The lines of a small file; none if it cannot be read.
  private static func lines(_ path: String) -> [String] {
    guard let file = fopen(path, "re") else { return [] }
    defer { fclose(file) }
    var lines: [String] = []
    var buffer = [CChar](repeating: 0, count: 1024)
    while fgets(&buffer, Int32(buffer.count), file) != nil {
      lines.append(String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    return lines
  }
}
