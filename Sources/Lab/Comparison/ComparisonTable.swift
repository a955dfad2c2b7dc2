// The tables of a comparison: what stands in which column, in which unit.

import Execution
import Report

/// Columns and rows, to be laid out for a terminal or as Markdown.
package struct ComparisonTable: Sendable {
  package var columns: [TableColumn]
  package var rows: [[String]]

  /// Width of a full bar.
  private static let barWidth = 20

  private init(_ titles: [String], texts: Set<Int> = [0], rows: [[String]]) {
    columns = titles.enumerated().map { TableColumn($1, isNumeric: !texts.contains($0)) }
    self.rows = rows
  }

  /// Time, speed-up and throughput of all configurations of a regime.
  package static func times(_ results: [ConfigurationResult], hasBars: Bool) -> ComparisonTable {
    let longest = results.map(\.wall.median).max() ?? 0
    let (unit, factor) = timeUnit(longest)
    let isRated = results.contains { $0.bytesPerSecond >= 1e8 }
    var titles = [
      "configuration", "time \(unit)", "from", "to", "runs", "speed-up", "per parser", isRated ? "GB/s" : "MB/s",
    ]
    if hasBars { titles.append("time") }
    return ComparisonTable(
      titles, texts: [0, 8],
      rows: results.map { result in
        let wall = result.wall
        var cells = [result.name]
        cells += [wall.median, wall.lower, wall.upper].map { NumberText.threeDigits($0 * factor) }
        cells += [
          "\(wall.count)", text(result.speedUp, decimals: 2), text(result.efficiency, decimals: 2),
          NumberText.threeDigits(result.bytesPerSecond / (isRated ? 1e9 : 1e6)),
        ]
        if hasBars { cells.append(bar(wall.median / longest)) }
        return cells
      })
  }

  /// What each configuration took of the processors, and how often it left them.
  package static func processors(_ results: [ConfigurationResult]) -> ComparisonTable {
    let longest = results.map { max($0.wall.median, $0.processorSeconds, $0.medians.offCoreSeconds ?? 0) }.max() ?? 0
    let (unit, factor) = timeUnit(longest)
    return ComparisonTable(
      [
        "configuration", "user \(unit)", "system", "no core", "off CPU", "1st ready", "waits", "preempted", "faults",
        "major",
      ],
      rows: results.map { result in
        let medians = result.medians
        let times = [
          medians.userSeconds, medians.systemSeconds, medians.readySeconds, medians.offCoreSeconds,
          medians.firstReadySeconds,
        ]
        let counts = [
          medians.voluntarySwitches, medians.involuntarySwitches, medians.minorFaults, medians.majorFaults,
        ]
        return [result.name] + times.map { $0.map { NumberText.threeDigits($0 * factor) } ?? "-" }
          + counts.map { NumberText.grouped(Int($0)) }
      })
  }

  /// What each configuration had in memory, and what it sent from process to process.
  package static func memory(_ results: [ConfigurationResult]) -> ComparisonTable {
    ComparisonTable(
      ["configuration", "read MiB", "peak MiB", "through links MiB", "copied MiB", "encoding ms", "decoding ms"],
      rows: results.map { result in
        let medians = result.medians
        var cells = [result.name, mebibytes(medians.inputBytes), mebibytes(medians.peakProportionalBytes)]
        guard result.configuration.mode.hasProcesses else { return cells + ["-", "-", "-", "-"] }
        cells += [mebibytes(medians.linkBytes), mebibytes(medians.copiedBytes)]
        return cells + [medians.encodeSeconds, medians.decodeSeconds].map { NumberText.threeDigits($0 * 1e3) }
      })
  }

  private static func mebibytes(_ bytes: Double?) -> String {
    bytes.map { $0 == 0 ? "0" : NumberText.threeDigits($0 / 1_048_576) } ?? "-"
  }

  /// The plain configurations with as many workers as cores, one for each mode: by these modes are judged.
  package static func judged(_ results: [ConfigurationResult], _ cores: Int) -> [ConfigurationResult] {
    let workers = ComparisonMatrix.judgedWorkers(
      results.filter { $0.configuration.mode != .serial }.map(\.configuration.parsers), cores: cores)
    let parser = results.first?.configuration.parser
    return results.filter { result in
      let configuration = result.configuration
      return configuration.isPlain && configuration.parser == parser
        && (configuration.mode == .serial || configuration.parsers == workers)
    }
  }

  /// What stages did, of the plain configurations with as many workers as cores.
  package static func stages(_ results: [ConfigurationResult], _ cores: Int) -> ComparisonTable {
    ComparisonTable(
      ["configuration", "stage", "runs", "no core", "source", "before", "behind", "other"], texts: [0, 1],
      rows: judged(results, cores).flatMap { result in
        result.stages.map { stage in
          let name = stage.count > 1 ? "\(stage.role.rawValue) (\(stage.count))" : stage.role.rawValue
          let shares = [stage.running, stage.ready, stage.source, stage.input, stage.output, stage.other]
          return [result.name, name] + shares.map { NumberText.fixed(100 * $0, decimals: 0) }
        }
      })
  }

  /// The laws and what they predict.
  package static func laws(_ report: ComparisonReport) -> ComparisonTable {
    let known = report.laws.filter { $0.amdahl != nil }
    let cores = ScalingFit.predictedCores.filter { count in
      known.contains { $0.predictions.contains { $0.cores == count } }
    }
    let hasSeveral = report.regimes.count > 1
    var rows: [[String]] = []
    for fit in known {
      let name = hasSeveral ? "\(fit.mode) (\(fit.regime))" : fit.mode
      func row(_ law: ScalingLaw, _ title: String, coherency: String, _ value: (ScalingFit.Prediction) -> Double?)
        -> [String]
      {
        let predicted = cores.map { count in
          fit.predictions.first { $0.cores == count }.flatMap(value).map { NumberText.fixed($0, decimals: 1) } ?? ""
        }
        return [name, title, PercentText.of(law.contention), coherency] + predicted
      }
      if let law = fit.amdahl { rows.append(row(law, "Amdahl", coherency: "-") { $0.amdahl }) }
      if let law = fit.universal {
        rows.append(row(law, "universal", coherency: PercentText.of(law.coherency)) { $0.universal })
      }
    }
    return ComparisonTable(
      ["mode", "law", "contention", "coherency"] + cores.map { "\($0) cores" }, texts: [0, 1], rows: rows)
  }

  private static func text(_ value: Double?, decimals: Int) -> String {
    value.map { NumberText.fixed($0, decimals: decimals) } ?? "-"
  }

  /// The unit of a column by its largest value.
  private static func timeUnit(_ seconds: Double) -> (name: String, factor: Double) {
    seconds < 10 ? ("ms", 1e3) : ("s", 1)
  }

  /// A bar of blocks, in eighths.
  private static func bar(_ share: Double) -> String {
    guard share.isFinite, share > 0 else { return "" }
    let eighths = max(1, Int((share * Double(barWidth) * 8).rounded()))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }
}
