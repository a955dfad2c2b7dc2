// What is done about a worker that has ended: a value without processes, which the supervisor asks.

import Transport

/// Why a worker has ended before it was told to.
package enum DeathCause: Equatable, Sendable, CustomStringConvertible {
  /// By a signal that others send (SIGKILL, SIGTERM): no word against its work.
  case killed(signal: Int32)
  /// By a signal that its own work brings about (SIGSEGV, SIGILL, SIGABRT).
  case crashed(signal: Int32)
  case exited(code: Int32)
  /// It was stopped by a signal, and ended for that.
  case stopped
  /// It did not get on with its work, and was ended for that; how.
  case stalled(String)
  /// It, or a neighbour, said that something is wrong with it, and it was ended.
  case failed(String)
  /// It met the wall around its memory, or the kernel killed it because there was no memory left.
  case outOfMemory(byKernel: Bool)
  /// It has left its place to a fresh one, as it was to: no death.
  case retired

  /// Signals that a process brings upon itself.
  private static let fatal: Set<Int32> = [4, 5, 6, 7, 8, 11, 31]

  package init(_ status: ExitReport.Status) {
    switch status {
    case .exited(let code): self = .exited(code: code)
    case .signalled(let signal, _) where Self.fatal.contains(signal): self = .crashed(signal: signal)
    case .signalled(let signal, _): self = .killed(signal: signal)
    }
  }

  package var description: String {
    switch self {
    case .killed(let signal), .crashed(let signal): "ended by signal \(signal) (\(SignalName.name(of: signal)))"
    case .exited(let code): "ended by exit status \(code)"
    case .stopped: "was stopped"
    case .stalled(let how): how
    case .failed(let reason): "failed: \(reason)"
    case .outOfMemory(byKernel: true): "was killed by the kernel for want of memory"
    case .outOfMemory: "ran out of memory"
    case .retired: "made room for a fresh one"
    }
  }

  /// The signal that ended it where its own work did; nil where that need not be so.
  var ownSignal: Int32? {
    switch self {
    case .crashed(let signal): signal
    // Ended by the supervisor, because of what it did.
    case .stalled: 9
    case .killed, .exited, .stopped, .failed, .outOfMemory, .retired: nil
    }
  }

  /// What the piece that it died of is suspected of; nil where that is nothing.
  func suspect(_ work: WorkName) -> Suspect? {
    if let signal = ownSignal { return Suspect(work: work, signal: signal) }
    guard case .outOfMemory(let byKernel) = self else { return nil }
    return Suspect(work: work, signal: 0, kind: byKernel ? .kernelMemory : .memory)
  }

  /// The same without figures, for counting.
  package var name: String {
    switch self {
    case .killed(let signal), .crashed(let signal): SignalName.name(of: signal)
    case .exited: "exit"
    case .stopped: "stop"
    case .stalled: "stall"
    case .failed: "failure"
    case .outOfMemory(byKernel: true): "kernel out of memory"
    case .outOfMemory: "out of memory"
    case .retired: "retired"
    }
  }
}

/// Decides whether a run goes on.
package struct RecoveryPolicy: Equatable, Sendable {
  package enum Decision: Equatable, Sendable {
    case replace
    /// The run is hopeless.
    case giveUp(String)
    /// The same, because what was read of a stream cannot be read again.
    case giveUpStream
  }

  /// Deaths in a row that are borne while nothing new is committed, at least.
  package static let patience = 64
  /// Kills for want of memory in a row, of one that is not a parser, that are borne: its successor needs as much.
  package static let kernelPatience = 3
  /// Crashes in a row, of workers that had not said a word, that are borne: somebody else may have sent the signal, and on
  /// a busy machine a start takes long. One that can never start costs less than a second by that.
  package static let startingPatience = 16

  /// Whether everything that was read can be read again.
  package let reachesBack: Bool
  private let patience: Int
  package private(set) var deathsWithoutProgress = 0
  private var crashesAtStart = 0
  private var kernelKills = 0
  private var retirements = 0

  /// - Parameters:
  ///   - isSeekable: whether everything that was read can be read again.
  ///   - window: pieces that may be out at a time. Each may end three parsers before the first of them is committed.
  package init(isSeekable: Bool, window: Int = 0) {
    reachesBack = isSeekable
    patience = max(Self.patience, 8 * window)
  }

  /// Something new was committed.
  package mutating func noteProgress() { (deathsWithoutProgress, kernelKills, retirements) = (0, 0, 0) }

  /// A worker has said its first word.
  package mutating func noteStart() { crashesAtStart = 0 }

  /// A worker has ended.
  ///
  /// - Parameter hasStarted: whether it had ever said a word.
  package mutating func decide(_ role: WorkerRole, _ cause: DeathCause, hasStarted: Bool) -> Decision {
    if cause == .retired {
      // No death; but one that only claims to have done its work must not do so for ever.
      retirements += 1
      return retirements > 16 * patience ? .giveUp("\(retirements) workers in a row did nothing new") : .replace
    }
    deathsWithoutProgress += 1
    if !hasStarted {
      // One that was killed may have had no time yet; one that ends by itself would do so again.
      switch cause {
      case .killed, .stopped: break
      case .crashed: crashesAtStart += 1
      case .exited, .failed, .stalled, .outOfMemory, .retired: crashesAtStart = .max
      }
      if crashesAtStart > Self.startingPatience { return .giveUp("it could not start") }
    }
    if role != .parser, !reachesBack {
      return .giveUpStream
    }
    if case .outOfMemory(let byKernel) = cause, role != .parser {
      // A parser's piece can be made smaller; what these have in memory is what there is.
      kernelKills += byKernel ? 1 : 0
      if !byKernel || kernelKills > Self.kernelPatience { return .giveUp("another would need as much") }
    }
    if deathsWithoutProgress > patience {
      return .giveUp("\(deathsWithoutProgress) workers in a row ended without any progress")
    }
    return .replace
  }
}

/// One worker that was replaced.
package struct Replacement: Equatable, Sendable {
  package var stage: StageName
  package var cause: DeathCause
  /// When its end was noticed, by `MonotonicClock`.
  package var noticed: UInt64
  /// From when its end was noticed until the one in its place said its first word.
  package var nanoseconds: UInt64

  package init(stage: StageName, cause: DeathCause, noticed: UInt64 = 0, nanoseconds: UInt64) {
    self.noticed = noticed
    self.stage = stage
    self.cause = cause
    self.nanoseconds = nanoseconds
  }
}
