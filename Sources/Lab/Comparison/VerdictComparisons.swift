// The sentences that hold one configuration against another: modes, parsers, links, hand-offs, chunk sizes, combining.

import CSV
import Execution
import Report

/// Comparisons within one regime. `VerdictRules` says when two configurations tie.
struct VerdictComparisons {
  let regime: ComparisonRegime
  let results: [ConfigurationResult]

  /// Threads against processes, and what these cost.
  func modes(_ threads: ConfigurationResult, _ processes: ConfigurationResult) -> [Verdict] {
    let times = "\(threads.name) \(Self.time(threads)), \(processes.name) \(Self.time(processes))"
    let (fast, slow) = (
      min(threads.wall.median, processes.wall.median), max(threads.wall.median, processes.wall.median)
    )
    let isTie = VerdictRules.tie(threads, processes)
    // Threads stand first.
    let ratio =
      threads.wall.median <= processes.wall.median
      ? "1.00 : \(PercentText.ratio(fast / slow))" : "\(PercentText.ratio(fast / slow)) : 1.00"
    let mode: Verdict
    if isTie {
      let tie = VerdictRules.isClose(threads, processes) ? "tie" : "cannot be told apart"
      mode = Verdict(.modesTie, regime, "Threads and processes \(tie) (\(ratio) of the speed; \(times))")
    } else if threads.wall.median < processes.wall.median {
      mode = Verdict(.threadsWin, regime, "Threads are faster than processes (\(ratio) of the speed; \(times))")
    } else {
      mode = Verdict(.processesWin, regime, "Processes are faster than threads (\(ratio) of the speed; \(times))")
    }
    var prices: [String] = []
    let change = processes.wall.median / threads.wall.median - 1
    if change > 0, !isTie || !VerdictRules.isClose(threads, processes) {
      let time = NumberText.duration(seconds: change * threads.wall.median)
      prices.append("\(PercentText.of(change)) time (\(time)\(isTie ? ", in doubt: the intervals overlap" : ""))")
    }
    if let ours = threads.medians.peakProportionalBytes, let theirs = processes.medians.peakProportionalBytes,
      theirs > ours
    {
      prices.append(NumberText.bytes(Int(theirs - ours)))
    }
    let price = prices.isEmpty ? "nothing that was measured" : prices.joined(separator: " and ")
    return [
      mode,
      Verdict(
        .priceOfProcesses, regime,
        "Choose processes if a crash must not lose the run: a worker that dies is replaced. They cost \(price) here"),
    ]
  }

  /// Everything that is held against its plain neighbour.
  func rest(parser: ScannerKind) -> [Verdict] {
    var verdicts: [Verdict] = []
    if let hybrid = results.first(where: { $0.configuration.mode == .hybrid && $0.configuration.isPlain }),
      let processes = results.first(where: {
        $0.configuration.mode == .process && $0.configuration.isPlain
          && $0.configuration.parsers == hybrid.configuration.parsers
          && $0.configuration.parser == hybrid.configuration.parser
      })
    {
      verdicts.append(Verdict(.hybrid, regime, Self.sentence(hybrid, against: processes)))
    }
    verdicts += others(.parsers) { $0.parser = parser }
    verdicts += others(.links) { if $0.mode.hasProcesses { $0.link = .pipe } }
    verdicts += others(.handOff) { if $0.mode.hasProcesses { $0.handOff = .standard } }
    let firstSize = results.compactMap(\.configuration.chunkSize).first
    verdicts += others(.chunkSizes) { $0.chunkSize = firstSize }
    verdicts += others(.combining) { $0.combines = true }
    return verdicts
  }

  /// For every configuration that differs from a measured one in just the part that the change sets back: a clause; all in one
  /// sentence.
  private func others(_ kind: Verdict.Kind, _ setBack: (inout Configuration) -> Void) -> [Verdict] {
    let clauses = results.compactMap { result -> String? in
      let plain = result.configuration.with(setBack)
      guard plain != result.configuration, let neighbour = results.first(plain) else { return nil }
      return Self.sentence(result, against: neighbour)
    }
    return clauses.isEmpty ? [] : [Verdict(kind, regime, clauses.joined(separator: "; "))]
  }

  /// `thread x2 libcsv takes 2.31 times the time of thread x2`, `process x2 shm ties with process x2 (0.99)`
  static func sentence(_ one: ConfigurationResult, against other: ConfigurationResult) -> String {
    let ratio = PercentText.ratio(one.wall.median / other.wall.median)
    if VerdictRules.isClose(one, other) { return "\(one.name) ties with \(other.name) (\(ratio) of its time)" }
    if VerdictRules.tie(one, other) { return "\(one.name) cannot be told from \(other.name) (\(ratio) of its time)" }
    return "\(one.name) takes \(ratio) times the time of \(other.name)"
  }

  private static func time(_ result: ConfigurationResult) -> String { NumberText.duration(seconds: result.wall.median) }
}
