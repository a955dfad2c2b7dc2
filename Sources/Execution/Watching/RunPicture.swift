// What all stages of a run do at one moment: the answer to SIGUSR1, and the diagnosis where a run stalls. A value, so that
// what is said about who waits for whom can be tried without threads.

import Transport

/// A run, looked at.
package struct RunPicture: Equatable, Sendable {
  /// One thread of one stage.
  package struct Stage: Equatable, Sendable {
    package var name: StageName
    /// Which thread of the stage, counted from 1; nil where there is but one.
    package var thread: Int?
    package var state: ActivityPage.State
    /// The piece that it has begun last.
    package var work: WorkName?
    /// For how long it has done the same without dealing with another byte, in nanoseconds.
    package var quietNanoseconds: UInt64 = 0
    /// Bytes that it has dealt with, those that were done again included.
    package var doneBytes: UInt64 = 0
    /// Time on a processor so far. That of a process with several parser threads, or of a thread with all stages, stands with
    /// the first one only.
    package var cpuNanoseconds: UInt64?
    /// Where stages are processes: its number, and how many there were in its place before.
    package var pid: Int32?
    package var incarnation = 0
    /// Whether a signal has stopped its process.
    package var isStopped = false

    package init(_ name: StageName, thread: Int? = nil, _ state: ActivityPage.State, work: WorkName? = nil) {
      self.name = name
      self.thread = thread
      self.state = state
      self.work = work
    }

    /// The stage's name, and which of its threads where it has several.
    package var title: String { thread.map { "\(name).\($0)" } ?? name.description }
  }

  /// A queue between stages that are threads.
  package struct Queue: Equatable, Sendable {
    package var cargo: TopologyLink.Cargo
    package var depth: Int
    package var capacity: Int

    package init(_ cargo: TopologyLink.Cargo, depth: Int, capacity: Int) {
      self.cargo = cargo
      self.depth = depth
      self.capacity = capacity
    }
  }

  package var mode: ExecutionMode
  /// In the order of the pipeline.
  package var stages: [Stage]
  package var queues: [Queue] = []
  package var inputNames: [String] = []
  package var committedBytes = 0
  /// Of all inputs; nil where one is a stream.
  package var totalBytes: Int?
  /// Since the run began.
  package var nanoseconds: UInt64 = 0
  package var replacements: [Replacement] = []

  package init(mode: ExecutionMode, stages: [Stage]) {
    self.mode = mode
    self.stages = stages
  }

  /// What is the same in every picture of a run.
  init(of job: Job, since start: UInt64, progress: Progress) {
    self.init(mode: job.settings.mode, stages: [])
    inputNames = job.inputNames
    committedBytes = progress.committedBytes
    if job.inputs.allSatisfy(\.facts.isRegular) { totalBytes = job.inputs.reduce(0) { $0 + $1.facts.size } }
    nanoseconds = MonotonicClock.now() - start
  }
}

extension RunPicture {
  /// What a stage does, in words: `works on bytes 0 to 1048576 of in.csv`.
  package func doing(_ stage: Stage) -> String {
    if stage.isStopped { return "is stopped by a signal" }
    return switch (stage.state, stage.name) {
    case (.works, _): "works" + place(of: stage)
    case (.worksAsOne, _): "works on the result as a whole"
    case (.finished, _): "has finished"
    case (.waitsForSource, _): "waits for the source" + place(of: stage)
    case (.waitsForFeedback, _): "waits to hear from the aggregator"
    case (.waitsForInput, .reader): "waits for its input"
    case (.waitsForInput, .parser): "waits for a piece"
    case (.waitsForInput, _): "waits for a result"
    case (.waitsForOutput, .reader): "waits until a piece is taken"
    case (.waitsForOutput, .parser): "waits until a result is taken"
    case (.waitsForOutput, _): "waits until its output is taken"
    }
  }

  /// ` on bytes 0 to 1048576 of in.csv`; nothing where no piece is known.
  func place(of stage: Stage) -> String {
    guard let work = stage.work, inputNames.indices.contains(Int(work.input)) else { return "" }
    return " on bytes \(work.first) to \(work.end) of \(inputNames[Int(work.input)])"
  }

  /// Why a run ends whose stage, a thread, stalls.
  package func failure(of stage: Stage, _ cause: DeathCause) -> RunFailure {
    let place = place(of: stage)
    return RunFailure(
      .worker, "\(stage.title) \(cause)" + (place.isEmpty ? "" : " while it worked" + place),
      remedy: "no output file was written; run again, and if it happens again report it with the input and all of this")
  }
}
