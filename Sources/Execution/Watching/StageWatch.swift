// The watchdog of runs whose stages are threads. As a rule it is no thread of its own: whoever has started the stages, and
// would do nothing but wait for their ends, looks at them meanwhile. Only a serial run has nobody who waits.

import Glibc
import Transport

/// The stages of a run of this process, and what becomes of them.
package final class StageWatch: Sendable {
  /// Why the run is given up, and what it looked like then.
  package struct Stall: Sendable {
    package var failure: RunFailure
    package var picture: RunPicture
  }

  private struct State: Sendable {
    var watches: [StallWatch]
    /// Threads that have been started and have not ended.
    var running = 0
    /// Whether the program is being ended, because the calling thread hangs.
    var isGivenUp = false
    /// For how long all stages have waited for each other, in nanoseconds.
    var deadlockedFor: UInt64 = 0
  }

  private let start = MonotonicClock.now()
  private let job: Job
  private let progress: Progress
  private let places: [StagePlace]
  private let queues: @Sendable () -> [RunPicture.Queue]
  private let state: Monitor<State>

  /// - Parameter queues: the queues between the stages as they are now.
  init(_ job: Job, progress: Progress, queues: @escaping @Sendable () -> [RunPicture.Queue] = { [] }) {
    self.job = job
    self.progress = progress
    self.queues = queues
    places = Topology(settings: job.settings).stages.map(StagePlace.init)
    let watch = StallWatch(timeout: job.settings.stallTimeout)
    state = Monitor(State(watches: Array(repeating: watch, count: places.count)))
  }

  /// Where a stage says what it does.
  func place(of name: StageName) -> StagePlace { places.first { $0.name == name } ?? StagePlace(name) }

  /// What the run looks like now. May be asked in any thread.
  package var picture: RunPicture {
    let quiet = state.withLock { $0.watches.map(\.quietFor) }
    var picture = RunPicture(of: job, since: start, progress: progress)
    picture.stages = zip(places, quiet).map { place, quiet in
      var stage = RunPicture.Stage(place.name, place.activity.state ?? .works, work: place.activity.work)
      stage.quietNanoseconds = quiet
      stage.doneBytes = place.activity.progress
      stage.cpuNanoseconds = place.cpuNanoseconds
      return stage
    }
    // All stages of a serial run are one thread.
    if job.settings.mode == .serial {
      for index in picture.stages.indices.dropFirst() { picture.stages[index].cpuNanoseconds = nil }
    }
    picture.queues = queues()
    return picture
  }

  /// Starts a thread whose end is waited for.
  func startThread(
    name: String, _ body: @escaping @Sendable () -> Void
  ) throws(TransportError) -> WorkerThread {
    state.withLock { $0.running += 1 }
    do throws(TransportError) {
      return try WorkerThread.start(name: name) {
        body()
        let isLast = self.state.withLock { state in
          state.running -= 1
          return state.running == 0
        }
        if isLast { self.state.broadcast() }
      }
    } catch {
      state.withLock { $0.running -= 1 }
      throw error
    }
  }

  /// Waits until all threads have ended; gives what is wrong if one of them never will.
  func wait() -> Stall? {
    var lookedAt = MonotonicClock.now()
    while true {
      let isOver = state.wait(nanoseconds: StallWatch.interval) { $0.running == 0 ? true : nil }
      if isOver.value == true { return nil }
      let now = MonotonicClock.now()
      if let stall = look(elapsed: now - lookedAt) { return stall }
      lookedAt = now
    }
  }

  /// Watches the calling thread from another, if somebody has said what is to be done when it hangs. A run that cannot be
  /// watched is still a run.
  func guardCaller() {
    guard let giveUp = progress.hangAction else { return }
    state.withLock { $0.running = 1 }
    // Waited for by nobody: it ends, or the program does.
    _ = try? WorkerThread.start(name: "pipe:watch") { [self] in
      guard let stall = wait() else { return }
      let isFirst = state.withLock { state in
        state.isGivenUp = state.running > 0
        return state.isGivenUp
      }
      guard isFirst else { return }
      var outcome = RunOutcome(failure: stall.failure)
      outcome.picture = stall.picture
      outcome.wallNanoseconds = stall.picture.nanoseconds
      giveUp(outcome)
    }
  }

  /// Ends that. Does not return where the caller has moved after all, but too late.
  func endGuard() {
    let isGivenUp = state.withLock { state in
      state.running = 0
      return state.isGivenUp
    }
    if isGivenUp { while true { sleep(1000) } }
    state.broadcast()
  }

  private func look(elapsed: UInt64) -> Stall? {
    let sights = places.map { place in
      WorkerSight(
        state: place.activity.state, progress: place.activity.progress, cpuNanoseconds: place.cpuNanoseconds ?? 0)
    }
    let causes = state.withLock { state in
      sights.indices.map { state.watches[$0].look(sights[$0], elapsed: elapsed) }
    }
    let picture = picture
    for (stage, cause) in zip(picture.stages, causes) {
      if let cause { return Stall(failure: picture.failure(of: stage, cause), picture: picture) }
    }
    // As soon as one gets on, its state or a queue tells.
    let isDeadlocked = picture.isDeadlocked
    let deadlockedFor = state.withLock { state in
      state.deadlockedFor = isDeadlocked ? state.deadlockedFor + min(elapsed, 2 * StallWatch.interval) : 0
      return state.deadlockedFor
    }
    guard deadlockedFor >= job.settings.stallTimeout, let stage = picture.stages.first else { return nil }
    let cause = DeathCause.stalled("and all other stages wait for each other")
    return Stall(failure: picture.failure(of: stage, cause), picture: picture)
  }
}
