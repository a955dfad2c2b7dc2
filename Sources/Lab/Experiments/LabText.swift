// What a run of the lab has found as text for a terminal.

import Report

/// Lays out the parts of a report, each with a line end behind its last line.
package struct LabText: Sendable {
  /// Where no terminal says how wide it is.
  package static let usualWidth = 110

  private let width: Int

  package init(width: Int = usualWidth) { self.width = max(40, width) }

  package func text(of report: LabReport) -> String {
    var text = header(of: report)
    for entry in report.entries { text += "\n" + self.text(of: entry) }
    return text + "\n" + summary(of: report)
  }

  package func header(of report: LabReport) -> String {
    report.header.joined(separator: "\n") + "\n" + paragraph("", LabReport.reading)
  }

  /// The question, how it was asked, what was found of each claim, and the tables.
  package func text(of entry: LabReport.Entry) -> String {
    let experiment = entry.experiment
    var text = paragraph("", "\(experiment.name): \(experiment.question)")
    text += paragraph("  claim:  ", experiment.claim)
    text += paragraph("  method: ", experiment.method)
    guard let result = entry.result else {
      text += paragraph("  failed: ", entry.failure?.message ?? "")
      if let remedy = entry.failure?.remedy { text += paragraph("          ", remedy) }
      return text
    }
    text += "\n" + layOut(result.claims)
    for table in result.tables { text += "\n" + paragraph("", table.title) + layOut(table) }
    if !(entry.doubts + result.notes + experiment.threats).isEmpty { text += "\n" }
    for doubt in entry.doubts { text += paragraph("doubt: ", doubt) }
    for note in result.notes { text += paragraph("note:  ", note) }
    for threat in experiment.threats { text += paragraph("mind:  ", threat) }
    return text
  }

  /// All claims in one table, the ways to fail in another, and what failed.
  package func summary(of report: LabReport) -> String {
    var text = "\(report.summary.title)\n" + layOut(report.summary)
    if let modes = report.failureModes { text += "\n\(modes.title)\n" + layOut(modes) }
    if !report.failed.isEmpty { text += "\nwithout a result: \(report.failed.joined(separator: ", "))\n" }
    return text
  }

  private func layOut(_ table: LabTable) -> String {
    TableLayout(columns: table.columns, maxWidth: width, wraps: true).text(rows: table.rows)
  }

  /// A text over several lines; all but the first are indented as deep as its label.
  private func paragraph(_ label: String, _ text: String) -> String {
    let indent = String(repeating: " ", count: label.utf8.count)
    return ShownText(text).wrapped(to: width - label.utf8.count).enumerated().map { index, line in
      (index == 0 ? label : indent) + line.text + "\n"
    }.joined()
  }
}
