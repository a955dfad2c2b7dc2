// Workers that end for want of memory, told from crashes and from kills: by the status they leave with, and by the kernel's
// count of its own kills.

import CSV
import Glibc
import Transport

extension Supervisor {
  /// Why a worker has ended that nobody has ended here.
  mutating func cause(of worker: WorkerProcess, _ status: ExitReport.Status) -> DeathCause {
    switch status {
    case .exited(WorkerExit.outOfMemory) where job.settings.budget != nil: return .outOfMemory(byKernel: false)
    // Nobody leaves who has done nothing yet.
    case .exited(WorkerExit.retired) where worker.identity.role == .reader || !worker.begun.isEmpty: return .retired
    case .signalled(SIGKILL, _):
      guard let before = kernelKills, let now = KernelKills.count(), now > before else { break }
      // One at a time: another worker may have been killed as well.
      kernelKills = before + 1
      return .outOfMemory(byKernel: true)
    default: break
    }
    return DeathCause(status)
  }

  /// What is said of a run that ends because there is not enough memory.
  func memoryFailure(_ worker: WorkerProcess, byKernel: Bool, _ reason: String) -> RunFailure {
    let stage = worker.identity.stage
    let things = job.question.groupBy.isEmpty ? "rows" : "groups"
    let holding = worker.extent == 0 ? "" : "\(GroupedDigits.text(Int(worker.extent))) \(things)"
    guard !byKernel, let budget = job.settings.budget else {
      let state = holding.isEmpty ? "" : ", with \(holding) so far"
      return RunFailure(
        .system, "the kernel killed \(stage) (process \(worker.child.pid)) for want of memory\(state); \(reason)",
        remedy: "use fewer workers (-j), ask for fewer groups, or give --memory-limit less than there is")
    }
    var failure = MemoryAccount.failure(
      "\(stage)", share: budget.share(of: worker.identity.role), budget, isAlone: false, holding: holding)
    failure.message += "; \(reason)"
    return failure
  }
}
