// Memory of a process as the kernel accounts for it, from outside or inside.

import Glibc

/// How much memory a process has. What the kernel does not tell (the process is gone, belongs to another user) is nil.
package struct ProcessFacts: Equatable, Sendable {
  /// The most bytes that were ever resident (VmHWM).
  package var peakResidentBytes: UInt64?
  /// Bytes resident now (VmRSS).
  package var residentBytes: UInt64?
  /// Bytes resident now, shared pages divided among those who share them: adds up over a tree of processes.
  package var proportionalBytes: UInt64?
  /// Those of them that no other process has.
  package var privateBytes: UInt64?

  package init() {}

  /// Whether a process runs the program of this one; false where the kernel does not say.
  package static func runsSameProgram(_ pid: Int32) -> Bool {
    var (own, other) = (stat(), stat())
    return stat("/proc/self/exe", &own) == 0 && stat("/proc/\(pid)/exe", &other) == 0 && own.st_dev == other.st_dev
      && own.st_ino == other.st_ino
  }

  /// The file that tells of this process, for `peakResidentBytes`; nil if there is none. In a sandbox nothing can be opened.
  package static func openOfProcess() -> Descriptor? { try? Descriptor.openForReading("/proc/self/status") }

  /// The most bytes that were ever resident, without the walk that `read` takes for the proportional size.
  package static func peakResidentBytes(_ file: Descriptor) -> UInt64? {
    ProcFile.number("VmHWM", in: ProcFile.read(file) ?? "").map { $0 * 1024 }
  }

  /// Reads the facts of a process. The proportional size walks all mappings (some 0.1 ms): not for tight loops.
  package static func read(_ pid: Int32) -> ProcessFacts {
    let status = ProcFile.read("/proc/\(pid)/status") ?? ""
    let rollup = ProcFile.read("/proc/\(pid)/smaps_rollup") ?? ""
    var facts = ProcessFacts()
    facts.peakResidentBytes = ProcFile.number("VmHWM", in: status).map { $0 * 1024 }
    facts.residentBytes = ProcFile.number("VmRSS", in: status).map { $0 * 1024 }
    facts.proportionalBytes = ProcFile.number("Pss", in: rollup).map { $0 * 1024 }
    if let clean = ProcFile.number("Private_Clean", in: rollup),
      let dirty = ProcFile.number("Private_Dirty", in: rollup)
    {
      facts.privateBytes = (clean + dirty) * 1024
    }
    return facts
  }
}
