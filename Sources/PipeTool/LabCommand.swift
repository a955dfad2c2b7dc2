// `pipe lab`: experiments that put claims about threads and processes to the test.

import ArgumentParser
import Glibc
import Lab
import Report
import Spec
import Transport

struct LabCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab", abstract: "Puts claims about threads and processes to the test on this machine.")

  @Argument(help: ArgumentHelp("The experiments to run (default: all).", valueName: "experiment"))
  var experiments: [String] = []

  @Flag(help: "Say what experiments there are.")
  var list = false

  @Flag(help: "Under 20 s for all: waits are a tenth, and fewer repetitions.")
  var quick = false

  func validate() throws {
    let names = ExperimentRegistry.all.map(\.name)
    for name in experiments where !names.contains(name) {
      throw ValidationError("there is no experiment \"\(name)\"; " + ChoiceText.remedy(for: name, among: names))
    }
  }

  func run() throws {
    let chosen = ExperimentRegistry.all.filter { experiments.isEmpty || experiments.contains($0.name) }
    if list {
      Diagnostics.writeOut(
        TableLayout(columns: [TableColumn("experiment"), TableColumn("question")]).text(
          rows: chosen.map { [$0.name, $0.question] }))
      return
    }
    let bench = Bench(isQuick: quick, cores: AvailableCores.count)
    var hasFailed = false
    for experiment in chosen {
      do throws(LabFailure) {
        Diagnostics.writeOut(LabText.text(of: experiment, try experiment.run(on: bench)) + "\n")
      } catch {
        hasFailed = true
        Diagnostics.say("\(experiment.name): \(error.message)")
        if let remedy = error.remedy { Diagnostics.write("  \(remedy)\n") }
      }
    }
    if hasFailed { throw ExitStatus.system.code }
  }
}
