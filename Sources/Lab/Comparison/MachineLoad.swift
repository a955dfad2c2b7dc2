// What else the machine did while something was measured, by the kernel's count of busy time.

import Glibc
import Transport

/// Processor time of all cores between two moments, in seconds.
package struct MachineLoad: Codable, Equatable, Sendable {
  /// Of all processes.
  package var busySeconds: Double
  /// That the machine below took for others, where this one is virtual.
  package var stolenSeconds: Double
  /// Of the runs that were measured.
  package var ownSeconds: Double
  /// All cores together: busy, idle or stolen.
  package var coreSeconds: Double

  package init(busySeconds: Double, stolenSeconds: Double, ownSeconds: Double, coreSeconds: Double) {
    self.busySeconds = busySeconds
    self.stolenSeconds = stolenSeconds
    self.ownSeconds = ownSeconds
    self.coreSeconds = coreSeconds
  }

  /// The share of the cores that others had, in this machine or below it.
  package var othersShare: Double {
    guard coreSeconds > 0 else { return 0 }
    return max(0, busySeconds - ownSeconds + stolenSeconds) / coreSeconds
  }

  /// The counters of /proc/stat at one moment, in ticks.
  package struct Reading: Equatable, Sendable {
    package var busy: UInt64
    package var idle: UInt64
    package var stolen: UInt64

    /// nil where the file cannot be read.
    package static func now() -> Reading? { ProcFile.read("/proc/stat").flatMap(Reading.init(text:)) }

    /// The first line: `cpu user nice system idle iowait irq softirq steal guest guest_nice`. Time of guests is part of
    /// user time.
    package init?(text: String) {
      guard let line = text.split(separator: "\n").first, line.hasPrefix("cpu ") else { return nil }
      let ticks = line.split(separator: " ").dropFirst().compactMap { UInt64($0) }
      guard ticks.count >= 7 else { return nil }
      busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]
      idle = ticks[3] + ticks[4]
      stolen = ticks.count > 7 ? ticks[7] : 0
    }
  }

  /// - Parameter ownSeconds: processor time of what was measured between the two.
  package init(from before: Reading, to after: Reading, ownSeconds: Double) {
    let tick = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    func seconds(_ path: KeyPath<Reading, UInt64>) -> Double {
      Double(after[keyPath: path] - min(after[keyPath: path], before[keyPath: path])) / tick
    }
    busySeconds = seconds(\.busy)
    stolenSeconds = seconds(\.stolen)
    self.ownSeconds = ownSeconds
    coreSeconds = busySeconds + seconds(\.idle) + stolenSeconds
  }
}
