// What an experiment has found: claims with what was measured, tables and series of figures, and cells of the summary.

import Report

/// Whether a claim was seen to hold.
package enum Holding: String, Equatable, Sendable, CaseIterable {
  case holds = "yes"
  case partly = "partly"
  case doesNotHold = "no"
  /// It was tried, and not seen within the time there was.
  case notObserved = "not observed"
  /// It was measured, but intervals leave it open, or samples are too few, or others had too much of the machine.
  case cannotBeTold = "cannot be told"
  /// It cannot be tried here; the finding says why.
  case cannotBeTried = "cannot be tried"
}

/// One claim beside what was measured.
package struct Finding: Equatable, Sendable {
  package var claim: String
  /// What was measured, with its figures (`27 us against 640 us: 24 times`).
  package var measured: String
  package var holding: Holding
  /// Whether times decide, in an experiment that measures them.
  package var isOfTime: Bool

  package init(claim: String, measured: String, _ holding: Holding, isOfTime: Bool = true) {
    self.claim = claim
    self.measured = measured
    self.holding = holding
    self.isOfTime = isOfTime
  }
}

/// Figures in rows; units stand in the titles.
package struct LabTable: Sendable {
  package var title: String
  package var columns: [TableColumn]
  package var rows: [[String]]

  package init(title: String, columns: [TableColumn], rows: [[String]] = []) {
    self.title = title
    self.columns = columns
    self.rows = rows
  }
}

/// Figures over something that was varied, for a chart.
package struct LabSeries: Sendable {
  package struct Line: Sendable {
    package var name: String
    package var points: [(x: Double, y: Double)]

    package init(name: String, points: [(x: Double, y: Double)]) {
      self.name = name
      self.points = points
    }
  }

  package var title: String
  package var xTitle: String
  package var yTitle: String
  package var lines: [Line]

  package init(title: String, xTitle: String, yTitle: String, lines: [Line]) {
    self.title = title
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.lines = lines
  }
}

/// All that was measured of one thing, in the order in which it was.
package struct LabSamples: Encodable, Equatable, Sendable {
  package var name: String
  package var unit: String
  package var values: [Double]

  package init(name: String, unit: String, values: [Double]) {
    self.name = name
    self.unit = unit
    self.values = values
  }
}

/// A row of the summary: a way to fail, and what was seen of it with threads and with processes.
package enum FailureMode: String, CaseIterable, Sendable {
  case leak = "memory leak"
  case race = "data race"
  case deadlock
  case crash
  case debugging
  case recovery
  case blastRadius = "blast radius"
}

/// A row of the summary as an experiment has seen it.
package struct FailureObservation: Equatable, Sendable {
  package var mode: FailureMode
  package var threads: String
  package var processes: String

  package init(_ mode: FailureMode, threads: String, processes: String) {
    self.mode = mode
    self.threads = threads
    self.processes = processes
  }
}

/// All that an experiment has found.
package struct ExperimentResult: Sendable {
  package var findings: [Finding]
  package var tables: [LabTable] = []
  package var series: [LabSeries] = []
  /// What tables and series were made of, for whoever wants to reckon anew.
  package var samples: [LabSamples] = []
  package var observations: [FailureObservation] = []
  /// What a reader of the figures should know (shortened waits, layers that were missing).
  package var notes: [String] = []

  package init(findings: [Finding]) { self.findings = findings }

  /// The findings as a table.
  package var claims: LabTable {
    LabTable(
      title: "Claims", columns: ["claim", "measured", "holds?"].map { TableColumn($0) },
      rows: findings.map { [$0.claim, $0.measured, $0.holding.rawValue] })
  }
}
