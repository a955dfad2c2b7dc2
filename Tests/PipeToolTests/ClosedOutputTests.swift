// A reader of the output that has seen enough (`| head -1`) is no mistake: quiet, status 0, in every mode.

import Foundation
import TestTiers
import Testing

struct ClosedOutputTests {
  @Test(
    arguments: Mode.allCases,
    TestTier.choose(
      [
        "--select value", "--format json --select value", "--format table --select value",
        "--select value --sort value",
        "-g value -a count",
      ], 0, 3))
  func head(_ mode: Mode, _ options: String) throws {
    let folder = try ScratchFolder()
    // Longer than what fits into a pipe, so that writing goes on after the reader has left.
    let padding = String(repeating: "x", count: 100)
    try folder.write((["value"] + (0..<4_000).map { "\($0)\(padding)" }).joined(separator: "\n"), as: "input.csv")
    let end = try folder.shell(
      "{ $PIPE \(mode.run.joined(separator: " ")) \(options) input.csv; echo status $? >&2; } | head -c 5 | wc -c")
    #expect(end.errors == "status 0\n")
    #expect(end.text.filter(\.isNumber) == "5")
  }

  @Test(arguments: Mode.allCases) func theReaderWasNeverThere(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "input.csv")
    let ends = try FIFO.ends(folder["output"])
    close(ends.read)
    defer { close(ends.write) }
    let end = try Child(mode.run + ["--select", "a", "input.csv"], in: folder, output: ends.write).wait()
    #expect(end.status == .exited(0))
    #expect(end.errors == "")
  }

  @Test(arguments: Mode.allCases) func rejectsBeforeTheReaderLeft(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    let padding = String(repeating: "x", count: 100)
    let lines = ["a,b", "1"] + (0..<4_000).map { "\($0),\(padding)" }
    try folder.write(lines.joined(separator: "\n"), as: "input.csv")
    let end = try folder.shell(
      "{ $PIPE \(mode.run.joined(separator: " ")) --on-error skip -q --select a,b input.csv; echo $? >&2; } | head -1")
    #expect(end.text == "a,b\n")
    // The run has not failed; whether the rejected record was met before the end of the reader is a matter of luck.
    #expect(["0\n", "3\n"].contains(end.errors), "\(end.errors)")
  }

  @Test func generateAndExplainAndHelp() throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "input.csv")
    for command in ["generate orders --rows 100000", "explain input.csv", "run --help"] {
      let end = try folder.shell("{ $PIPE \(command); echo $? >&2; } | head -c 1")
      #expect(end.errors == "0\n", "\(command)")
      #expect(end.output.count == 1)
    }
  }
}
