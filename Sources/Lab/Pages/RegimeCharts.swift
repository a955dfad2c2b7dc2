// The charts of one regime: time, speed-up, stages, processors, memory, switches of context.

import Execution
import Report

/// Makes charts of the results of one regime.
struct RegimeCharts {
  private let results: [ConfigurationResult]
  private let laws: [ScalingFit]
  private let cores: Int

  init(_ report: ComparisonReport, _ regime: ComparisonRegime) {
    results = report.configurations.of(regime)
    laws = report.laws.filter { $0.regime == regime.text }
    cores = report.machine.cores
  }

  var all: [any Chart] {
    var charts: [any Chart] = [times]
    if let speedUps { charts.append(speedUps) }
    charts.append(stages)
    charts.append(processors)
    if let memory { charts.append(memory) }
    charts.append(switches)
    return charts
  }

  private static func ink(_ result: ConfigurationResult) -> ChartInk {
    ChartInk.mode(result.configuration.mode.rawValue) ?? .brown
  }

  var times: SampleChart {
    SampleChart(
      title: "Time of every run", measure: "wall time", quantity: .seconds,
      categories: results.map { result in
        .init(
          name: result.name, group: result.configuration.mode.rawValue, ink: Self.ink(result),
          samples: result.samples.map(\.wallSeconds), median: result.wall.median,
          interval: result.wall.count > 1 ? result.wall.lower...result.wall.upper : nil)
      })
  }

  /// What each stage did, of the configurations by which modes are judged.
  var stages: ShareChart {
    ShareChart(
      title: "What the stages did",
      explanation: "One configuration of each mode, the mean of the runs that were looked into; parsers together.",
      measure: "share of the stage's time", quantity: .share,
      parts: [
        .init(name: "runs", ink: .green), .init(name: "is ready, has no core", ink: .vermilion),
        .init(name: "waits for the source", ink: .amber), .init(name: "waits for the stage before", ink: .grey),
        .init(name: "waits for the stage behind", ink: .purple), .init(name: "other", ink: .brown),
      ],
      bars: ComparisonTable.judged(results, cores).flatMap { result in
        result.stages.map { stage in
          let role = stage.count > 1 ? "\(stage.count) \(stage.role.rawValue)" : stage.role.rawValue
          return .init(
            name: stage.role == .serial ? result.name : "\(result.name): \(role)",
            values: [stage.running, stage.ready, stage.source, stage.input, stage.output, stage.other])
        }
      })
  }

  var processors: ShareChart {
    ShareChart(
      title: "Time on processors", explanation: "Of all threads and processes of a run together; medians.",
      measure: "processor time", quantity: .seconds,
      parts: [.init(name: "user", ink: .sky), .init(name: "system", ink: .brown)],
      bars: results.map { .init(name: $0.name, values: [$0.medians.userSeconds, $0.medians.systemSeconds]) },
      isRelative: false)
  }

  /// nil where no run could be looked at.
  var memory: BarChart? {
    let known = results.filter { $0.medians.peakProportionalBytes != nil }
    guard !known.isEmpty else { return nil }
    return BarChart(
      title: "Memory",
      explanation:
        "The largest sum over all processes, in which what several share counts once (proportional set size).",
      measure: "peak memory", quantity: .bytes,
      categories: known.map { result in
        .init(
          name: result.name,
          bars: [
            .init(
              name: result.configuration.mode.rawValue, ink: Self.ink(result),
              value: result.medians.peakProportionalBytes ?? 0)
          ])
      })
  }

  var switches: BarChart {
    BarChart(
      title: "Switches of context", explanation: "How often a thread left its core, by a run; medians.",
      measure: "switches", quantity: .count,
      categories: results.map { result in
        .init(
          name: result.name,
          bars: [
            .init(name: "to wait (voluntary)", ink: .sky, value: result.medians.voluntarySwitches),
            .init(name: "for another (involuntary)", ink: .brown, value: result.medians.involuntarySwitches),
          ])
      })
  }

  // MARK: - Speed-up

  /// Speed-ups of plain configurations over the number of parsers, with the laws fitted to them; nil where there is nothing to
  /// compare with.
  var speedUps: LineChart? {
    let parser = results.first?.configuration.parser
    let plain = results.filter { $0.configuration.isPlain && $0.configuration.parser == parser }
    let serial = plain.first { $0.configuration.mode == .serial }
    guard let base = serial ?? plain.first(where: { $0.configuration.parsers == 1 }) else { return nil }
    var series: [LineChart.Series] = []
    var predictions: [LineChart.Series] = []
    for mode in ExecutionMode.allCases where mode != .serial {
      let own = plain.filter { $0.configuration.mode == mode && $0.wall.lower > 0 }
        .sorted { $0.configuration.parsers < $1.configuration.parsers }
      guard !own.isEmpty else { continue }
      let ink = ChartInk.mode(mode.rawValue) ?? .brown
      series.append(
        .init(
          name: mode.rawValue, ink: ink,
          points: own.map { result in
            let interval = base.wall.median / result.wall.upper...base.wall.median / result.wall.lower
            return .init(
              x: Double(result.configuration.parsers), y: base.wall.median / result.wall.median,
              interval: result.wall.count > 1 ? interval : nil)
          }))
      // The laws are fitted to speed-ups against one worker of the same mode, so they begin at its speed.
      guard let one = own.first(where: { $0.configuration.workers == 1 }),
        let fit = laws.first(where: { $0.mode == mode.rawValue })
      else { continue }
      let start = base.wall.median / one.wall.median
      if let law = fit.amdahl { predictions.append(Self.curve(law, "Amdahl, \(mode.rawValue)", ink, start)) }
      if let law = fit.universal, law.coherency > 0 {
        predictions.append(Self.curve(law, "universal law, \(mode.rawValue)", ink, start))
      }
    }
    guard series.reduce(0, { $0 + $1.points.count }) > 1 else { return nil }
    let last = series.flatMap(\.points).map(\.x).max() ?? 1
    let end = predictions.isEmpty ? max(2, last) : max(last, Double(ScalingFit.predictedCores.last ?? 1))
    var explanation = "Against \(base.name). Bars are the intervals of the medians."
    if !predictions.isEmpty {
      explanation +=
        " Dashed: laws fitted to what was measured with up to \(cores == 1 ? "one worker" : "\(cores) workers"); where they "
        + "go on, they predict what a machine with more cores would do."
    }
    return LineChart(
      title: "Speed-up", explanation: explanation, x: .init(title: "parsers", quantity: .count, kind: .logTwo),
      y: .init(title: "speed-up", quantity: .ratio, kind: .logTwo), series: series, predictions: predictions,
      ideal: .init(name: "ideal", ink: .grey, points: [.init(x: 1, y: 1), .init(x: end, y: end)]))
  }

  /// A law from 1 to as many cores as are predicted, in steps that look smooth on an axis of powers of two.
  private static func curve(_ law: ScalingLaw, _ name: String, _ ink: ChartInk, _ start: Double) -> LineChart.Series {
    let counts = (1...(ScalingFit.predictedCores.last ?? 1)).filter { $0 <= 16 || $0 % 4 == 0 }
    return .init(
      name: name, ink: ink, points: counts.map { .init(x: Double($0), y: start * law.speedUp($0)) })
  }
}
