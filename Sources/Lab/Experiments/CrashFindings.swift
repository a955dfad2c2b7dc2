// What is made of the crashes that were seen: who died, who went on, what the post-mortem named.

import Report

extension CrashExperiment {
  /// What was seen of a crash.
  struct Outcome: Equatable, Sendable {
    /// Workers that ended without an answer.
    var died: Int
    /// Answers that came of this run of the program, with a worker started again where one can be.
    var answers: Int
    /// What whoever waited for the process could tell.
    var seen: String
    /// What a handler within the process had to say; nil where there was none.
    var told: String?
    var recoveryNanoseconds: UInt64
    /// Workers that did their work once more.
    var repeated: Int
  }

  static func result(_ threads: [Outcome], _ processes: [Outcome]) -> ExperimentResult {
    let count = threads.count
    var times = Trials(["threads", "processes"])
    for (index, outcomes) in [threads, processes].enumerated() {
      for outcome in outcomes { times.note(index, Double(outcome.recoveryNanoseconds) / 1e9) }
    }
    let recovery = [0, 1].map { times.text($0, NumberText.duration(seconds:)) }
    let lost = span(threads.map(\.died))
    let answered = span(threads.map(\.answers))
    let survivors = span(processes.map { workers - $0.died })
    let complete = span(processes.map(\.answers))
    let postMortems = [threads, processes].map { postMortem($0) }
    let told = again(threads.compactMap(\.told), of: count)
    var result = ExperimentResult(findings: [
      Finding(
        claim: "a crash takes all threads down",
        measured: "the program ended by SIGSEGV in \(count) of \(count) runs; \(lost) of \(workers) workers ended "
          + "with it, \(answered) of \(workers) answers, those given before",
        threads.allSatisfy { $0.died > 1 } ? .holds : .doesNotHold),
      Finding(
        claim: "other processes survive",
        measured: "\(survivors) of \(workers) answered as if nothing had been, in \(processes.count) runs",
        processes.allSatisfy { $0.died == 1 } ? .holds : .doesNotHold),
      Finding(
        claim: "one is started again, and the answer is complete",
        measured: "\(recovery[1]) after the death, with 1 quarter of 4 done again; threads, with all 4 done again: "
          + recovery[0],
        processes.allSatisfy { $0.answers == workers } ? .holds : .doesNotHold),
      Finding(
        claim: "the post-mortem names the worker",
        measured: "processes, by their status: \(postMortems[1]); threads: \(postMortems[0]); "
          + "a handler within: \(told)",
        naming(threads, processes)),
    ])
    result.tables = [table(threads, processes)]
    result.samples = times.raw("s", of: "complete after the death")
    result.observations = [
      FailureObservation(
        .crash, threads: "\(lost) of \(workers) workers ended, \(answered) of \(workers) answers",
        processes: "\(survivors) of \(workers) went on; \(complete) of \(workers) answers when one was started again"),
      FailureObservation(
        .debugging, threads: "crash: \(postMortems[0]); a handler within: \(told)",
        processes: "crash: \(postMortems[1])"),
      FailureObservation(
        .recovery, threads: "the program is started again, all work done again: \(recovery[0])",
        processes: "one worker is started again, a quarter done again: \(recovery[1])"),
      FailureObservation(
        .blastRadius, threads: "the crash of one ended the program and all \(lost) workers that had not answered",
        processes: "the crash of one ended that one; \(survivors) of \(workers) answered as if nothing had been"),
    ]
    return result
  }

  /// Whether the worker that crashed was named each time by how its process ended.
  private static func naming(_ threads: [Outcome], _ processes: [Outcome]) -> Holding {
    let names = [threads, processes].map { $0.allSatisfy { $0.seen.hasPrefix("worker \(crashing + 1):") } }
    return names == [true, true] ? .holds : names == [false, false] ? .doesNotHold : .partly
  }

  /// `3`, or `1 to 3` where runs differ.
  static func span(_ values: [Int]) -> String {
    guard let least = values.min(), let most = values.max() else { return "-" }
    return least == most ? "\(least)" : "\(least) to \(most)"
  }

  private static func postMortem(_ outcomes: [Outcome]) -> String { again(outcomes.map(\.seen), of: outcomes.count) }

  /// The text that came most often, and how often.
  static func again(_ texts: [String], of count: Int) -> String {
    var counts: [String: Int] = [:]
    for text in texts { counts[text, default: 0] += 1 }
    // Ties go to the first in order, so that the answer depends on nothing else.
    guard let most = counts.min(by: { ($1.value, $0.key) < ($0.value, $1.key) }) else { return "nothing" }
    return "\"\(most.key)\" in \(most.value) of \(count) runs"
  }

  private static func table(_ threads: [Outcome], _ processes: [Outcome]) -> LabTable {
    var table = LabTable(
      title: "A crash of one worker of \(workers)",
      columns: [TableColumn("workers"), TableColumn("run", isNumeric: true), TableColumn("post-mortem")]
        + ["ended", "answers", "done again", "complete after ms"].map { TableColumn($0, isNumeric: true) })
    for (who, outcomes) in [("threads", threads), ("processes", processes)] {
      for (index, outcome) in outcomes.enumerated() {
        table.rows.append([
          who, "\(index + 1)", outcome.seen, "\(outcome.died)", "\(outcome.answers)", "\(outcome.repeated)",
          NumberText.threeDigits(Double(outcome.recoveryNanoseconds) / 1e6),
        ])
      }
    }
    return table
  }
}
