// What an experiment is: one claim about threads and processes, put to the test on this machine.

/// An experiment of `pipe lab`. One file each; `ExperimentRegistry` lists them.
///
/// It runs in the program's own process and may start threads. Whatever crashes, hangs, forks, grows or is to be measured as a
/// process of its own is a *part*: the program, started again, in which `runPart` is called.
package protocol Experiment: Sendable {
  /// The word on the command line.
  var name: String { get }
  /// What is asked, as a question.
  var question: String { get }
  /// What is claimed, and by whom (`article: threads are 10 to 100 times cheaper to create`).
  var claim: String { get }
  /// How it is measured, in a few sentences.
  var method: String { get }
  /// What the figures are in (`us`, `requests a second`).
  var unit: String { get }
  /// Whether its claims are judged by times, which other programs at work make longer.
  var measuresTime: Bool { get }
  /// What could make the figures wrong, or say less than they seem to.
  var threats: [String] { get }

  /// Runs the experiment. Everything that it started has ended when it returns or throws.
  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult

  /// What a process of its own does. Its words to the experiment go through `part.say`.
  /// - Returns: the exit status.
  func runPart(_ part: LabPart) throws(LabFailure) -> Int32
}

extension Experiment {
  package var measuresTime: Bool { false }

  package func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    throw LabFailure("the experiment \(name) has no part \(part.name)")
  }
}

/// Why an experiment has no result: what, where, remedy.
package struct LabFailure: Error, Equatable, Sendable, CustomStringConvertible {
  package var message: String
  package var remedy: String?

  package init(_ message: String, remedy: String? = nil) {
    self.message = message
    self.remedy = remedy
  }

  package var description: String { message }
}
