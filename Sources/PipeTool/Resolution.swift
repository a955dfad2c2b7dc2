// The steps that `run` and `explain` begin with, each with its message and exit status when it fails.

import ArgumentParser
import CSV
import Execution
import Query
import Spec

enum Resolution {
  /// Resolves options, or says what is wrong with them.
  static func orExit(_ options: RunOptions, isTerminal: Bool) throws -> ResolvedRun {
    if let problem = ScanKernel.problem {
      Diagnostics.report(RunFailure(.usage, problem.message, remedy: problem.remedy))
      throw ExitStatus.usage.code
    }
    do throws(ResolutionError) {
      return try options.resolve(isTerminal: isTerminal)
    } catch {
      switch error {
      case .usage(let error):
        Diagnostics.report(RunFailure(error))
        throw ExitStatus.usage.code
      case .file(let error):
        Diagnostics.report(error)
        throw ExitStatus.pipelineFile.code
      }
    }
  }

  /// Opens the inputs of a run; without any, standard input unless that is a terminal.
  static func openInputs(_ run: ResolvedRun) throws(RunFailure) -> [InputFile] {
    if run.inputs.isEmpty, Terminal.isTerminal(0) {
      throw RunFailure(.usage, "there is no input", remedy: "name a file, or - to type it in")
    }
    var inputs: [InputFile] = []
    for path in run.inputs.isEmpty ? ["-"] : run.inputs { inputs.append(try InputFile.open(path)) }
    return inputs
  }

  /// The question, with chunks that fit the inputs if nobody has asked for others.
  static func question(of run: ResolvedRun, about inputs: [InputFile]) -> Question {
    var question = run.question
    if run.hasStandardChunks { question.chunkSize = run.settings.standardChunkSize(for: inputs.map(\.facts)) }
    return question
  }

  /// Says why a run failed, in the pipeline file if the mistake stands there; gives the exit status to throw.
  static func exit(for failure: RunFailure, _ run: ResolvedRun) -> ExitCode {
    if failure.kind == .usage, let file = run.file {
      let error = QuestionError(
        failure.message, remedy: failure.remedy, expression: failure.expression, offset: failure.offset)
      let placed = file.error(for: error)
      if placed.line != nil {
        Diagnostics.report(placed)
        return ExitStatus.pipelineFile.code
      }
    }
    Diagnostics.report(failure)
    return ExitStatus(failure.kind).code
  }
}
