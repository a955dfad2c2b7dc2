// What a run waited for: found from the shares of its stages by rules that a reader can check against the table.

import Execution
import Report

/// What bounds one configuration. The first rule that fits decides:
///
/// | kind | when |
/// |---|---|
/// | startUp | half of the wall time or more is the start and the end of the program and of its stages |
/// | consumer | the aggregator (serial mode: the one stage) waits half of its time or more for whoever takes the output |
/// | source | parsers, reader or the one stage wait half of their time or more for the source |
/// | parsers, aggregator, reader | it is the one that runs, or is ready to run, most of its time, and that is half of it or more |
/// | unclear | none of these |
package struct Bottleneck: Equatable, Sendable {
  package enum Kind: String, Codable, CaseIterable, Sendable {
    case startUp, consumer, source, parsers, aggregator, reader, unclear
  }

  /// A share from which on something bounds a run.
  package static let dominant = 0.5

  package var kind: Kind
  /// The share that has decided; of `unclear` the largest that there is.
  package var share: Double
  /// The shares in words: `the parsers run 97 % of their time; the reader waits 92 %, the aggregator 95 %`.
  package var evidence: String

  package init(of result: ConfigurationResult) {
    let medians = result.medians
    let start = medians.outsideSeconds + (medians.firstReadySeconds ?? 0)
    let startShare = result.wall.median > 0 ? min(1, start / result.wall.median) : 0
    if startShare >= Self.dominant {
      self.init(
        .startUp, startShare,
        "of \(NumberText.duration(seconds: result.wall.median)), \(NumberText.duration(seconds: start)) "
          + "(\(PercentText.of(startShare))) go by before a parser is ready and after the last stage has ended")
      return
    }
    let output = result.stage(.aggregator) ?? result.stage(.serial)
    if let output, output.output >= Self.dominant {
      self.init(
        .consumer, output.output,
        "\(Self.subject(output)) waits \(PercentText.of(output.output)) of its time for whoever takes the output")
      return
    }
    let readers = result.stages.filter { $0.role != .aggregator }
    if let waiting = readers.max(by: { $0.source < $1.source }), waiting.source >= Self.dominant {
      let (waits, runs, their) = waiting.role == .parsers ? ("wait", "run", "their") : ("waits", "runs", "its")
      self.init(
        .source, waiting.source,
        "\(Self.subject(waiting)) \(waits) \(PercentText.of(waiting.source)) of \(their) time for the source and \(runs) "
          + PercentText.of(waiting.running))
      return
    }
    guard let busiest = result.stages.max(by: { $0.working < $1.working }) else {
      self.init(.unclear, 0, "no stage has told what it did")
      return
    }
    let others = result.stages.filter { $0.role != busiest.role }.map { "\(Self.subject($0)) \(Self.waiting($0))" }
    let words = ([Self.work(busiest)] + others).joined(separator: "; ")
    guard busiest.working >= Self.dominant else {
      self.init(.unclear, busiest.working, words)
      return
    }
    switch busiest.role {
    case .reader: self.init(.reader, busiest.working, words)
    case .parsers, .serial: self.init(.parsers, busiest.working, words)
    case .aggregator: self.init(.aggregator, busiest.working, words)
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
  /// On a core or ready to be.
  package var working: Double { running + ready }
}
