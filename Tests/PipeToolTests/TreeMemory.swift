// The memory of a run while it lasts: the sum of the proportional set sizes of all its processes.

import Foundation

extension Child {
  /// Waits for the end; gives the largest sum that was seen, in bytes, besides.
  func waitSampling(seconds: Double = 120) throws -> (end: ChildEnd, peakBytes: Int) {
    var peak = 0
    _ = eventually(within: seconds) {
      peak = max(peak, ProcessEntry.group(pid).reduce(0) { $0 + $1.proportionalBytes })
      return ProcessEntry(pid)?.isAlive != true
    }
    return (try wait(seconds: 1), peak)
  }
}

extension ProcessEntry {
  /// Resident bytes; those that are shared count in part.
  var proportionalBytes: Int {
    let line = Self.file(pid, "smaps_rollup")?.split(separator: "\n").first { $0.hasPrefix("Pss:") }
    return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
  }
}

/// `key,value` in so many rows, each with a key of its own but for the last few, which have those of the first again.
func distinctRows(_ count: Int) -> [UInt8] {
  var bytes = Array("key,value\n".utf8)
  bytes.reserveCapacity(24 * count)
  for row in 0..<count {
    bytes += Array("k\(row &* 7919 % max(1, count - 10)),\(row % 1000)\n".utf8)
  }
  return bytes
}
