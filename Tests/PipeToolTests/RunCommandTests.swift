// What a run says and how it ends when all goes well, or nearly.

import TestTiers
import Testing

struct RunCommandTests {
  private func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write("key,value\na,1\nb\nc,3\n", as: "bad.csv")
    try folder.write("key,value\na,1\nb,2\n", as: "good.csv")
    return folder
  }

  @Test(arguments: Mode.allCases) func rejectsMakeStatus3(_ mode: Mode) throws {
    let folder = try folder()
    let question = ["--delimiter", ",", "--on-error", "skip", "-a", "sum(value)", "bad.csv"]
    let end = try Child(mode.run + question, in: folder).wait()
    #expect(end.text == "sum(value)\n4\n")
    #expect(end.errors == "pipe: 1 of 3 records were rejected\n")
    #expect(end.exitStatus == 3)
    let quiet = try Child(mode.run + ["--quiet"] + question, in: folder).wait()
    #expect(quiet.text == end.text)
    #expect(quiet.errors == "")
    #expect(quiet.exitStatus == 3)
  }

  @Test(arguments: Mode.allCases) func successIsSilent(_ mode: Mode) throws {
    let folder = try folder()
    let end = try folder.run(mode, "-a", "count", "good.csv")
    #expect(end.errors == "")
    #expect(end.exitStatus == 0)
  }

  @Test func quietRunsStillSayErrors() throws {
    let end = try folder().pipe("run", "-q", "missing.csv")
    #expect(end.errors.hasPrefix("pipe: missing.csv: "))
  }

  @Test func aHeaderThatLooksLikeDataIsMentioned() throws {
    let folder = try ScratchFolder()
    try folder.write("1,2\n3,4\n", as: "input.csv")
    let end = try folder.pipe("run", "-a", "count", "input.csv")
    #expect(end.errors.hasPrefix("pipe: warning: input.csv: the header looks like data"))
    #expect(end.text == "count\n1\n")
    #expect(end.exitStatus == 0)
    #expect(try folder.pipe("run", "-q", "-a", "count", "input.csv").errors == "")
    #expect(try folder.pipe("run", "--no-header", "-a", "count", "input.csv").errors == "")
  }

  @Test func nothingDependsOnColorSettings() throws {
    let folder = try folder()
    let plain = try folder.shell("$PIPE run --format table --select key good.csv; $PIPE run missing.csv")
    for environment in [
      ["NO_COLOR": "1"], ["CLICOLOR_FORCE": "1"], ["TERM": "xterm-256color"], ["LC_ALL": "de_DE.UTF-8"],
    ] {
      let end = try folder.shell(
        "$PIPE run --format table --select key good.csv; $PIPE run missing.csv", environment: environment)
      #expect(end.output == plain.output)
      #expect(end.errors == plain.errors)
    }
    #expect(!plain.output.contains(0x1B))
  }

  @Test func progressWhereItIsAskedFor() throws {
    // Only a run that lasts over a second shows progress; a held one does.
    let folder = try ScratchFolder()
    let input = try FIFO(folder["held.csv"])
    let errors = try FIFO(folder["errors"])
    let child = try Child(
      ["-c", "exec \"$0\" run --progress always -a count held.csv 2> errors", Child.program], of: "/bin/sh",
      in: folder)
    try input.write(rows(bytes: 3 << 19))
    var said: [UInt8] = []
    #expect(
      eventually {
        said += errors.readSome()
        return said.contains(10)
      })
    #expect(String(decoding: said, as: UTF8.self).hasPrefix("pipe: "))
    #expect(!said.contains(0x1B) && !said.contains(13))
    input.finish()
    #expect(try child.wait().exitStatus == 0)
  }

  @Test(arguments: TestTier.choose(Mode.allCases, 1, 2)) func aVeryWideFile(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    let header = (1...10_000).map { "c\($0)" }.joined(separator: ",")
    let row = (1...10_000).map(String.init).joined(separator: ",")
    try folder.write(header + "\n" + Array(repeating: row, count: 5).joined(separator: "\n") + "\n", as: "wide.csv")
    let sum = try folder.run(mode, "-a", "sum(c10000), sum(c1)", "wide.csv")
    #expect(sum.text == "sum(c10000),sum(c1)\n50000,5\n", "\(sum.errors)")
    let rows = try folder.run(mode, "--where", "c2 == 2", "--limit", "1", "wide.csv")
    #expect(rows.text == header + "\n" + row + "\n", "\(rows.errors)")
  }

  @Test(arguments: TestTier.choose(Mode.allCases, 2)) func aVeryLongLine(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    // Longer than several pieces and than what fits into a pipe.
    let long = [UInt8](repeating: 0x78, count: 3 << 20)
    try folder.write(Array("a,b\n1,".utf8) + long + Array("\n2,y\n".utf8), as: "long.csv")
    let refused = try folder.run(mode, "-a", "sum(a)", "--max-record", "2MiB", "long.csv")
    #expect(refused.exitStatus == 65)
    #expect(
      refused.errors.hasPrefix("pipe: long.csv: line 2 (record 1, byte 4): record is longer than 2,097,152 bytes"))
    let skipped = try folder.run(mode, "-a", "sum(a)", "--max-record", "2MiB", "--on-error", "skip", "long.csv")
    #expect(skipped.text == "sum(a)\n2\n", "\(skipped.errors)")
    #expect(skipped.exitStatus == 3)
    let read = try folder.run(mode, "-a", "sum(a), max(a)", "long.csv")
    #expect(read.text == "sum(a),max(a)\n3,2\n", "\(read.errors)")
    #expect(read.exitStatus == 0)
  }

  /// The limit when none is given, in one mode: a debug build takes its time for each byte.
  @Test func aLineLongerThanARecordMayBe() throws {
    let folder = try ScratchFolder()
    let long = [UInt8](repeating: 0x78, count: 17 << 20)
    try folder.write(Array("a,b\n1,".utf8) + long + Array("\n2,y\n".utf8), as: "long.csv")
    let refused = try folder.run(.thread, "-a", "sum(a)", "long.csv")
    #expect(refused.exitStatus == 65)
    #expect(
      refused.errors.hasPrefix("pipe: long.csv: line 2 (record 1, byte 4): record is longer than 16,777,216 bytes"))
  }
}
