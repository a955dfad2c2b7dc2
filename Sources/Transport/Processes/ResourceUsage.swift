// What a process or a thread has used of the machine (getrusage, wait4).

import Glibc

/// CPU time, page faults and context switches. Peak memory is not here: the kernel starts it at the parent's peak for a
/// spawned child; `ProcessFacts` has it right.
package struct ResourceUsage: Equatable, Sendable {
  package var userNanoseconds: UInt64 = 0
  package var systemNanoseconds: UInt64 = 0
  package var minorFaults: UInt64 = 0
  package var majorFaults: UInt64 = 0
  package var voluntarySwitches: UInt64 = 0
  package var involuntarySwitches: UInt64 = 0
  /// Bytes that were fetched from a device, in the kernel's blocks of 512.
  package var blockInputBytes: UInt64 = 0

  // RUSAGE_THREAD of <sys/resource.h>, which Swift does not see.
  private static let threadScope: Int32 = 1

  package init() {}

  init(_ usage: rusage) {
    userNanoseconds = Self.nanoseconds(usage.ru_utime)
    systemNanoseconds = Self.nanoseconds(usage.ru_stime)
    minorFaults = UInt64(clamping: usage.ru_minflt)
    majorFaults = UInt64(clamping: usage.ru_majflt)
    voluntarySwitches = UInt64(clamping: usage.ru_nvcsw)
    involuntarySwitches = UInt64(clamping: usage.ru_nivcsw)
    blockInputBytes = UInt64(clamping: usage.ru_inblock) * 512
  }

  /// All threads of this process so far.
  package static func ofProcess() -> ResourceUsage { read(RUSAGE_SELF.rawValue) }

  /// All children that this process has waited for, and theirs.
  package static func ofChildren() -> ResourceUsage { read(RUSAGE_CHILDREN.rawValue) }

  /// The calling thread so far.
  package static func ofThread() -> ResourceUsage { read(threadScope) }

  private static func read(_ who: Int32) -> ResourceUsage {
    var usage = rusage()
    return getrusage(who, &usage) == 0 ? ResourceUsage(usage) : ResourceUsage()
  }

  private static func nanoseconds(_ time: timeval) -> UInt64 {
    UInt64(clamping: time.tv_sec) * 1_000_000_000 + UInt64(clamping: time.tv_usec) * 1000
  }
}
