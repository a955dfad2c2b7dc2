// A plan in words, for `pipe explain`.

import CSV
import Execution
import Query
import Report
import Spec

/// Writes a plan out.
struct PlanText {
  let plan: Plan
  let inputs: [InputFacts]

  var text: String {
    var lines = inputs.map { input in
      "input      \(input.name)" + (input.isRegular ? ", \(NumberText.bytes(input.size))" : ", a stream")
    }
    let dialect = plan.dialect
    let quote = dialect.quote.map { "quote \(DialectByte.text($0))" } ?? "no quoting"
    lines.append(
      "dialect    delimiter \(DialectByte.text(dialect.delimiter)), \(quote), "
        + (dialect.hasHeader ? "header" : "no header"))
    if let evidence = plan.survey.delimiterEvidence { lines.append("           sniffed: \(evidence)") }
    lines.append(
      "parser     \(plan.question.scanner.rawValue), records up to \(ByteSize.text(plan.question.maxRecord))")
    lines.append("chunks     \(ByteSize.text(plan.question.chunkSize))")
    lines += columns
    if let filter = plan.question.filter { lines.append("where      \(filter)") }
    for derived in plan.question.derived { lines.append("derive     \(derived)") }
    lines += task
    lines.append("result     \(plan.question.format.rawValue): \(names(plan.resultColumns.map(\.name)))")
    lines.append("on error   \(plan.question.errorPolicy.rawValue)" + bound)
    return lines.joined(separator: "\n") + "\n"
  }

  private var columns: [String] {
    let sample =
      "the first \(ByteSize.text(InputSurveyor.sampleSize)), \(NumberText.grouped(plan.survey.sampledRecords)) records"
    var lines = ["columns    \(plan.columnCount), types from \(sample)"]
    for (index, name) in plan.survey.columns.enumerated() {
      let uses = Set(plan.uses.filter { $0.column == index }.map(\.kind))
      let given = plan.question.types[String(decoding: name, as: UTF8.self)] != nil
      var notes = [plan.types[index].rawValue + (given ? " (given)" : "")]
      if uses.contains(.number) { notes.append("read as number") }
      if uses.contains(.boolean) { notes.append("read as boolean") }
      lines.append("           \(VisibleText.escaped(name)): \(notes.joined(separator: ", "))")
    }
    return lines
  }

  private var task: [String] {
    switch plan.task {
    case .profile: return ["task       a profile of every column"]
    case .rows(let task):
      var lines = ["task       rows pass through" + (task.sort.isEmpty ? ", in the order of the input" : "")]
      if !task.sort.isEmpty { lines.append("sort       \(plan.question.sort.joined(separator: ", "))") }
      if let limit = task.limit {
        lines.append("limit      \(limit)" + (task.stopsAtLimit ? ", reading ends there" : ""))
      }
      return lines
    case .groups(let task):
      let keys =
        plan.question.groupBy.isEmpty ? "all rows together" : "by \(plan.question.groupBy.joined(separator: ", "))"
      var lines = ["task       groups, \(keys)", "aggregates \(names(task.calls.map(\.name)))"]
      if !task.sort.isEmpty { lines.append("sort       \(plan.question.sort.joined(separator: ", "))") }
      if let limit = task.limit { lines.append("limit      \(limit)") }
      return lines
    }
  }

  private var bound: String {
    switch plan.question.maxErrors {
    case .none: ""
    case .some(let bound): ", at most \(ErrorBoundText.text(bound)) rejects"
    }
  }

  private func names(_ names: [[UInt8]]) -> String { names.map(VisibleText.escaped).joined(separator: ", ") }
}
