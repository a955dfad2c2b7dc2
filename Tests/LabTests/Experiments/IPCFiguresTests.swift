// What times of messages make of the claims, and where they stand in the tables.

import Testing

@testable import Lab

@Suite struct IPCFiguresTests {
  /// Processes take `factor` times as long; a batch of 1,000 rows takes `batch` times as long as a row; samples lie up to
  /// `spread` times the median.
  private func figures(factor: Double, batch: Double, spread: Double = 1) -> IPCFigures {
    var rows: [IPCFigures.Row] = []
    for (place, carrier) in MessageCarrier.allCases.enumerated() {
      for isThreads in [true, false] where isThreads || carrier.joinsProcesses {
        let slow = (isThreads ? 1 : factor) * Double(place + 1)
        for (kind, size, seconds) in [
          (MessageExchange.Kind.roundTrips, 8, 1e-6), (.stream, 64, 1e-6), (.stream, 64_000, batch * 1e-6),
          (.stream, 256 << 10, 1e-3),
        ] {
          rows.append(
            .init(
              kind: kind, size: size, carrier: carrier, isThreads: isThreads,
              samples: [1, spread, 2 - spread].map { $0 * seconds * slow }))
        }
      }
    }
    return IPCFigures(rows: rows)
  }

  @Test func slowProcessesAndChattyMessages() {
    let findings = figures(factor: 3, batch: 10).findings
    #expect(findings.map(\.holding) == [.holds, .holds, .holds])
    #expect(findings[0].measured.contains("pipe 3.00 times"))
    #expect(findings[0].measured.hasSuffix("threads by a bounded queue 1.00 us"))
    // 1,000 rows in ten times the time of one.
    #expect(findings[2].measured.contains("shared ring 100 times"))
  }

  @Test func whatIsTheSameDoesNotHold() {
    let findings = figures(factor: 1, batch: 1000).findings
    #expect(findings[0].holding == .doesNotHold)
    #expect(findings[2].holding == .doesNotHold)
  }

  @Test func whatIntervalsLeaveOpenIsNotTold() {
    var findings = figures(factor: 1.6, batch: 250, spread: 1.2).findings
    #expect(findings.map(\.holding) == [.cannotBeTold, .holds, .cannotBeTold])
    // Between processes a pipe takes as long as a queue between threads.
    findings = figures(factor: 0.5, batch: 250, spread: 1.2).findings
    #expect(findings.map(\.holding) == [.doesNotHold, .cannotBeTold, .cannotBeTold])
    #expect(figures(factor: 2, batch: 10, spread: 1.2).tables[0].rows[0][1] == "~1.00")
    #expect(figures(factor: 2, batch: 10, spread: 1.1).tables[0].rows[0][1] == "1.00")
  }

  @Test func whatWasNotMeasuredIsNoFinding() {
    var figures = figures(factor: 1, batch: 1)
    figures.rows.removeAll { $0.kind == .stream }
    #expect(figures.findings.count == 1 && figures.findings[0].measured.hasPrefix("round trip of 8 B"))
  }

  @Test func tablesAndSeries() {
    let figures = figures(factor: 2, batch: 10)
    let tables = figures.tables
    #expect(tables.count == 5)
    #expect(tables[0].rows == [["8", "1.00", "2.00", "3.00", "4.00", "5.00", "6.00"]])
    #expect(tables[1].rows.map { $0[0] } == ["64", "64,000", "262,144"])
    #expect(tables[1].rows[0][1] == "64.0")
    #expect(tables[2].rows == [["8", "4.00", "6.00", "8.00", "10.0", "12.0"]])
    #expect(tables[4].rows[0] == ["threads", "bounded queue", "1.00", "100", "100"])
    #expect(tables.allSatisfy { table in table.rows.allSatisfy { $0.count == table.columns.count } })
    #expect(figures.series.map(\.lines.count) == [11, 11])
  }

  @Test func refusedMessagesShowAsNothing() {
    var figures = figures(factor: 2, batch: 10)
    figures.rows.removeAll { $0.carrier == .mqueue && $0.size > 8192 }
    #expect(figures.tables[1].rows[2][5] == "-")
    #expect(figures.tables[4].rows.first { $0[1] == "message queue" }?[3] == "-")
  }
}
