// How a question is run: mode, number of parsers, links. Resolved options; the command line's texts are turned into
// these.

import Query
import Transport

/// How the stages are run.
package enum ExecutionMode: String, CaseIterable, Sendable {
  /// One after the other in one thread: the plain truth that the others are compared with.
  case serial
  /// Threads linked by bounded queues.
  case thread
  /// Processes linked by pipes.
  case process
  /// The same, with several parser threads in each parser process.
  case hybrid

  /// Whether the stages are processes of their own.
  package var hasProcesses: Bool { self == .process || self == .hybrid }
}

/// What carries messages between two stages.
package enum LinkKind: String, CaseIterable, Sendable {
  /// A bounded queue, between threads.
  case queue
  // The carriers between processes.
  case pipe
  case socket
  case shm

  /// What carries the frames of such a link; nil for a queue, which has none.
  package var carrier: Carrier? {
    switch self {
    case .queue: nil
    case .pipe: .pipe
    case .socket: .socket
    case .shm: .shm
    }
  }
}

/// What a run of processes does besides its work so that it survives what happens to them. All of it, but where the cost
/// of a part is measured.
package struct Safeguards: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Payloads of frames have checksums.
  package static let checksums = Safeguards(rawValue: 1)
  /// The state of the aggregator is kept for a successor.
  package static let journal = Safeguards(rawValue: 2)
  /// Workers say what they do, and are looked at.
  package static let watch = Safeguards(rawValue: 4)
  package static let all: Safeguards = [.checksums, .journal, .watch]

  /// By the name that they are switched off with.
  package static let names: [(name: String, safeguard: Safeguards)] = [
    ("checksums", .checksums), ("journal", .journal), ("watch", .watch),
  ]
}

/// The resolved settings of a run.
package struct RunSettings: Equatable, Sendable {
  package var mode: ExecutionMode
  /// Number of parsers; in hybrid mode of parser processes.
  package var workers: Int
  /// Number of parser threads in each parser process; 1 in any other mode than hybrid.
  package var threads: Int
  /// Pieces, and results, that a queue holds.
  package var queueDepth: Int
  /// What parsers are handed of regular files; nil in modes where that is no choice.
  package var handOff: HandOff?
  /// What links the stages where they are processes.
  package var carrier = Carrier.pipe
  /// How much of a sandbox there must be around readers and parsers, where those are processes.
  package var sandbox: SandboxPolicy
  /// Nanoseconds without progress after which a stage that should work has stalled: a process is replaced, a thread ends
  /// the run.
  package var stallTimeout: UInt64
  /// Faults that stages commit, at most one a stage.
  package var injections: [FaultInjection] = []
  /// Whether parsers make groups and profiles of their pieces; else they send every row.
  package var combines = true
  /// The circumstances that the run is put under.
  package var regime = Regime.none
  /// Whether what every thread does is recorded.
  package var traces = false
  /// What of the care that processes take is taken.
  package var safeguards = Safeguards.all
  /// Who may have how much memory; nil for no bound.
  package var budget: MemoryBudget?
  /// Pieces after which a parser process leaves its place to a fresh one; nil for no bound.
  package var maxPiecesPerWorker: Int?
  /// Whether the state is kept for another run: every piece then costs threads what it costs processes.
  package var keepsState = false
  /// Whether memory shares are sampled during the run.
  package var samplesMemory: Bool

  package static let standardStallTimeout: UInt64 = 10_000_000_000

  package init(
    mode: ExecutionMode = .thread, workers: Int, threads: Int = 1, queueDepth: Int? = nil, handOff: HandOff? = nil,
    sandbox: SandboxPolicy = .standard, stallTimeout: UInt64 = RunSettings.standardStallTimeout,
    samplesMemory: Bool = false
  ) {
    self.mode = mode
    self.threads = mode == .hybrid ? threads : 1
    self.handOff = mode.hasProcesses ? handOff ?? .standard : nil
    self.stallTimeout = stallTimeout
    self.workers = workers
    self.sandbox = mode.hasProcesses ? sandbox : .off
    self.queueDepth = queueDepth ?? workers
    self.samplesMemory = samplesMemory
  }

  /// The fault that a stage is to commit.
  func injection(for role: WorkerRole) -> FaultInjection? { injections.first { $0.role == role } }

  /// Pieces that may be ahead of the oldest uncommitted one.
  package var window: Int { 2 * parsers + 2 }

  /// Bytes of private memory above which a worker that has grown leaves its place to a fresh one: half its share, so that it
  /// never meets the wall for what only leaks.
  ///
  /// - Parameters:
  ///   - question: says how large a piece and a record can be, for which there are buffers.
  func growthLimit(of role: WorkerRole, _ question: Question) -> UInt64 {
    if let budget { return budget.share(of: role) / 2 }
    let buffers = 4 * (question.chunkSize + question.maxRecord) * (role == .parser ? threads : 1)
    return Retirement.standardGrowthLimit + UInt64(buffers)
  }

  /// Events that are recorded of each thread of a worker; nil where none are. Fewer where memory is short, and where many
  /// threads send theirs in one message.
  var traceLimit: Int? {
    guard traces else { return nil }
    return min(StageTrace.standardLimit / threads, budget == nil ? .max : 4 << 10)
  }

  /// Pieces that can be parsed at the same time.
  package var parsers: Int { workers * threads }
}

extension RunSettings {
  /// Bytes between the edges of pieces, unless something else is asked for.
  ///
  /// A piece costs processes more than threads: its partial state is encoded, sent and decoded, and two packets tell of it
  /// (0.4 ms in all for 413 groups). Where parsers read files by blocks or out of a pipe, a large piece costs no more than
  /// that, as long as there are enough for all parsers to end at about the same time. What is kept of a stream is several
  /// pieces, so these stay small.
  package func standardChunkSize(for inputs: [InputFacts]) -> Int {
    let smallest = 1 << 20
    guard mode.hasProcesses || keepsState, inputs.allSatisfy(\.isRegular) else { return smallest }
    let bytes = inputs.reduce(0) { $0 + $1.size }
    var size = 8 << 20
    while size > smallest, bytes / size < 8 * parsers { size /= 2 }
    // Groups of a piece can take ten times its size.
    if let budget { while size > smallest, UInt64(16 * size * threads) > budget.parser { size /= 2 } }
    return size
  }
}

/// A question, its inputs and its settings.
package struct Job: Sendable {
  package var question: Question
  package var inputs: [InputFile]
  package var settings: RunSettings
  /// What the run goes on from and where it keeps its state, if another run is to go on from there.
  package var kept: KeptState?

  package init(question: Question, inputs: [InputFile], settings: RunSettings, kept: KeptState? = nil) {
    self.question = question
    self.inputs = inputs
    self.settings = settings
    self.kept = kept
  }

  package var inputNames: [String] { inputs.map(\.facts.name) }
}
