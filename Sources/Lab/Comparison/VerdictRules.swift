// The rules that turn figures into sentences, regime by regime.

import CSV
import Execution
import Report

/// Applies the rules to a comparison.
///
/// Two configurations *tie* if the intervals of their medians overlap, or if the medians differ by less than 2 %. Of those
/// that tie with the fastest, the *choice* is the one with the fewest parsers, and of these the simplest mode (serial,
/// thread, process, hybrid): what costs more must buy something.
///
/// | sentence | about | rule |
/// |---|---|---|
/// | what bounds the run | thread mode (else process, hybrid, serial) with as many workers as cores | `Bottleneck` |
/// | the same as processes | process mode with as many workers | only if it is something else |
/// | one core | all | affinity and quota allow one core |
/// | threads : processes | both with as many workers as cores | tie, or the ratio of speeds |
/// | price of processes | the same | wall time unless they tie, and peak memory, against threads |
/// | change | regimes in which the same plain configurations were tried | the choice is another one |
/// | workers | thread, else process mode | the fewest workers that tie with the fastest; *enough* if more were tried |
/// | parsers | libcsv, scalar against the first parser, same mode and workers | ratio of times, or tie; *cannot be told* where only intervals tie |
/// | links, hand-off, chunks, combining | against the plain configuration beside them | ratio of times, or tie |
/// | not cold | cold | less than 90 % of the input's bytes came from a device |
/// | not warm | all but cold | more than 10 % of them did |
package struct VerdictRules: Sendable {
  package static let tieShare = 0.02
  /// From here on a tie is one of intervals only.
  package static let closeShare = 0.05
  package static let coldShare = 0.9
  package static let warmShare = 0.1
  /// A share of the parsers' time without a core from which on others have the cores.
  package static let starvedShare = 0.2

  private let report: ComparisonReport

  package init(_ report: ComparisonReport) { self.report = report }

  package var verdicts: [Verdict] {
    var verdicts: [Verdict] = []
    for regime in report.regimes { verdicts += self.verdicts(of: regime) }
    verdicts += changes
    if !report.givenUp.isEmpty {
      verdicts.append(
        Verdict(
          .givenUp, nil,
          "There was no time for \(report.givenUp.map(\.fullName).joined(separator: ", ")): use a larger --budget"))
    }
    return verdicts
  }

  // MARK: - One regime

  private func verdicts(of regime: ComparisonRegime) -> [Verdict] {
    let results = report.configurations.of(regime)
    var verdicts = cache(regime, results).map { [$0] } ?? []
    guard let judged = judged(results) else { return verdicts }
    let bottleneck = Bottleneck(of: judged)
    verdicts.append(bound(regime, judged, bottleneck, results))
    let threads = plain(results, .thread)
    let processes = plain(results, .process, as: threads)
    if judged.configuration.mode == .thread, let processes {
      let theirs = Bottleneck(of: processes)
      if theirs.kind != bottleneck.kind { verdicts.append(bound(regime, processes, theirs, results)) }
    }
    if report.machine.cores == 1 { verdicts.append(oneCore(regime, results)) }
    let comparisons = VerdictComparisons(regime: regime, results: results)
    if let threads, let processes {
      verdicts += comparisons.modes(threads, processes)
    }
    if let workers = workers(regime, results, bottleneck) { verdicts.append(workers) }
    verdicts += comparisons.rest(parser: firstParser(results))
    if let choice = Self.choice(results) {
      verdicts.append(Verdict(.choice, regime, Self.sentence(of: choice, among: results)))
    }
    return verdicts
  }

  private func firstParser(_ results: [ConfigurationResult]) -> ScannerKind {
    results.first?.configuration.parser ?? .simd
  }

  /// The plain configuration of a mode with as many workers as the other, if that was tried, else as there are cores, or the
  /// nearest there is.
  private func plain(
    _ results: [ConfigurationResult], _ mode: ExecutionMode, as other: ConfigurationResult? = nil
  ) -> ConfigurationResult? {
    let parser = firstParser(results)
    let own = results.filter {
      $0.configuration.mode == mode && $0.configuration.parser == parser && $0.configuration.isPlain
    }
    if let like = own.first(where: { $0.configuration.parsers == other?.configuration.parsers }) { return like }
    let workers = ComparisonMatrix.judgedWorkers(own.map(\.configuration.parsers), cores: report.machine.cores)
    return own.first { $0.configuration.parsers == workers }
  }

  /// The configuration that is asked what bounds the run.
  private func judged(_ results: [ConfigurationResult]) -> ConfigurationResult? {
    plain(results, .thread) ?? plain(results, .process) ?? plain(results, .hybrid) ?? plain(results, .serial)
      ?? results.first
  }

  private func bound(
    _ regime: ComparisonRegime, _ judged: ConfigurationResult, _ bottleneck: Bottleneck,
    _ results: [ConfigurationResult]
  ) -> Verdict {
    let name = judged.name
    let evidence = bottleneck.evidence
    switch bottleneck.kind {
    case .startUp:
      return Verdict(
        .startUpBound, regime,
        "Bound by its start (\(name)): \(evidence). The input is too small for workers to pay")
    case .consumer:
      return Verdict(
        .consumerBound, regime,
        "Bound by the consumer (\(name)): \(evidence). Neither more workers nor a faster parser can help")
    case .source:
      return Verdict(
        .sourceBound, regime,
        "I/O-bound (\(name)): \(evidence). \(delivered(judged)); \(fasterParser(judged, results))")
    case .parsers:
      return Verdict(.parserBound, regime, "CPU-bound in the parser (\(name)): \(evidence)")
    case .aggregator:
      return Verdict(
        .aggregatorBound, regime,
        "CPU-bound in the aggregator (\(name)): \(evidence).\(sent(judged)) It is one for all parsers: more of them cannot help"
      )
    case .reader:
      return Verdict(
        .readerBound, regime,
        "Bound by the reader (\(name)): \(evidence). It is one for all parsers: more of them cannot help")
    case .unclear:
      return Verdict(.unclear, regime, "No stage alone bounds the run (\(name)): \(evidence)")
    }
  }

  /// `The source delivers 20.0 MB/s, and 1.38 times the bytes of the input were read`
  private func delivered(_ judged: ConfigurationResult) -> String {
    let size = Double(report.inputBytes)
    // A stage reads on behind the edge of its piece to the end of a record, and the first bytes are looked at before.
    let read = max(size, judged.medians.inputBytes)
    let rate = NumberText.rate(bytes: Int(read / max(1e-9, judged.wall.median)), seconds: 1)
    guard read >= 1.02 * size else { return "The source delivers \(rate)" }
    return "The source delivers \(rate), and \(PercentText.ratio(read / size)) times the bytes of the input are read"
  }

  /// What crosses to the aggregator, where it crosses to another process.
  private func sent(_ judged: ConfigurationResult) -> String {
    guard judged.configuration.mode.hasProcesses else { return "" }
    let medians = judged.medians
    return " Through links go \(NumberText.bytes(Int(medians.linkBytes))), encoded in "
      + "\(NumberText.duration(seconds: medians.encodeSeconds)) and decoded in "
      + "\(NumberText.duration(seconds: medians.decodeSeconds))."
  }

  /// Whether a faster parser helps where the source is waited for, as far as that was tried.
  private func fasterParser(_ judged: ConfigurationResult, _ results: [ConfigurationResult]) -> String {
    let others = results.filter { other in
      other.configuration.parser != judged.configuration.parser
        && other.configuration.with { $0.parser = judged.configuration.parser } == judged.configuration
    }
    guard let other = others.first else { return "a faster parser cannot help" }
    let ratio = PercentText.ratio(other.wall.median / judged.wall.median)
    let parsers = (judged.configuration.parser.rawValue, other.configuration.parser.rawValue)
    return Self.tie(judged, other)
      ? "a faster parser cannot help: \(parsers.1) takes \(ratio) of the time of \(parsers.0)"
      : "even so, \(parsers.1) takes \(ratio) of the time of \(parsers.0)"
  }

  private func oneCore(_ regime: ComparisonRegime, _ results: [ConfigurationResult]) -> Verdict {
    let own = sorted(results, ladder(results))
    guard let one = own.first, let most = own.last, one.configuration.workers < most.configuration.workers else {
      return Verdict(.oneCore, regime, "There is one core: whatever is ready to run waits for it")
    }
    let ratio = PercentText.ratio(one.wall.median / most.wall.median)
    let reason =
      Self.tie(one, most) || one.wall.median < most.wall.median ? "more workers buy nothing" : "more workers still help"
    return Verdict(
      .oneCore, regime,
      "There is one core: \(reason) (\(most.name) has \(ratio) of the speed of \(one.name))")
  }

  /// The mode in which numbers of workers are compared: the one with most of them, threads first.
  private func ladder(_ results: [ConfigurationResult]) -> ExecutionMode {
    sorted(results, .process).count > sorted(results, .thread).count ? .process : .thread
  }

  private func sorted(_ results: [ConfigurationResult], _ mode: ExecutionMode) -> [ConfigurationResult] {
    let parser = firstParser(results)
    return
      results
      .filter { $0.configuration.mode == mode && $0.configuration.parser == parser && $0.configuration.isPlain }
      .sorted { $0.configuration.workers < $1.configuration.workers }
  }

  private func workers(
    _ regime: ComparisonRegime, _ results: [ConfigurationResult], _ bottleneck: Bottleneck
  ) -> Verdict? {
    let own = sorted(results, ladder(results))
    guard own.count >= 2, let fastest = own.min(by: { $0.wall.median < $1.wall.median }), let one = own.first,
      let enough = own.first(where: { Self.tie($0, fastest) })
    else { return nil }
    let count = enough.configuration.workers
    let speedUp = "\(PercentText.ratio(one.wall.median / enough.wall.median)) times the speed of \(one.name)"
    guard let more = own.first(where: { $0.configuration.workers > count }) else {
      return Verdict(.workersHelp, regime, "More workers help as far as was tried: \(enough.name) has \(speedUp)")
    }
    let reason: String
    let cores = report.machine.cores
    switch bottleneck.kind {
    case .source: reason = "the source is what is waited for"
    case .consumer: reason = "the consumer is what is waited for"
    case .startUp: reason = "most of the time is start and end"
    case .aggregator: reason = "the aggregator is what is waited for"
    case .reader: reason = "the reader is what is waited for"
    case .parsers, .unclear:
      if count >= cores {
        reason = "there \(cores == 1 ? "is 1 core" : "are \(cores) cores")"
      } else if let ready = more.stage(.parsers)?.ready, ready >= Self.starvedShare {
        reason = "parsers are ready without a core \(PercentText.of(ready)) of their time"
      } else {
        reason = "they do not pay here"
      }
    }
    let ratio = PercentText.ratio(enough.wall.median / more.wall.median)
    let gain = count == one.configuration.workers ? "" : "; \(enough.name) has \(speedUp)"
    return Verdict(
      .workersEnough, regime,
      "More than \(count == 1 ? "1 worker buys" : "\(count) workers buy") nothing: \(reason) (\(more.name) has \(ratio) of the "
        + "speed of \(enough.name))\(gain)")
  }

  /// Whether the page cache was what the regime says.
  private func cache(_ regime: ComparisonRegime, _ results: [ConfigurationResult]) -> Verdict? {
    let size = Double(report.inputBytes)
    guard size > 0 else { return nil }
    let shares = results.map { $0.medians.blockInputBytes / size }
    if regime.kind == .cold, let least = shares.min(), least < Self.coldShare {
      return Verdict(
        .notCold, regime,
        "These runs were not cold: the page cache could not be dropped, and only \(PercentText.of(least)) of the input came "
          + "from a device")
    }
    if regime.kind != .cold, let most = shares.max(), most > Self.warmShare {
      return Verdict(
        .notWarm, regime,
        "The inputs did not stay in the page cache: \(PercentText.of(most)) of their bytes came from a device in every run"
      )
    }
    return nil
  }

  // MARK: - Several regimes

  /// Where the choice changes from the first regime to another.
  private var changes: [Verdict] {
    guard let first = report.regimes.first, let choice = Self.choice(report.configurations.of(first)) else { return [] }
    return report.regimes.dropFirst().compactMap { regime in
      let results = report.configurations.of(regime)
      guard let other = Self.choice(results), other.name != choice.name else { return nil }
      // Where not the same was tried in both, the change may be one of what was tried.
      let tried = [report.configurations.of(first), results].map { Set($0.filter(\.configuration.isPlain).map(\.name)) }
      guard tried[0] == tried[1] else { return nil }
      // What is chosen in the first regime may be a little slower in the other, or just more than is needed.
      let same = results.first { $0.name == choice.name }
      var sentence = "From \(first) to \(regime) the choice changes from \(choice.name) to \(other.name)"
      if let same {
        sentence +=
          Self.tie(same, other)
          ? ", which is as fast there with less"
          : ", which is \(PercentText.ratio(same.wall.median / other.wall.median)) times as fast there"
      }
      return Verdict(.choiceChanges, regime, sentence)
    }
  }

  // MARK: - The rules themselves

  /// Whether two configurations take the same time, as far as was measured.
  package static func tie(_ one: ConfigurationResult, _ other: ConfigurationResult) -> Bool {
    one.wall.overlaps(other.wall) || differ(one, other) < tieShare
  }

  /// By how much the faster of two is faster, in parts of the slower one's time.
  private static func differ(_ one: ConfigurationResult, _ other: ConfigurationResult) -> Double {
    let slow = max(one.wall.median, other.wall.median)
    return slow > 0 ? 1 - min(one.wall.median, other.wall.median) / slow : 0
  }

  /// `Use --mode thread -j 2: 1.20 s, and nothing that was tried is faster`
  private static func sentence(of choice: ConfigurationResult, among results: [ConfigurationResult]) -> String {
    let median = choice.wall.median
    let use = "Use \(options(choice.configuration)): \(NumberText.duration(seconds: median))"
    guard let fastest = results.min(by: { $0.wall.median < $1.wall.median }),
      differ(choice, fastest) >= tieShare
    else { return "\(use), and nothing that was tried is faster" }
    let other = "\(fastest.name), \(NumberText.duration(seconds: fastest.wall.median))"
    return tie(choice, fastest)
      ? "\(use), and nothing that was tried is certainly faster: the interval of the fastest (\(other)) overlaps, and this is "
        + "simpler"
      : "\(use), the simplest of what is as fast with plain options; the fastest is \(other)"
  }

  /// Whether two that tie do so because their times are the same, and not for want of better figures.
  static func isClose(_ one: ConfigurationResult, _ other: ConfigurationResult) -> Bool {
    tie(one, other) && differ(one, other) < closeShare
  }

  /// What to use: the least that ties with the fastest.
  package static func choice(_ results: [ConfigurationResult]) -> ConfigurationResult? {
    let plain = results.filter(\.configuration.isPlain)
    guard let fastest = (plain.isEmpty ? results : plain).min(by: { $0.wall.median < $1.wall.median }) else {
      return nil
    }
    let order = ExecutionMode.allCases
    func rank(_ result: ConfigurationResult) -> [Int] {
      let configuration = result.configuration
      let parser = ScannerKind.allCases.firstIndex(of: configuration.parser) ?? 0
      return [configuration.parsers, order.firstIndex(of: configuration.mode) ?? 0, parser]
    }
    return (plain.isEmpty ? results : plain).filter { tie($0, fastest) }
      .min { rank($0).lexicographicallyPrecedes(rank($1)) }
  }

  /// The options that a user types for it.
  static func options(_ configuration: Configuration) -> String {
    var words = ["--mode \(configuration.mode.rawValue)"]
    if configuration.mode != .serial { words.append("-j \(configuration.workers)") }
    if configuration.mode == .hybrid { words.append("--threads \(configuration.threads)") }
    if configuration.parser != .simd { words.append("--parser \(configuration.parser.rawValue)") }
    return words.joined(separator: " ")
  }
}
