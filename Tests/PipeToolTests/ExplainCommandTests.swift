// `pipe explain`: the plan and the drawing of one small case, whole, in each mode.

import Testing

struct ExplainCommandTests {
  private func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write(
      "station;day;value\nBern;2024-01-01;1.5\nGenf;2024-01-02;\nBern;2024-01-03;22.25\n", as: "input.csv")
    return folder
  }

  @Test(arguments: Mode.allCases) func groups(_ mode: Mode) throws {
    let arguments = [
      "explain", "--mode", mode.rawValue, "-j", "3", "-g", "station", "-a", "count, mean(value) as m", "--where",
      "value > 1", "--derive", "twice = value * 2", "--sort", "m desc", "--types", "day=text", "--on-error", "skip",
      "--max-errors", "5%", "-o", "out.csv", "input.csv",
    ]
    let end = try Child(arguments, in: folder()).wait()
    #expect(end.errors == "")
    #expect(end.exitStatus == 0)
    try ExpectedText.check(end.text, "explain-groups-\(mode).txt")
  }

  @Test func namesTheHandOff() throws {
    let folder = try folder()
    for (arguments, words) in [
      (["input.csv"], "ranges of the input, for parsers to read: --hand-off ranges, a pipe"),
      (["--hand-off", "ranges", "input.csv"], "ranges of the input, for parsers to read: --hand-off ranges, a pipe"),
      (["--hand-off", "bytes", "input.csv"], "pieces of the input: --hand-off bytes, a pipe"),
    ] {
      let end = try Child(["explain", "--mode", "process", "-j", "2"] + arguments, in: folder).wait()
      #expect(end.text.contains("[1] \(words)"), "\(end.text)")
    }
    // A stream is read by nobody but the reader.
    let end = try folder.shell("cat input.csv | $PIPE explain --mode process -j 2")
    #expect(end.text.contains("[1] pieces of the input: a pipe"))
  }

  @Test func profile() throws {
    let end = try folder().pipe("explain", "--mode", "serial", "input.csv")
    try ExpectedText.check(end.text, "explain-profile.txt")
  }

  @Test func rows() throws {
    let end = try folder().pipe(
      "explain", "-j", "1", "--select", "value, station", "--limit", "1", "--format", "json", "--delimiter", ";",
      "input.csv")
    try ExpectedText.check(end.text, "explain-rows.txt")
  }

  @Test func writesNothingButItsText() throws {
    let folder = try folder()
    let end = try folder.pipe("explain", "-a", "count", "-o", "out.csv", "--report", "r.json", "input.csv")
    #expect(end.exitStatus == 0)
    #expect(folder.names == ["input.csv"])
  }

  @Test func mistakesAreThoseOfARun() throws {
    let folder = try folder()
    for arguments in [["-a", "sum(valu)", "input.csv"], ["missing.csv"], ["--mode", "none", "input.csv"]] {
      let run = try Child(["run"] + arguments, in: folder).wait()
      let explain = try Child(["explain"] + arguments, in: folder).wait()
      #expect(explain.status == run.status)
      #expect(explain.errors == run.errors)
    }
  }
}
