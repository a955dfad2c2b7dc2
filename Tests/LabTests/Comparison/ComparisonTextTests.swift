// What people read of a comparison.

import Execution
import Foundation
import Lab
import Testing

struct ComparisonTextTests {
  private let report = MadeUp.report([
    MadeUp.result(Configuration(.serial), seconds: 0.2, stages: [StageShares(role: .serial, running: 1)]),
    MadeUp.result(Configuration(.thread, workers: 1), seconds: 0.19, stages: MadeUp.busyParsers),
    MadeUp.result(Configuration(.thread, workers: 2), seconds: 0.1, stages: MadeUp.busyParsers),
  ])

  @Test func onATerminal() {
    let text = ComparisonText(report, style: .terminal(width: 100)).text
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(
      lines.contains("thread x2          100  99.6  100    11      2.00        1.00   1.00  ██████████"), "\(text)")
    #expect(lines.contains("Regime warm"))
    #expect(lines.contains { $0.hasPrefix("* CPU-bound in the parser (thread x2)") })
    #expect(lines.contains { $0.hasPrefix("thread  Amdahl") })
    #expect(lines.allSatisfy { $0.count <= 100 }, "\(lines.filter { $0.count > 100 })")
    #expect(!text.contains("\n\n\n"))
  }

  @Test func asMarkdown() {
    let text = ComparisonText(report, style: .markdown).text
    #expect(text.contains("### Verdict\n\n* CPU-bound"))
    #expect(text.contains("| configuration | time ms |"))
    #expect(!text.contains("█"))
  }

  @Test func asCSV() throws {
    let lines = ComparisonCSV.text(of: report).split(separator: "\n")
    #expect(lines.count == 4)
    let columns = lines[0].split(separator: ",", omittingEmptySubsequences: false)
    let cells = lines[3].split(separator: ",", omittingEmptySubsequences: false)
    #expect(columns.count == cells.count)
    let row = Dictionary(uniqueKeysWithValues: zip(columns, cells))
    #expect(row["mode"] == "thread" && row["workers"] == "2" && row["regime"] == "warm" && row["runs"] == "11")
    #expect(row["parsers_running"] == "0.97" && row["serial_running"] == "")
    let wall = try #require(row["wall"].flatMap { Double($0) })
    #expect(abs(wall - 0.1) < 1e-6)
  }

  @Test func asJSONAndBack() throws {
    let data = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(ComparisonReport.self, from: data) == report)
  }
}
