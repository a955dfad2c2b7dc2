// A comparison as people read it: on a terminal, with bars, or as Markdown.

import Execution
import Report

/// Lays a comparison out: time, costs and stages of every regime, then the laws, and what it all means.
package struct ComparisonText: Sendable {
  package enum Style: Sendable {
    /// For a terminal with so many columns.
    case terminal(width: Int)
    case markdown
  }

  private let report: ComparisonReport
  private let style: Style

  package init(_ report: ComparisonReport, style: Style) {
    self.report = report
    self.style = style
  }

  package var text: String {
    var parts = [heading]
    for regime in report.regimes {
      let results = report.configurations.of(regime)
      parts.append(title(of: regime) + table(.times(results, hasBars: !isMarkdown)))
      parts.append(caption("Processors: time, switches of context, page faults") + table(.processors(results)))
      parts.append(caption("Memory and links") + table(.memory(results)))
      parts.append(
        caption("What stages did with their time, in %") + table(.stages(results, report.machine.cores)))
    }
    if !report.laws.isEmpty { parts.append(laws) }
    if !report.warnings.isEmpty { parts.append(caption("Doubts") + list(report.warnings.map { $0.sentence + "." })) }
    parts.append(caption("Verdict") + list(verdicts))
    return parts.joined(separator: "\n")
  }

  private var laws: String {
    let table = ComparisonTable.laws(report)
    var text = caption("Scaling, fitted to the speed-ups against one worker; figures for more cores are predictions")
    if !table.rows.isEmpty { text += self.table(table) }
    var notes: [String] = []
    for fit in report.laws {
      guard let note = fit.note else { continue }
      let modes = report.laws.filter { $0.regime == fit.regime && $0.note == note }.map(\.mode).joined(separator: ", ")
      let name = report.regimes.count > 1 ? "\(modes) (\(fit.regime))" : modes
      if !notes.contains("\(name): \(note)") { notes.append("\(name): \(note)") }
    }
    return text + list(notes.map { $0 + "." })
  }

  private var isMarkdown: Bool { if case .markdown = style { true } else { false } }

  private var width: Int { if case .terminal(let width) = style { width } else { .max } }

  private var heading: String {
    var inputs = report.inputs.prefix(3).map(\.name).joined(separator: ", ")
    if report.inputs.count > 3 { inputs += " and \(report.inputs.count - 3) more" }
    let records = report.records.map { ", \(NumberText.grouped($0)) records" } ?? ""
    let machine = report.machine
    let cores =
      machine.cores == machine.onlineCores
      ? "\(machine.cores) cores" : "\(machine.cores) of \(machine.onlineCores) cores"
    let course = report.course
    let rounds = course.rounds == 1 ? "1 round" : "\(course.rounds) rounds"
    let count = report.configurations.count
    var configurations = count == 1 ? "1 configuration" : "\(count) configurations"
    if report.regimes.count > 1 {
      configurations = report.regimes.map { "\(report.configurations.of($0).count) \($0)" }.joined(separator: ", ")
      configurations = "configurations: " + configurations
    }
    let lines = [
      report.commandLine, "\(inputs): \(NumberText.bytes(report.inputBytes))\(records)",
      "\(machine.processor), \(cores), \(NumberText.bytes(Int(machine.memoryBytes))), \(machine.system), \(report.date)",
      "\(configurations), \(rounds) in random order (seed \(course.seed)), "
        + "\(NumberText.duration(seconds: course.seconds)); medians with intervals of 95 %",
    ]
    return lines.map { isMarkdown ? "\(escaped($0))  \n" : $0 + "\n" }.joined()
  }

  private func escaped(_ line: String) -> String { line.replacing("_", with: "\\_").replacing("*", with: "\\*") }

  private func title(of regime: ComparisonRegime) -> String {
    let isNotCold = report.verdicts.contains { $0.kind == .notCold && $0.regime == regime.text }
    return caption(
      isNotCold ? "Regime cold was asked for, but the page cache could not be dropped" : "Regime \(regime)")
  }

  private func caption(_ text: String) -> String { isMarkdown ? "### \(text)\n\n" : "\(text)\n" }

  private func table(_ table: ComparisonTable) -> String {
    isMarkdown
      ? MarkdownTable(columns: table.columns).text(rows: table.rows)
      : TableLayout(columns: table.columns, maxWidth: width).text(rows: table.rows)
  }

  /// The sentences, each with its regime where there are several.
  private var verdicts: [String] {
    let hasSeveral = report.regimes.count > 1
    return report.verdicts.map { verdict in
      let regime = hasSeveral ? verdict.regime.map { "[\($0)] " } ?? "" : ""
      return regime + verdict.sentence + "."
    }
  }

  private func list(_ sentences: [String]) -> String {
    sentences.map { sentence in
      isMarkdown ? "* \(escaped(sentence))\n" : WrappedText.lines(of: sentence, width: min(width, 100), mark: "* ")
    }.joined()
  }
}

/// Sentences in lines.
enum WrappedText {
  /// Words in lines of a width; the first begins with the mark, the others are indented as far.
  static func lines(of text: String, width: Int, mark: String) -> String {
    var lines: [String] = []
    var line = mark
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: mark.count)
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return (lines + [line]).joined(separator: "\n") + "\n"
  }
}
