// What a run waited for: found from the shares of its stages by rules that a reader can check against the table.

import Execution
import Report

/// What bounds one configuration. The first rule that fits decides. Shares are those of the time in which a stage was not
/// ready without a core: who takes the cores away from it, be it another stage or another program, does not change what it
/// does when it has one.
///
/// | kind | when |
/// |---|---|
/// | startUp | 80 % of the wall time or more is the start and the end of the program and of its stages |
/// | consumer | the aggregator (serial mode: the one stage) waits half of its time or more for whoever takes the output |
/// | source | parsers, reader or the one stage wait half of their time or more for the source |
/// | startUp | half of the wall time or more is start and end: not before, because types are found out from the first MiB \
///   of the source before there are stages, and that waits for the source too |
/// | parsers, aggregator, reader | it is the one that runs most of its time, and that is half of it or more |
/// | unclear | none of these |
package struct Bottleneck: Equatable, Sendable {
  package enum Kind: String, Codable, CaseIterable, Sendable {
    case startUp, consumer, source, parsers, aggregator, reader, unclear
  }

  /// A share from which on something bounds a run.
  package static let dominant = 0.5
  /// A share of start and end beside which nothing else counts.
  package static let nearlyAll = 0.8

  package var kind: Kind
  /// The share that has decided; of `unclear` the largest that there is.
  package var share: Double
  /// The shares in words: `the parsers run 97 % of their time; the reader waits 92 %, the aggregator 95 %`.
  package var evidence: String

  package init(of result: ConfigurationResult) {
    let medians = result.medians
    let start = medians.outsideSeconds + (medians.firstReadySeconds ?? 0)
    // Of the same runs: those that were only timed may have met another machine.
    let whole = medians.lookedIntoSeconds
    let startShare = whole > 0 ? min(1, start / whole) : 0
    let startEvidence =
      "of the \(NumberText.duration(seconds: whole)) of runs that were looked into, \(NumberText.duration(seconds: start)) "
      + "(\(PercentText.of(startShare))) go by before a parser is ready and after the last stage has ended"
    if startShare >= Self.nearlyAll {
      self.init(.startUp, startShare, startEvidence)
      return
    }
    let output = result.stage(.aggregator) ?? result.stage(.serial)
    if let output, output.share(\.output) >= Self.dominant {
      self.init(
        .consumer, output.share(\.output),
        "\(Self.subject(output)) waits \(PercentText.of(output.output)) of its time for whoever takes the output")
      return
    }
    let readers = result.stages.filter { $0.role != .aggregator }
    if let waiting = readers.max(by: { $0.share(\.source) < $1.share(\.source) }),
      waiting.share(\.source) >= Self.dominant
    {
      let (waits, runs, their) = waiting.role == .parsers ? ("wait", "run", "their") : ("waits", "runs", "its")
      self.init(
        .source, waiting.share(\.source),
        "\(Self.subject(waiting)) \(waits) \(PercentText.of(waiting.source)) of \(their) time for the source and \(runs) "
          + PercentText.of(waiting.running))
      return
    }
    if startShare >= Self.dominant {
      self.init(.startUp, startShare, startEvidence)
      return
    }
    guard let busiest = result.stages.max(by: { $0.share(\.running) < $1.share(\.running) }) else {
      self.init(.unclear, 0, "no stage has told what it did")
      return
    }
    let others = result.stages.filter { $0.role != busiest.role }.map { "\(Self.subject($0)) \(Self.waiting($0))" }
    let words = ([Self.work(busiest)] + others).joined(separator: "; ")
    guard busiest.share(\.running) >= Self.dominant else {
      self.init(.unclear, busiest.share(\.running), words)
      return
    }
    switch busiest.role {
    case .reader: self.init(.reader, busiest.share(\.running), words)
    case .parsers, .serial: self.init(.parsers, busiest.share(\.running), words)
    case .aggregator: self.init(.aggregator, busiest.share(\.running), words)
    }
  }

  private init(_ kind: Kind, _ share: Double, _ evidence: String) {
    self.kind = kind
    self.share = share
    self.evidence = evidence
  }

  /// Whether the processor is what there is too little of.
  package var isProcessor: Bool { kind == .parsers || kind == .aggregator || kind == .reader }

  static func subject(_ stage: StageShares) -> String {
    switch stage.role {
    case .reader: "the reader"
    case .parsers: stage.count == 1 ? "the parser" : "the parsers"
    case .aggregator: "the aggregator"
    case .serial: "the one stage"
    }
  }

  /// `the parsers run 60 % of their time and are ready without a core for 37 %`
  private static func work(_ stage: StageShares) -> String {
    let isSeveral = stage.role == .parsers && stage.count > 1
    let (runs, their) = isSeveral ? ("run", "their") : ("runs", "its")
    var words = "\(subject(stage)) \(runs) \(PercentText.of(stage.running)) of \(their) time"
    if stage.ready >= 0.05 { words += " and would for another \(PercentText.of(stage.ready)), if there were a core" }
    return words
  }

  /// `waits 92 %`
  private static func waiting(_ stage: StageShares) -> String {
    let isSeveral = stage.role == .parsers && stage.count > 1
    return "\(isSeveral ? "wait" : "waits") \(PercentText.of(stage.input + stage.output + stage.source))"
  }
}

extension StageShares {
  /// A share of the time in which the stage was not ready without a core.
  func share(_ path: KeyPath<StageShares, Double>) -> Double { ready < 1 ? self[keyPath: path] / (1 - ready) : 0 }
}
