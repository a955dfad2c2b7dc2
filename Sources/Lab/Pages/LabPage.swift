// What a run of the lab has found as one HTML file: every claim beside what was measured, ways to fail, then each experiment
// with its method, its figures, its charts and its samples.

import Report

/// Makes the page.
package struct LabPage {
  private let report: LabReport

  package init(_ report: LabReport) { self.report = report }

  package var page: HTMLPage {
    var sections = [claims]
    if let modes = report.failureModes {
      sections.append(
        .init(
          title: modes.title,
          blocks: [
            .paragraph("What articles say about ways to fail, and what was seen of each here."),
            .table(
              HTMLTable(
                caption: "Ways to fail, with threads and with processes", columns: modes.columns, rows: modes.rows)),
          ]))
    }
    sections += report.entries.map(section)
    let day = report.date.prefix { $0 != "T" }
    return HTMLPage(
      title: "Threads and processes: claims put to the test", lead: report.header.joined(separator: "; "),
      sections: sections,
      footer: "pipe \(report.version) lab, \(day). This page is one file: it loads nothing and runs nothing.")
  }

  private var claims: HTMLPage.Section {
    let summary = report.summary
    let table = HTMLTable(
      caption: "Claims, and what was measured", columns: summary.columns, cells: Self.marked(summary))
    var blocks: [HTMLPage.Block] = [.paragraph(LabReport.reading), .table(table)]
    if !report.failed.isEmpty {
      blocks.append(
        .warning(title: "Without a result", sentences: ["\(report.failed.joined(separator: ", ")): see there why."]))
    }
    return .init(title: summary.title, blocks: blocks)
  }

  /// The last column says whether a claim holds.
  private static func marked(_ table: LabTable) -> [[HTMLTable.Cell]] {
    table.rows.map { row in
      row.enumerated().map { index, text in
        HTMLTable.Cell(text, mark: index == row.count - 1 ? mark(Holding(rawValue: text)) : .none)
      }
    }
  }

  private static func mark(_ holding: Holding?) -> HTMLTable.Mark {
    switch holding {
    case .holds: .good
    case .doesNotHold: .bad
    case .partly, .notObserved, .cannotBeTold, .cannotBeTried: .unsure
    case nil: .none
    }
  }

  // MARK: - An experiment

  private func section(_ entry: LabReport.Entry) -> HTMLPage.Section {
    let experiment = entry.experiment
    var blocks: [HTMLPage.Block] = [
      .paragraph(experiment.question), .paragraph("The claim: \(experiment.claim). Measured in \(experiment.unit)."),
    ]
    if let failure = entry.failure {
      blocks.append(
        .warning(
          title: "No result", sentences: [failure.message, failure.remedy].compactMap { $0.map { $0 + "." } }))
    }
    if let result = entry.result { blocks += Self.blocks(of: result, experiment) }
    if let doubts = DoubtBox.block(entry.doubts) { blocks.append(doubts) }
    blocks.append(
      .details(
        summary: "How it was measured, and what could make the figures wrong",
        [.paragraph(experiment.method)] + (experiment.threats.isEmpty ? [] : [.list(experiment.threats)])))
    if let samples = entry.result?.samples, !samples.isEmpty {
      blocks.append(.details(summary: "Samples", [.preformatted(LabSampleText.text(of: samples))]))
    }
    return .init(title: experiment.name, blocks: blocks)
  }

  private static func blocks(of result: ExperimentResult, _ experiment: any Experiment) -> [HTMLPage.Block] {
    let claims = result.claims
    var blocks: [HTMLPage.Block] = [
      .table(HTMLTable(caption: "Claims, and what was measured", columns: claims.columns, cells: marked(claims)))
    ]
    if !result.notes.isEmpty { blocks.append(.list(result.notes)) }
    let charts = LabCharts.all(of: result)
    if !charts.isEmpty { blocks.append(.charts(charts)) }
    for table in result.tables {
      blocks.append(.table(HTMLTable(caption: table.title, columns: table.columns, rows: table.rows)))
    }
    return blocks
  }
}
