// The entry of the program. Workers are told apart before anything else, so that they start as fast as they can.

import ArgumentParser
import Execution
import Lab
import Transport

@main
struct PipeCommand: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "pipe",
    abstract: "Runs CSV files through reader, parsers and aggregator, as threads or as processes.",
    discussion: """
      Without a question, a profile of every column:   pipe run input.csv
      With one:   pipe run -g carrier -a 'count, mean(dep_delay) as delay' --where 'origin == "JFK"' flights.csv
      """,
    version: version,
    subcommands: [
      RunCommand.self, CompareCommand.self, ExplainCommand.self, CheckCommand.self, GenerateCommand.self,
      LabCommand.self,
    ])

  static func main() {
    StandardDescriptors.fill()
    if CommandLine.argc > 1, CommandLine.arguments[1] == Worker.command {
      ExitStatus.exit(Worker.run(arguments: CommandLine.arguments))
    }
    if CommandLine.argc > 1, CommandLine.arguments[1] == LabPart.command {
      ExitStatus.exit(LabPart.run(arguments: CommandLine.arguments))
    }
    // Help is longer than what is written at once, and may be read by `head` as well.
    ProcessSelf.ignoreBrokenPipes()
    // From the first moment on: a run is asked for its picture by a signal that would end it otherwise.
    if CommandLine.argc > 1, CommandLine.arguments[1] == RunCommand.configuration.commandName {
      ProcessSelf.hold(RunPictures.signal)
    }
    // A run is the usual case, and parsing it as what it is takes a fraction of the time that the search for a command does
    // (`FlatCommand`). Whatever is amiss or asked for help is said below.
    if CommandLine.argc > 1, CommandLine.arguments[1] == RunCommand.configuration.commandName,
      let run = try? FlatCommand<RunCommand>.parse(Array(CommandLine.arguments.dropFirst(2))).command
    {
      do { try run.run() } catch { exit(withError: error) }
      return
    }
    main(nil)
  }
}
