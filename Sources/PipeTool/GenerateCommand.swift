// `pipe generate`: large test data that anybody can make again.

import ArgumentParser
import Execution
import Lab
import Spec
import Transport

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Writes reproducible test data.",
    discussion: DataSet.allCases.map { "\($0.rawValue): \($0.summary)" }.joined(separator: "\n"))

  @Argument(help: ArgumentHelp("measurements, groups or orders.", valueName: "table"))
  var table: String

  @Option(help: ArgumentHelp("Number of rows.", valueName: "n"))
  var rows = 1000

  @Option(help: ArgumentHelp("The same seed gives the same bytes.", valueName: "s"))
  var seed: UInt64 = 1

  @Option(name: .shortAndLong, help: ArgumentHelp("Write here instead of to standard output.", valueName: "path"))
  var output: String?

  func validate() throws {
    guard DataSet(rawValue: table) != nil else {
      throw ValidationError(
        "there is no table \"\(table)\"; " + ChoiceText.remedy(for: table, among: DataSet.allCases.map(\.rawValue)))
    }
    guard rows >= 0 else { throw ValidationError("--rows cannot be negative") }
  }

  func run() throws {
    guard let generator = DataSet(rawValue: table)?.makeGenerator() else { throw ExitStatus.usage.code }
    do throws(RunFailure) {
      var file = output == nil || output == "-" ? OutputFile.standard : try OutputFile(creating: output ?? "-")
      do throws(OutputError) {
        try generator.write(rows: rows, seed: seed) { (block) throws(OutputError) in try file.write(copy block) }
      } catch {
        file.discard()
        // A reader that has seen enough is no mistake.
        if case .failure(let failure) = error { throw failure }
        return
      }
      try file.publish()
    } catch {
      Diagnostics.report(error)
      throw ExitStatus(error.kind).code
    }
  }
}
