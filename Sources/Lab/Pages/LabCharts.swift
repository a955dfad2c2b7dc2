// The charts of an experiment: its series, and its samples where they are few enough for every one to be seen.

import Report

enum LabCharts {
  /// More points than this in a chart are a cloud, and many bytes.
  private static let mostSamples = 400

  static func all(of result: ExperimentResult) -> [any Chart] {
    result.series.filter { !$0.lines.allSatisfy(\.points.isEmpty) }.map(chart) + samples(result.samples)
  }

  static func chart(of series: LabSeries) -> LineChart {
    let points = series.lines.flatMap(\.points)
    let inks = inks(series.lines.map(\.name))
    return LineChart(
      title: series.title, x: .init(title: series.xTitle, quantity: .other(unit: ""), kind: kind(points.map(\.x), 16)),
      y: .init(title: series.yTitle, quantity: .other(unit: ""), kind: kind(points.map(\.y), 100)),
      series: zip(series.lines, inks).map { line, ink in
        .init(name: line.name, ink: ink, points: line.points.map { .init(x: $0.x, y: $0.y) })
      })
  }

  /// Logarithmic where the greatest is so many times the least, so that both can be seen.
  private static func kind(_ values: [Double], _ ratio: Double) -> AxisKind {
    guard let least = values.min(), let most = values.max(), least > 0, most >= ratio * least else { return .linear }
    return .logTwo
  }

  /// Threads and processes in the inks that they have everywhere; nil for anything else.
  private static func group(_ name: String) -> (name: String, ink: ChartInk)? {
    switch name.split(whereSeparator: { " ,:".contains($0) }).first {
    case "thread", "threads": ("threads", .blue)
    case "process", "processes", "fork": ("processes", .vermilion)
    case "serial": ("serial", .grey)
    case "hybrid": ("hybrid", .green)
    default: nil
    }
  }

  /// One for each line: that of its group if no other line has it, else one after another.
  static func inks(_ names: [String]) -> [ChartInk] {
    let known = names.compactMap { group($0)?.ink }
    if known.count == names.count, Set(known).count == names.count { return known }
    return names.indices.map { ChartInk.number($0 + 1) }
  }

  /// A chart for each unit.
  static func samples(_ samples: [LabSamples]) -> [SampleChart] {
    var units: [String] = []
    for sample in samples where !units.contains(sample.unit) { units.append(sample.unit) }
    return units.compactMap { unit in
      let own = samples.filter { $0.unit == unit }
      guard own.count >= 2, own.reduce(0, { $0 + $1.values.count }) <= mostSamples else { return nil }
      let isGrouped = own.allSatisfy { group($0.name) != nil }
      return SampleChart(
        title: "Every sample", measure: unit == "s" ? "time" : unit, quantity: quantity(unit),
        categories: own.compactMap { sample in
          let group = isGrouped ? group(sample.name) : nil
          return MedianEstimate(sample.values).map { estimate in
            .init(
              name: sample.name, group: group?.name ?? "", ink: group?.ink ?? .blue, samples: sample.values,
              median: estimate.median, interval: estimate.count > 1 ? estimate.lower...estimate.upper : nil)
          }
        })
    }
  }

  private static func quantity(_ unit: String) -> Quantity {
    switch unit {
    case "s": .seconds
    case "bytes": .bytes
    default: .other(unit: "")
    }
  }
}
