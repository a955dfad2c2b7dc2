// `pipe check`: pipeline files, looked at without running them.

import ArgumentParser
import Execution
import Query
import Spec

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks pipeline files.",
    discussion: "Where the first input of a pipeline is there, its columns are checked as well.")

  @Argument(help: ArgumentHelp("Pipeline files.", valueName: "file"))
  var files: [String]

  func run() throws {
    var hasMistake = false
    for path in files {
      do throws(PipelineFileError) {
        Diagnostics.writeOut("\(path): \(try check(path))\n")
      } catch {
        Diagnostics.report(error)
        hasMistake = true
      }
    }
    if hasMistake { throw ExitStatus.pipelineFile.code }
  }

  /// Checks one file; gives what was found to be right.
  private func check(_ path: String) throws(PipelineFileError) -> String {
    let file = try PipelineFile(reading: path)
    if let mistake = RunOptions.mistake(in: file) { throw file.error(for: mistake) }
    guard let first = file.definition.inputs.first, first != "-" else {
      return "ok (no input to check columns against)"
    }
    let survey: Survey
    do throws(RunFailure) {
      let input = try InputFile.open(first)
      guard input.facts.isRegular else { return "ok (\(first) is a stream; columns not checked)" }
      survey = try SequentialReader(files: [input], question: file.definition.question).survey
    } catch {
      return "ok (columns not checked: \(error.message))"
    }
    do throws(QuestionError) {
      _ = try Plan(question: file.definition.question, survey: survey)
    } catch {
      throw file.error(for: error)
    }
    return "ok"
  }
}
