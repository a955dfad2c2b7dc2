// What a run of the lab has found as a document in Markdown: the summary first, then every experiment.

import Report

package enum LabMarkdown {
  package static func text(of report: LabReport) -> String {
    var text = "# Threads and processes, measured\n\n"
    for line in report.header { text += escaped(line) + "  \n" }
    text += "\n\(LabReport.reading)\n\n## \(report.summary.title)\n\n" + self.text(of: report.summary)
    if let modes = report.failureModes { text += "\n## \(modes.title)\n\n" + self.text(of: modes) }
    for entry in report.entries { text += "\n" + self.text(of: entry) }
    return text
  }

  private static func text(of entry: LabReport.Entry) -> String {
    let experiment = entry.experiment
    var text = "## \(experiment.name)\n\n\(escaped(experiment.question))\n\n"
    text += "* Claim: \(escaped(experiment.claim))\n"
    text += "* Method: \(escaped(experiment.method))\n"
    text += "* Unit: \(escaped(experiment.unit))\n"
    for threat in experiment.threats { text += "* Mind: \(escaped(threat))\n" }
    guard let result = entry.result else {
      let failure = entry.failure
      text += "* Failed: \(escaped([failure?.message, failure?.remedy].compactMap(\.self).joined(separator: "; ")))\n"
      return text
    }
    for doubt in entry.doubts { text += "* Doubt: \(escaped(doubt))\n" }
    for note in result.notes { text += "* Note: \(escaped(note))\n" }
    text += "\n" + self.text(of: result.claims)
    for table in result.tables { text += "\n\(escaped(table.title)):\n\n" + self.text(of: table) }
    return text
  }

  private static func text(of table: LabTable) -> String {
    MarkdownTable(columns: table.columns).text(rows: table.rows)
  }

  private static func escaped(_ text: String) -> String { MarkdownTable.escaped(Array(text.utf8)) }
}
