// The program on a terminal: a table instead of CSV, a summary, and a line of progress that goes away again.

import Foundation
import Testing

struct TerminalTests {
  private func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write("station,value\nBern,1.5\nGenf,22.25\n", as: "input.csv")
    return folder
  }

  @Test(arguments: Mode.allCases) func aTable(_ mode: Mode) throws {
    let terminal = try Terminal()
    let question = ["-g", "station", "-a", "sum(value)", "input.csv"]
    let end = try Child(mode.run + question, in: folder(), output: terminal.slave).wait()
    #expect(end.exitStatus == 0)
    #expect(end.errors == "")
    #expect(terminal.text() == "station  sum(value)\n-------  ----------\nBern           1.50\nGenf          22.25\n")
    let csv = try Child(mode.run + ["--format", "csv"] + question, in: folder(), output: terminal.slave).wait()
    #expect(csv.exitStatus == 0)
    #expect(terminal.text() == "station,sum(value)\nBern,1.50\nGenf,22.25\n")
  }

  @Test(arguments: Mode.allCases) func aSummary(_ mode: Mode) throws {
    let terminal = try Terminal()
    let end = try Child(mode.run + ["-a", "count", "input.csv"], in: folder(), errors: terminal.slave).wait()
    // Standard output is no terminal, so it has CSV.
    #expect(end.text == "count\n2\n")
    let summary = terminal.text()
    #expect(summary.hasPrefix("pipe: 2 records (34 B) in "), "\(summary)")
    #expect(summary.hasSuffix("\n") && summary.contains("\(mode) mode"), "\(summary)")
    _ = try Child(mode.run + ["-q", "-a", "count", "input.csv"], in: folder(), errors: terminal.slave).wait()
    #expect(terminal.text() == "")
  }

  @Test func controlCharactersOfTheInputAreShown() throws {
    let folder = try ScratchFolder()
    try folder.write("name\n\u{1B}[31mred\u{7}\n", as: "input.csv")
    let terminal = try Terminal()
    let end = try Child(["run", "--select", "name", "input.csv"], in: folder, output: terminal.slave).wait()
    #expect(end.exitStatus == 0)
    let text = terminal.text()
    #expect(text.contains("red"))
    #expect(!text.contains("\u{1B}") && !text.contains("\u{7}"), "\(text)")
  }

  @Test(arguments: [["NO_COLOR": "1"], [:]]) func progress(_ environment: [String: String]) throws {
    let folder = try ScratchFolder()
    let input = try FIFO(folder["held.csv"])
    let terminal = try Terminal()
    let child = try Child(
      ["run", "-a", "count", "held.csv"], in: folder, errors: terminal.slave, environment: environment)
    try input.write(HeldRun.bytes)
    var text = ""
    #expect(
      eventually {
        text += terminal.text()
        return text.contains("\r")
      })
    input.finish()
    #expect(try child.wait().exitStatus == 0)
    text += terminal.text()
    // The line is taken away before the summary, and is never longer than the terminal is wide.
    let parts = text.components(separatedBy: "\r\u{1B}[K")
    #expect(parts.dropFirst().dropLast().allSatisfy { !$0.contains("\n") && $0.count < 60 }, "\(text)")
    #expect(parts.last?.hasPrefix("pipe: ") == true && parts.last?.hasSuffix("\n") == true, "\(text)")
    #expect(!text.replacingOccurrences(of: "\u{1B}[K", with: "").contains("\u{1B}"))
  }

  @Test func noInputOnATerminalIsAMistake() throws {
    let terminal = try Terminal()
    let end = try Child(["run", "-a", "count"], in: folder(), input: terminal.slave).wait()
    #expect(end.status == .exited(64))
    #expect(end.errors == "pipe: there is no input\n  name a file, or - to type it in\n")
  }
}
