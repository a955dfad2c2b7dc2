// The worker processes of one run, as the supervisor sees them: started, spoken to, and ended for certain.

import Glibc
import Transport

/// One worker process.
final class WorkerProcess {
  let identity: WorkerIdentity
  let child: ChildProcess
  let control: ControlSocket
  /// How many processes there were in this place before.
  let incarnation: Int
  /// What it takes the place of, until it has said its first word.
  var succeeds: (cause: DeathCause, at: UInt64)?
  /// Whether it has ever said a word.
  var hasGreeted = false
  /// Whether it was told what to do.
  var isStarted = false
  /// The pieces that its threads have begun last.
  var begun: [Int: WorkName] = [:]
  var findings: WorkerFindings?
  /// Why it is being ended.
  var complaint: DeathCause?
  /// Whether what it may still have said is of no use.
  var isDisbelieved = false
  /// Of a parser: whether nothing more will come from it.
  var isDrained = false
  var isControlOpen = true
  /// Whether its end was taken in.
  var isGone = false
  /// Where its threads say what they do, and what is made of that.
  private(set) var activities: [ActivityPage] = []
  private(set) var watches: [StallWatch]
  private let stallTimeout: UInt64

  /// - Parameter stallTimeout: nanoseconds.
  init(
    identity: WorkerIdentity, child: ChildProcess, control: ControlSocket, incarnation: Int = 0, stallTimeout: UInt64
  ) {
    self.stallTimeout = stallTimeout
    watches = [StallWatch(timeout: stallTimeout)]
    self.identity = identity
    self.child = child
    self.control = control
    self.incarnation = incarnation
    control.limitWaiting(milliseconds: WorkerGroup.sendingLimit)
  }

  /// Makes the page in which it will say what it does; gives the descriptor that it maps.
  ///
  /// - Parameter threads: how many will.
  func makeActivity(threads: Int) throws(TransportError) -> Descriptor {
    let descriptor = try ActivityPage.makeDescriptor()
    for place in 0..<threads { activities.append(try ActivityPage(descriptor, place: place)) }
    watches = Array(repeating: StallWatch(timeout: stallTimeout), count: threads)
    return descriptor
  }

  /// How many groups or rows it has in memory, as far as it says so.
  var extent: UInt32 { activities.first?.extent ?? 0 }

  /// Looks at what it does; gives why it is to be ended.
  ///
  /// - Parameter elapsed: nanoseconds since the last look.
  func look(elapsed: UInt64) -> DeathCause? {
    guard let facts = ProcessActivity.read(child.pid) else { return nil }
    var cause: DeathCause?
    for index in watches.indices {
      let activity = index < activities.count ? activities[index] : nil
      let sight = WorkerSight(
        // One that has said all it had to say waits, whatever it was at last.
        state: findings == nil ? activity?.state ?? .waitsForInput : .waitsForInput, progress: activity?.progress ?? 0,
        isStopped: facts.isStopped,
        cpuNanoseconds: facts.cpuNanoseconds, hasGreeted: hasGreeted)
      // Every one is to know of this look.
      let found = watches[index].look(sight, elapsed: elapsed)
      cause = cause ?? found
    }
    return cause
  }

  /// What it does, as far as it matters to all workers together. One that has said all it had to say has no end: nobody
  /// waits for it any more.
  var stand: WorkerStand {
    if findings != nil { return WorkerStand(isWaiting: true) }
    // A reader that waits for input waits for a stream, which may take for ever.
    let waiting: ActivityPage.State = identity.role == .reader ? .waitsForFeedback : .waitsForInput
    return WorkerStand(
      isWaiting: isStarted && hasGreeted && !isGone && activities.allSatisfy { $0.state == waiting },
      progress: activities.reduce(0) { $0 &+ UInt64($1.progress) })
  }

  /// Looks up for how long all parser threads of a process ran, which they cannot find out inside a sandbox, and puts the mean
  /// into the report; nothing where not all of them are found. They stay as long as the process does.
  func completeSchedule() {
    guard let report = findings?.report, report.threads > 1, let main = report.schedule else { return }
    var others = ThreadSchedule.ofThreads(of: child.pid, named: "\(identity.stage).")
    others[child.pid] = nil
    let all = [main] + others.values
    let count = UInt64(report.threads)
    findings?.report.schedule =
      others.count == report.threads - 1
      ? ThreadSchedule(
        runningNanoseconds: all.reduce(0) { $0 + $1.runningNanoseconds } / count,
        waitingNanoseconds: all.reduce(0) { $0 + $1.waitingNanoseconds } / count) : nil
  }

  /// Ends the process at once; its end is taken in when it is noticed.
  func end() {
    do throws(TransportError) {
      try child.kill(SIGKILL)
    } catch {
      // Only a process that is not ours, or not there, cannot be killed.
    }
  }
}

/// A worker that has just been started, and the supervisor's end of its control socket.
private struct Spawned: Sendable {
  var child: ChildProcess
  var socket: Descriptor

  init(_ identity: WorkerIdentity, _ environment: [String]) throws(TransportError) {
    let (ours, theirs) = try Descriptor.socketPair()
    var descriptors = [Spawner.Inheritance(source: theirs.number, target: Worker.controlDescriptor)]
    // Within a wall standard error has another number.
    if MemoryWall.messageDescriptor != 2 { descriptors.append(.init(source: MemoryWall.messageDescriptor, target: 2)) }
    child = try Spawner.spawn(
      executable: "/proc/self/exe", arguments: identity.arguments, environment: environment,
      descriptors: descriptors)
    socket = ours
  }
}

/// All workers of one run: the reader, the parsers in order, the aggregator.
struct WorkerGroup {
  /// What sending fails with where the other side takes nothing for `sendingLimit`.
  static let notTaken = EAGAIN
  /// Milliseconds; a worker takes messages at once, whatever else it does.
  static let sendingLimit = 2000

  let nonce: UInt64
  private let stallTimeout: UInt64
  private(set) var workers: [WorkerProcess] = []
  private let crew = SpawnCrew()

  /// - Parameter stallTimeout: nanoseconds.
  init(stallTimeout: UInt64) {
    self.stallTimeout = stallTimeout
    var generator = SystemRandomNumberGenerator()
    nonce = generator.next()
  }

  /// Environment variables that workers keep: where libraries are, and what sanitizers and tests need,
  /// which scanning kernel is forced.
  private static let keptVariables = [
    "PATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS",
    "LLVM_PROFILE_FILE", "PIPE_SCAN",
  ]

  /// The names of all variables that workers have.
  static var variables: Set<String> { Set(keptVariables + ["SWIFT_BACKTRACE"]) }

  private static var environment: [String] {
    var environment = ["SWIFT_BACKTRACE=enable=no"]
    for name in keptVariables {
      if let value = getenv(name) { environment.append("\(name)=\(String(cString: value))") }
    }
    return environment
  }

  /// Starts a reader, parsers and an aggregator, in this order, by executing this program again.
  mutating func spawn(parsers: Int) throws(RunFailure) {
    var roles = [(WorkerRole.reader, 0)]
    for number in 1...parsers { roles.append((.parser, number)) }
    roles.append((.aggregator, 0))
    let identities = roles.map { WorkerIdentity(role: $0, number: $1, nonce: nonce, parent: ProcessSelf.pid) }
    let environment = Self.environment
    let started = Monitor([Result<Spawned, TransportError>?](repeating: nil, count: identities.count))
    do throws(TransportError) {
      try crew.run(identities.count) { index in
        // After a failure there is no run, so nobody else is started.
        if started.withLock({ $0.contains { if case .failure? = $0 { true } else { false } } }) { return }
        let result = Result { () throws(TransportError) in try Spawned(identities[index], environment) }
        started.withLock { $0[index] = result }
      }
    } catch {
      throw .noThread(error, remedy: "use fewer workers (-j), or --mode thread")
    }
    // The threads stay, and with them this box: what it holds would be kept open behind the ends of the workers.
    let results = started.withLock { results in
      defer { results = [] }
      return results
    }
    take(results, identities)
    for (identity, result) in zip(identities, results) {
      if case .failure(let error)? = result {
        throw RunFailure(
          .system, "\(identity.stage) could not be started: \(error.description)",
          remedy: "use fewer workers (-j), or --mode thread")
      }
    }
  }

  /// Those that were started belong to the group, whatever became of the others.
  private mutating func take(_ results: [Result<Spawned, TransportError>?], _ identities: [WorkerIdentity]) {
    for (identity, result) in zip(identities, results) {
      guard case .success(let spawned)? = result else { continue }
      workers.append(
        WorkerProcess(
          identity: identity, child: spawned.child, control: ControlSocket(spawned.socket), stallTimeout: stallTimeout))
    }
  }

  /// Starts a worker in the place of one that has ended.
  mutating func replace(_ index: Int, after cause: DeathCause) throws(RunFailure) {
    let old = workers[index]
    let noticed = MonotonicClock.now()
    do throws(TransportError) {
      // From this thread, which lives as long as the run.
      let spawned = try Spawned(old.identity, Self.environment)
      let new = WorkerProcess(
        identity: old.identity, child: spawned.child, control: ControlSocket(spawned.socket),
        incarnation: old.incarnation + 1, stallTimeout: stallTimeout)
      new.succeeds = (cause, noticed)
      workers[index] = new
    } catch {
      throw RunFailure(
        .system, "\(old.identity.stage) could not be started again: \(error.description)",
        remedy: "use fewer workers (-j), or --mode thread")
    }
  }

  var reader: WorkerProcess { workers[0] }
  var aggregator: WorkerProcess { workers[workers.count - 1] }
  var parsers: ArraySlice<WorkerProcess> { workers[1..<workers.count - 1] }

  /// Lets every worker end by itself and takes in their ends.
  func release() {
    for worker in workers {
      do throws(LinkError) {
        try worker.control.send(kind: ControlKind.release.rawValue, payload: [], descriptors: [])
      } catch {
        // It has ended already, which is what it was to do.
      }
    }
    reap()
  }

  /// Ends every worker that still runs, and takes in their ends, so that none is left behind in any state.
  func kill() {
    for worker in workers { worker.end() }
    reap()
  }

  /// Time in which a worker that is told to end does so, in nanoseconds. It has said all it had to say.
  private static let endLimit: UInt64 = 2_000_000_000

  private func reap() {
    for worker in workers {
      do throws(TransportError) {
        let hasEnded = try Readiness.waitReadable([worker.child.pidfd.number], nanoseconds: Self.endLimit)
        if !hasEnded[0] { worker.end() }
        _ = try worker.child.wait()
      } catch {
        // Somebody else has waited for it: it is gone all the same.
      }
    }
    crew.dismiss()
  }
}
