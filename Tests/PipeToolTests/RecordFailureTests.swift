// Records that cannot be used, under each policy and in each mode: position, remedy, exit status, and what is left.

import Testing

struct RecordFailureTests {
  /// One kind of bad record in the middle of good ones.
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    /// The bad record stands behind two good ones and before another.
    var bad: String
    /// Behind `input.csv: line 4 (record 3, byte 20): `.
    var reason: String
    var remedy: String
    var kind: String
    var column = ""
    /// Text as `PATH.reasons.csv` shows it.
    var text: String
    /// What the rest of the bad record is read as, if anything.
    var goodTotal = 6

    var testDescription: String { name }
    var input: String { "name,value\na,1\n\nb,2\n" + bad + "c,3\n" }
  }

  static let cases = [
    Case(
      name: "ragged", bad: "x,9,9\n", reason: "got 3 fields, want 2",
      remedy: "use --on-error skip to leave such records out", kind: "columns", text: "\"x,9,9\""),
    Case(
      name: "number", bad: "x,N/A\n", reason: "column value: \"N/A\" is not a number",
      remedy: "use --null N/A to read it as missing, --types 'value=text', or --on-error skip", kind: "number",
      column: "value", text: "N/A"),
    Case(
      name: "unterminated", bad: "x,\"9\n",
      reason: "no closing quote before the end or within 16,777,216 bytes",
      remedy: "close the quote, raise --max-record, name another --quote, or use --on-error skip",
      kind: "unterminated", text: "\"x,\"\"9\""),
    Case(
      name: "quote", bad: "x,\"9\"9\n", reason: "text after a closing quote",
      remedy: "double the quotes within quoted text, name another --quote, or use --on-error skip", kind: "quote",
      text: "\"x,\"\"9\"\"9\""),
  ]

  private static let question = ["-a", "sum(value) as total", "-o", "total.csv", "input.csv"]

  private func run(_ mode: Mode, _ test: Case, _ more: [String]) throws -> (ScratchFolder, ChildEnd) {
    let folder = try ScratchFolder()
    try folder.write(test.input, as: "input.csv")
    return (folder, try Child(mode.run + Self.question + more, in: folder).wait())
  }

  @Test(arguments: cases, Mode.allCases) func fail(_ test: Case, _ mode: Mode) throws {
    let (folder, end) = try run(mode, test, [])
    #expect(end.errors == "pipe: input.csv: line 5 (record 3, byte 20): \(test.reason)\n  \(test.remedy)\n")
    #expect(end.exitStatus == 65)
    #expect(folder.names == ["input.csv"])
  }

  @Test(arguments: cases, Mode.allCases) func skip(_ test: Case, _ mode: Mode) throws {
    let (folder, end) = try run(mode, test, ["--on-error", "skip"])
    #expect(end.errors == "pipe: 1 of 4 records were rejected\n")
    #expect(end.exitStatus == 3)
    #expect(folder.read("total.csv") == "total\n\(test.goodTotal)\n")
    #expect(folder.names == ["input.csv", "total.csv"])
  }

  @Test(arguments: cases, Mode.allCases) func quarantine(_ test: Case, _ mode: Mode) throws {
    let (folder, end) = try run(mode, test, ["--on-error", "quarantine", "--rejects", "bad.csv"])
    #expect(end.exitStatus == 3)
    #expect(folder.read("total.csv") == "total\n\(test.goodTotal)\n")
    #expect(folder.read("bad.csv") == "name,value\n" + test.bad)
    let reasons = try #require(folder.read("bad.csv.reasons.csv"))
    let lines = reasons.split(separator: "\n", maxSplits: 1)
    #expect(lines.first == "file,record,line,byte,length,column,reason,text")
    let start = "input.csv,3,5,20,\(test.bad.utf8.count),\(test.column),\(test.kind)"
    #expect(lines.last?.hasPrefix(start) == true, "\(reasons)")
    #expect(lines.last?.hasSuffix(",\(test.text)\n") == true, "\(reasons)")
    #expect(folder.names == ["bad.csv", "bad.csv.reasons.csv", "input.csv", "total.csv"])
  }

  @Test(arguments: Mode.allCases) func rejectsOfARunThatFoundTooMany(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write("a,b\n1\n2,2\n3\n4\n", as: "input.csv")
    try folder.write("old", as: "out.csv")
    let end = try folder.run(
      mode, "--delimiter", ",", "-o", "out.csv", "--on-error", "quarantine", "--rejects", "bad.csv", "--max-errors",
      "1",
      "input.csv")
    #expect(end.exitStatus == 65)
    #expect(end.errors.contains("line 4 (record 3, byte 10)"), "\(end.errors)")
    #expect(folder.read("bad.csv") == "a,b\n1\n3\n")
    #expect(folder.read("out.csv") == "old")
  }

  @Test(arguments: Mode.allCases) func rowsBeforeTheMistakeAreAPrefix(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write("a,b\n1,2\n3,4\n5\n6,7\n", as: "input.csv")
    let end = try folder.run(mode, "--delimiter", ",", "--select", "b", "input.csv")
    #expect(end.exitStatus == 65)
    #expect("b\n2\n4\n".hasPrefix(end.text))
  }
}
