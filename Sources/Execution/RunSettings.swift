// How a question is run: mode, number of parsers, links. Resolved options; the command line's texts are turned into
// these.

import Query

/// How the stages are run.
package enum ExecutionMode: String, CaseIterable, Sendable {
  /// One after the other in one thread: the plain truth that the others are compared with.
  case serial
  /// Threads linked by bounded queues.
  case thread
  /// Processes linked by pipes.
  case process
}

extension ExecutionMode {
  /// Bytes between the edges of pieces, unless something else is asked for. A piece costs a process more than a thread:
  /// its partial state is encoded, sent and decoded (0.4 ms for 413 groups), and two packets tell of it.
  package var standardChunkSize: Int {
    switch self {
    case .serial, .thread: 1 << 20
    case .process: 4 << 20
    }
  }
}

/// What carries messages between two stages.
package enum LinkKind: String, CaseIterable, Sendable {
  case queue
  case pipe
}

/// The resolved settings of a run.
package struct RunSettings: Equatable, Sendable {
  package var mode: ExecutionMode
  /// Number of parsers.
  package var workers: Int
  /// Pieces, and results, that a queue holds.
  package var queueDepth: Int
  /// What parsers are handed of regular files; nil in modes where that is no choice.
  package var handOff: HandOff?
  /// Whether memory shares are sampled during the run.
  package var samplesMemory: Bool

  package init(
    mode: ExecutionMode = .thread, workers: Int, queueDepth: Int? = nil, handOff: HandOff? = nil,
    samplesMemory: Bool = false
  ) {
    self.mode = mode
    self.handOff = mode == .process ? handOff ?? .standard : nil
    self.workers = workers
    self.queueDepth = queueDepth ?? workers
    self.samplesMemory = samplesMemory
  }

  /// Pieces that may be ahead of the oldest uncommitted one.
  package var window: Int { 2 * workers + 2 }
}

/// A question, its inputs and its settings.
package struct Job: Sendable {
  package var question: Question
  package var inputs: [InputFile]
  package var settings: RunSettings

  package init(question: Question, inputs: [InputFile], settings: RunSettings) {
    self.question = question
    self.inputs = inputs
    self.settings = settings
  }

  package var inputNames: [String] { inputs.map(\.facts.name) }
}
