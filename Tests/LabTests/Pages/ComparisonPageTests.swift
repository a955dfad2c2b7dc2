// The page of a comparison: what must be on it, and that it stays small.

import Execution
import Report
import Testing

@testable import Lab

@Suite struct ComparisonPageTests {
  private static func results(_ regime: ComparisonRegime, runs: Int = 11) -> [ConfigurationResult] {
    let all: [(ExecutionMode, Int, Double)] = [
      (.serial, 1, 1), (.thread, 1, 1.02), (.thread, 2, 0.53), (.thread, 4, 0.54), (.process, 1, 1.05),
      (.process, 2, 0.55), (.hybrid, 1, 0.56),
    ]
    return all.map { mode, workers, seconds in
      MadeUp.result(
        Configuration(mode, regime: regime, workers: workers, threads: 2), seconds: seconds, stages: MadeUp.busyParsers)
    }
  }

  private static let report = MadeUp.report(results(.warm))

  private static let traced = ComparisonPage.traced(of: report).map { configuration in
    TracedRun(
      configuration: configuration,
      lanes: (0..<5).map { lane in
        .init(
          name: "pipe:parser/\(lane)",
          events: (0..<20_000).map { step in
            let start = Double(step) / 20_000
            return .init(name: step % 2 == 0 ? "works" : "waits for input", start: start, end: start + 1.0 / 20_000)
          })
      })
  }

  private static let text = ComparisonPage(report, traced: traced).page.text

  @Test func saysEverythingThatWasFound() {
    for verdict in Self.report.verdicts { #expect(Self.text.contains(verdict.sentence), "\(verdict.sentence)") }
    for result in Self.report.configurations { #expect(Self.text.contains(">\(result.name)<")) }
    for word in [
      "made-up.csv", "pipe 0 compare", "2026-11-22", "made up", "2 usable, 2 online", "seed 1", "How to read this",
    ] {
      #expect(Self.text.contains(word), "\(word)")
    }
  }

  @Test func drawsEverySampleOnce() {
    let times = RegimeCharts(Self.report, .warm).times
    #expect(times.categories.map(\.samples.count) == Array(repeating: 11, count: 7))
    let points = Self.text.split(separator: "class=\"sample\"").dropFirst().map { group in
      group.prefix { _ in true }.split(separator: "</g>").first.map { $0.split(separator: "<use").count - 1 } ?? 0
    }
    #expect(points == Array(repeating: 11, count: 7))
    // And every run once more as text.
    let lines = Self.text.split(separator: "\n").filter {
      $0.hasPrefix("thread x2,") && $0.split(separator: ",").count == 9
    }
    #expect(lines.count == 11 && lines.first == "thread x2,1,527.350,527.350,0.000,0,0,0,0")
  }

  @Test func comparesSpeedWithTheIdealAndPredicts() throws {
    let chart = try #require(RegimeCharts(Self.report, .warm).speedUps)
    #expect(chart.series.map(\.name) == ["thread", "process", "hybrid"])
    #expect(chart.series[0].points.map(\.x) == [1, 2, 4])
    #expect(abs(chart.series[0].points[1].y - 1 / 0.53) < 1e-9)
    let interval = try #require(chart.series[0].points[1].interval)
    #expect(interval.contains(1 / 0.53) && interval.upperBound > interval.lowerBound)
    // Two points make one law for each mode; it passes through them.
    #expect(chart.predictions.map(\.name) == ["Amdahl, thread", "Amdahl, process"])
    let law = chart.predictions[0].points
    #expect(law.last?.x == 64)
    #expect(abs(law[0].y - 1 / 1.02) < 1e-9 && abs(law[1].y - 1 / 0.53) < 1e-9)
    #expect(chart.ideal?.points.map(\.y) == [1, 64])
    #expect(Self.text.contains("Amdahl, thread (prediction)"))
  }

  @Test func oneConfigurationHasNoSpeedUp() {
    let lone = MadeUp.report([MadeUp.result(Configuration(.thread, workers: 2), seconds: 1)])
    #expect(RegimeCharts(lone, .warm).speedUps == nil)
    #expect(!ComparisonPage(lone, traced: []).page.text.contains("Who worked"))
  }

  @Test func sharesAreThoseOfTheStages() {
    let stages = RegimeCharts(Self.report, .warm).stages
    #expect(stages.bars.map(\.name).contains("thread x2: 2 parsers"))
    for bar in stages.bars { #expect(abs(bar.values.reduce(0, +) - 1) < 1e-9, "\(bar.name)") }
    #expect(!stages.bars.map(\.name).contains { $0.contains("x4") || $0.contains("x1:") })
  }

  @Test func everyRegimeHasItsSection() {
    let throttled = ComparisonRegime(.throttled, amount: 1e8, text: "throttled=100MB/s")
    let report = MadeUp.report(Self.results(.warm) + Self.results(throttled))
    #expect(ComparisonPage.traced(of: report).count == 8)
    let page = ComparisonPage(report, traced: []).page
    #expect(page.sections.map(\.title).prefix(3) == ["Verdict", "Regime warm", "Regime throttled=100MB/s"])
    let sentence = report.verdicts.first { $0.regime == throttled.text }?.sentence
    #expect(page.text.contains(sentence ?? "there is one"))
  }

  @Test func staysSmall() {
    #expect(Self.traced.count == 4)
    #expect(Self.text.utf8.count < 300_000, "\(Self.text.utf8.count)")
    // Thousands of runs are kept by their times alone.
    let lines = RawSamples.text(of: Self.report.configurations, isWhole: false).split(separator: "\n")
    #expect(lines.count == 7 && lines[2].hasPrefix("thread x2,527.350,527.880,"))
  }

  @Test func namesOfFilesAreNoMarkup() {
    var report = Self.report
    report.inputs = [.init(name: "a/<script>x</script>.csv", bytes: 1)]
    report.command = ["compare", "a/<script>x</script>.csv", "--where", "a == 'b'"]
    let text = ComparisonPage(report, traced: []).page.text
    #expect(!text.contains("<script"))
    #expect(text.contains("pipe compare 'a/&lt;script&gt;x&lt;/script&gt;.csv' --where 'a == '\\''b'\\'''"))
  }
}
