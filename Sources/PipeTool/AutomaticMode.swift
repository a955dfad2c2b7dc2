// `--mode auto` on the command line: which modes the other options leave, and a probe of the inputs that chooses among them.

import Execution
import Query
import Spec

extension RunOptions {
  static let automatic = "auto"

  /// Whether the mode is to be chosen here.
  func wantsChoice(over file: PipelineFile?) -> Bool { (mode ?? file?.definition.mode) == Self.automatic }

  /// The options resolved for each mode that they leave, in order of preference; at least one.
  /// - Parameter workers: how many parsers, where nobody has said so.
  /// - Returns: also what is said against threads, if they are not among them.
  func permitted(
    over file: PipelineFile?, isTerminal: Bool, workers: Int? = nil
  ) throws(QuestionError) -> (runs: [ResolvedRun], refusal: QuestionError?) {
    var runs: [ResolvedRun] = []
    var refusal: QuestionError?
    for mode in [ExecutionMode.thread, .process, .hybrid, .serial] {
      var options = self
      var file = file
      // As if it had been said where it was left open, for then what the file says about that mode applies.
      if self.mode == nil { file?.definition.mode = mode.rawValue } else { options.mode = mode.rawValue }
      if let workers, self.workers == nil, file?.definition.workers == nil, mode == .thread || mode == .process {
        options.workers = "\(workers)"
      }
      do throws(QuestionError) {
        runs.append(try options.resolve(over: file, isTerminal: isTerminal))
      } catch {
        // The one about the mode that most people want.
        refusal = refusal ?? error
      }
    }
    if runs.isEmpty { throw refusal ?? QuestionError("no mode goes with these options") }
    return (runs, runs[0].settings.mode == .thread ? nil : refusal)
  }

  /// Probes the inputs and chooses.
  func chosen(over file: PipelineFile?, isTerminal: Bool) throws(QuestionError) -> ResolvedRun {
    let (runs, refusal) = try permitted(over: file, isTerminal: isTerminal)
    let choice = ModeChoice.choose(
      Self.probe(runs[0]), cores: AvailableCores.count, permitted: runs.map(\.settings.mode),
      because: refusal.map { "not thread: \($0.message)" })
    let resolved = try permitted(over: file, isTerminal: isTerminal, workers: choice.workers).runs
    guard var run = resolved.first(where: { $0.settings.mode == choice.mode }) else { return runs[0] }
    run.choice = choice
    return run
  }

  /// nil where there can be no probe. What cannot be opened is not probed: the run says why.
  private static func probe(_ run: ResolvedRun) -> ProbeFigures? {
    var inputs: [InputFile] = []
    for path in run.inputs where path != "-" {
      guard let input = try? InputFile.open(path) else { return nil }
      inputs.append(input)
    }
    guard !inputs.isEmpty, inputs.count == run.inputs.count else { return nil }
    return ModeProbe.measure(
      Job(question: Resolution.question(of: run, about: inputs), inputs: inputs, settings: run.settings))
  }
}

extension ResolvedRun {
  /// `--mode auto chose thread with 2 parsers: CPU-bound: ...`; nil where nothing was left to choose.
  var choiceText: String? {
    guard let choice else { return nil }
    let parsers = settings.parsers == 1 ? "1 parser" : "\(settings.parsers) parsers"
    return
      "--mode auto chose \(choice.mode.rawValue)\(choice.mode == .serial ? "" : " with \(parsers)"): \(choice.reason)"
  }
}
