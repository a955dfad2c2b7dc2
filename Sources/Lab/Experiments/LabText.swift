// A result of an experiment as text for a terminal.

import Report

package enum LabText {
  /// The question, what was found of each claim, and the tables.
  package static func text(of experiment: any Experiment, _ result: ExperimentResult) -> String {
    var text = "\(experiment.name): \(experiment.question)\n\n"
    text += TableLayout(columns: [TableColumn("claim"), TableColumn("measured"), TableColumn("holds?")]).text(
      rows: result.findings.map { [$0.claim, $0.measured, $0.holding.rawValue] })
    for table in result.tables {
      text += "\n\(table.title)\n" + TableLayout(columns: table.columns).text(rows: table.rows)
    }
    for note in result.notes { text += "\nnote: \(note)\n" }
    return text
  }
}
