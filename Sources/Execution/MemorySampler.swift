// Memory of the whole tree of processes while a run lasts: the sum of proportional set sizes, in which shared pages count
// once. The kernel keeps no peak of it, so it is looked at ten times a second.
//
// Pages that a process outside of the tree has as well count in part only. One such process is known, and made up for: who
// started the run, if it runs the same program (`pipe compare`), and so has its code in memory, too.

import Transport

/// Watches the memory of this process and of the workers.
final class MemorySampler: Sendable {
  private struct State: Sendable {
    var processes: [Int32]
    var peak: UInt64 = 0
    var isOver = false
  }

  private let state = Monitor(State(processes: [ProcessSelf.pid]))
  private let thread = Monitor<WorkerThread?>(nil)
  /// Who started the run, if it runs the same program.
  private let starter: Int32? = ProcessFacts.runsSameProgram(ProcessSelf.parentPid) ? ProcessSelf.parentPid : nil

  /// Starts to look. A run without this figure is still a run, so it is nil where no thread can be started.
  static func start() -> MemorySampler? {
    let sampler = MemorySampler()
    let body: @Sendable () -> Void = { [sampler] in sampler.run() }
    guard let thread = try? WorkerThread.start(name: "pipe:memory", body: body) else { return nil }
    sampler.thread.withLock { $0 = thread }
    return sampler
  }

  /// Looks at these processes as well.
  func add(_ processes: [Int32]) { state.withLock { $0.processes += processes } }

  /// Looks at a process that has taken the place of one that is gone.
  func replace(_ old: Int32, by new: Int32) {
    state.withLock { state in
      state.processes.removeAll { $0 == old }
      state.processes.append(new)
    }
  }

  /// Looks for the last time; gives the largest sum that was seen, in bytes.
  func finish() -> UInt64 {
    state.change { $0.isOver = true }
    thread.withLock { $0 }?.join()
    sample()
    return state.withLock { $0.peak }
  }

  private func run() {
    while state.wait(nanoseconds: 100_000_000, until: { $0.isOver ? true : nil }).value == nil { sample() }
  }

  private func sample() {
    let processes = state.withLock { $0.processes }
    // One that has ended may have left its number to another.
    let beside = starter.flatMap { $0 == ProcessSelf.parentPid ? ProcessFacts.read($0) : nil }
    let sum = Self.size(of: processes.map(ProcessFacts.read), beside: beside)
    state.withLock { $0.peak = max($0.peak, sum) }
  }

  /// The bytes of a tree of processes, shared pages counted once.
  /// - Parameter beside: a process that is not of the tree: its part of what it shares is the tree's as well (and a little of
  ///   others', if it shares pages with processes that are neither).
  static func size(of tree: [ProcessFacts], beside: ProcessFacts?) -> UInt64 {
    var sum = tree.reduce(UInt64(0)) { $0 + ($1.proportionalBytes ?? 0) }
    if let beside, let all = beside.proportionalBytes, let own = beside.privateBytes { sum += all - min(all, own) }
    return sum
  }
}
