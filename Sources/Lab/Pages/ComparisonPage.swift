// A comparison as one HTML file: what it means, charts and tables of every regime, what laws predict, a run of each mode as a
// timeline, every sample, and how to read all that.

import Execution
import Report

/// Makes the page.
package struct ComparisonPage {
  /// Spans of all timelines of a page together: some 14 bytes each.
  private static let mostSpans = 9600

  private let report: ComparisonReport
  private let traced: [TracedRun]

  package init(_ report: ComparisonReport, traced: [TracedRun]) {
    self.report = report
    self.traced = traced
  }

  /// The configurations of which a timeline says most: of each regime and mode the plain one with as many workers as cores.
  package static func traced(of report: ComparisonReport) -> [Configuration] {
    report.regimes.flatMap { regime in
      ComparisonTable.judged(report.configurations.of(regime), report.machine.cores).map(\.configuration)
    }
  }

  package var page: HTMLPage {
    var sections = [verdict]
    for regime in report.regimes { sections.append(section(of: regime)) }
    if !report.laws.isEmpty { sections.append(laws) }
    sections += [samples, circumstances, guide]
    return HTMLPage(
      title: "Threads or processes? \(inputs)", lead: lead, sections: sections,
      footer: "\(report.program) compare, \(day). This page is one file: it loads nothing and runs nothing.")
  }

  private var hasSeveral: Bool { report.regimes.count > 1 }

  private var inputs: String {
    let names = report.inputs.prefix(2).map { $0.name.split(separator: "/").last.map(String.init) ?? $0.name }
    return names.joined(separator: ", ") + (report.inputs.count > 2 ? " and \(report.inputs.count - 2) more" : "")
  }

  private var day: String { String(report.date.prefix { $0 != "T" }) }

  private var lead: String {
    let runs = report.configurations.reduce(0) { $0 + $1.samples.count }
    let records = report.records.map { " with \(NumberText.grouped($0)) records" } ?? ""
    return "The same question over \(NumberText.bytes(report.inputBytes))\(records), in "
      + "\(report.configurations.count) configurations and \(NumberText.grouped(runs)) runs in random order, on "
      + "\(coreText) of \(report.machine.processor), \(day)."
  }

  private var coreText: String {
    let machine = report.machine
    let cores = machine.cores == 1 ? "1 core" : "\(machine.cores) cores"
    return machine.cores == machine.onlineCores ? cores : "\(machine.cores) of \(machine.onlineCores) cores"
  }

  // MARK: - Sections

  private var verdict: HTMLPage.Section {
    var blocks: [HTMLPage.Block] = []
    for regime in report.regimes {
      let own = report.verdicts.filter { $0.regime == regime.text }.map { $0.sentence + "." }
      if !own.isEmpty {
        blocks.append(.verdict(title: hasSeveral ? "Regime \(regime)" : "What the figures say", sentences: own))
      }
    }
    let others = report.verdicts.filter { verdict in !report.regimes.contains { $0.text == verdict.regime } }
    if !others.isEmpty {
      blocks.append(.verdict(title: "All in all", sentences: others.map { $0.sentence + "." }))
    }
    if let doubts = DoubtBox.block(report.warnings.map(\.sentence)) { blocks.append(doubts) }
    return .init(title: "Verdict", blocks: blocks)
  }

  private func section(of regime: ComparisonRegime) -> HTMLPage.Section {
    let results = report.configurations.of(regime)
    let isNotCold = report.verdicts.contains { $0.kind == .notCold && $0.regime == regime.text }
    var blocks: [HTMLPage.Block] = []
    if isNotCold { blocks.append(.paragraph("Cold was asked for, but the page cache could not be dropped.")) }
    blocks.append(.charts(RegimeCharts(report, regime).all))
    let runs = traced.filter { $0.configuration.regime == regime }
    if !runs.isEmpty {
      blocks += [
        .heading("Who worked, who waited, and when"),
        .paragraph(
          "One more run of each mode, which wrote a trace. It is not among the samples: a trace costs a little time. High is "
            + "work, low is waiting; whoever is ready and has no core seems to work, because from within that cannot be told."
        ),
        .charts(runs.map { $0.timeline(mostSpans: Self.mostSpans / max(1, traced.count)) }),
      ]
    }
    blocks.append(.heading("All figures"))
    blocks.append(
      Self.table("Time: medians, the intervals that they lie in, and throughput", .times(results, hasBars: false)))
    blocks.append(Self.table("Processors: time, switches of context, page faults", .processors(results)))
    blocks.append(Self.table("Memory and links", .memory(results)))
    blocks.append(Self.table("What stages did with their time, in %", .stages(results, report.machine.cores)))
    return .init(title: hasSeveral ? "Regime \(regime)" : "Measurements", blocks: blocks)
  }

  private static func table(_ caption: String, _ table: ComparisonTable) -> HTMLPage.Block {
    .table(HTMLTable(caption: caption, columns: table.columns, rows: table.rows))
  }

  private var laws: HTMLPage.Section {
    let table = ComparisonTable.laws(report)
    var blocks: [HTMLPage.Block] = [
      .paragraph(
        "Two laws of scaling, fitted by least squares to the speed-ups against one worker. What they say about more cores than "
          + "there are here is a prediction, not a measurement.")
    ]
    if !table.rows.isEmpty { blocks.append(Self.table("Laws, and speed-ups that they predict", table)) }
    let notes = report.laws.compactMap { fit in
      fit.note.map { "\(fit.mode)\(hasSeveral ? " (\(fit.regime))" : ""): \($0)." }
    }
    if !notes.isEmpty { blocks.append(.list(notes)) }
    return .init(title: "Scaling", blocks: blocks)
  }

  private var samples: HTMLPage.Section {
    let count = report.configurations.reduce(0) { $0 + $1.samples.count }
    let isWhole = count <= RawSamples.most
    var blocks: [HTMLPage.Block] = [
      .paragraph(
        isWhole
          ? "Every run that was timed, as CSV, then those that were looked into. Round by round all configurations ran once, in "
            + "random order."
          : "The wall time of every run in ms, a line for each configuration; pipe compare --format json gives all figures of "
            + "every run.")
    ]
    for regime in report.regimes {
      let results = report.configurations.of(regime)
      blocks.append(
        .details(
          summary: "\(NumberText.grouped(results.reduce(0) { $0 + $1.samples.count })) runs"
            + (hasSeveral ? ", regime \(regime)" : ""),
          [.preformatted(RawSamples.text(of: results, isWhole: isWhole))]))
    }
    return .init(title: "Raw samples", blocks: blocks)
  }

  private var circumstances: HTMLPage.Section {
    let (machine, course) = (report.machine, report.course)
    var facts: [(name: String, value: String)] = report.inputs.prefix(20).map { input in
      (name: "input", value: "\(input.name), \(NumberText.grouped(input.bytes)) bytes")
    }
    if report.inputs.count > 20 { facts.append(("inputs", "and \(report.inputs.count - 20) more")) }
    facts += [
      ("program", report.program), ("started", report.date), ("processor", machine.processor),
      ("cores", "\(machine.cores) usable, \(machine.onlineCores) online"),
      ("memory", NumberText.bytes(Int(clamping: machine.memoryBytes))),
      ("system", "\(machine.system) \(machine.architecture)"),
      ("configurations", "\(report.configurations.count)"),
      ("rounds", "\(course.rounds), order drawn with seed \(course.seed)"),
      ("time spent", NumberText.duration(seconds: course.seconds)), ("ended", ending),
    ]
    if let budget = course.budgetSeconds { facts.append(("budget", NumberText.duration(seconds: budget))) }
    var blocks: [HTMLPage.Block] = [.facts(facts)]
    if !report.command.isEmpty {
      blocks.append(.preformatted(report.commandLine))
    }
    return .init(title: "Where, when and how", blocks: blocks)
  }

  private var ending: String {
    switch report.course.ending {
    case .narrow: "when the medians were certain enough"
    case .budget: "when the budget was spent"
    case .rounds: "behind the rounds that were asked for"
    }
  }

  private var guide: HTMLPage.Section {
    .init(
      title: "How to read this",
      blocks: [
        .list([
          "Every run is pipe run started anew, measured from outside from its start to its end; all outputs were compared and "
            + "are the same bytes.",
          "Timed runs do nothing but their work. Stages, memory, links and the time until the first parser is ready come from "
            + "other runs, which were looked into, because that costs time.",
          "Medians, because a few slow runs say more about the machine than about the program. Their intervals hold the true "
            + "median in 95 of 100 cases, whatever the distribution; of fewer than 6 runs they are the smallest and the largest.",
          "Two configurations tie if their intervals overlap or their medians differ by less than 2 %.",
          "thread x2 has two parser threads, process x2 two parser processes, hybrid 1x2 one parser process with two threads; a "
            + "reader and an aggregator come on top. serial does everything in one thread.",
          "Speed-up and speed-up per parser are against serial mode with the same parser in the same regime.",
          "Memory is the largest sum of proportional set sizes over all processes of a run: what several share counts once.",
          "no core: ready to run, but all cores were busy. off CPU: neither running nor ready. waits and preempted: voluntary "
            + "and involuntary switches of context. 1st ready: until the first parser could begin.",
          "What bounds a run is decided by documented rules on the shares above: half of the time or more of the stage that "
            + "the others wait for.",
        ])
      ])
  }
}
