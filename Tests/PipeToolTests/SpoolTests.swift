// `--spool`: a stream that any stage may die over, and what becomes of it where there is no room for it.

import Foundation
import Testing

struct SpoolTests {
  @Test func everyWorkerIsReplacedOverAStream() throws {
    let run = try HeldFileRun(isStream: true)
    for name in HeldFileRun.names { try run.replace(name, by: SIGKILL) }
    let end = try run.finish()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(run.output == HeldFileRun.bytes)
    #expect(end.errors.contains("4 workers ended and were replaced"))
    // Nothing but the FIFO.
    #expect(run.folder.names == [HeldFileRun.inputName])
  }

  @Test(arguments: Mode.allCases) func answersTheSame(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write(rows(bytes: 3 << 20), as: "input.csv")
    let question = mode.run + ["-g", "key", "-a", "count,sum(value)"]
    let plain = try Child(question + ["input.csv"], in: folder).wait()
    let words = question.map { "'\($0)'" }.joined(separator: " ")
    for input in ["cat input.csv |", "<input.csv"] {
      let end = try folder.shell("\(input) $PIPE \(words) --spool .")
      #expect(end.exitStatus == 0, "\(end.errors)")
      #expect(end.output == plain.output)
    }
    #expect(folder.names == ["input.csv"])
  }

  /// The name in messages stays that of the stream.
  @Test func theStreamKeepsItsName() throws {
    let folder = try ScratchFolder()
    let end = try folder.shell("printf 'a,b\\n1,x\\n' | $PIPE run --spool . -a 'sum(b)'")
    #expect(end.exitStatus == 65)
    #expect(end.errors.hasPrefix("pipe: standard input: line 2 (record 1, byte 4): column b: "), "\(end.errors)")
  }

  @Test func aFileIsNotSpooled() throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "input.csv")
    #expect(try folder.pipe("run", "--spool", "no/such/folder", "-a", "count", "input.csv").text == "count\n1\n")
  }

  @Test func whereNothingCanBeWritten() throws {
    let folder = try ScratchFolder()
    try folder.write("", as: "file")
    for (place, reason) in [("no/such", "No such file or directory"), ("file", "Not a directory")] {
      let end = try folder.shell("echo a | $PIPE run --spool \(place) -a count")
      #expect(end.exitStatus == 73)
      let what = "pipe: \(place): standard input cannot be spooled here: \(reason)\n"
      #expect(end.errors.hasPrefix(what) && end.errors.contains("--spool"), "\(end.errors)")
    }
    #expect(try folder.pipe("run", "--spool", "", "file").exitStatus == 64)
  }

  @Test(.enabled(if: OutputFileTests.canMount, "file systems cannot be mounted here"))
  func fullDisk() throws {
    let folder = try ScratchFolder()
    try folder.write(rows(bytes: 1 << 20), as: "large.csv")
    let run = "cat large.csv | $PIPE run --spool small -a count; echo $?; ls -A small"
    let end = try folder.shell(OutputFileTests.onSmallDisk(run))
    #expect(end.text == "74\n", "\(end.text)")
    #expect(
      end.errors == """
        pipe: standard input: cannot be spooled in small: No space left on device
          free some space there, or name another folder with --spool

        """)
  }

  @Test func aSignalEndsItAtOnce() throws {
    let folder = try ScratchFolder()
    let input = try FIFO(folder["held.csv"])
    let child = try Child(Mode.process.run + ["--spool", ".", "-o", "out.csv", "held.csv"], in: folder)
    try input.write(rows(bytes: 3 << 19))
    child.sendToGroup(SIGINT)
    #expect(try child.wait().status == .signalled(SIGINT))
    #expect(child.leavesNobody())
    #expect(folder.names == ["held.csv"])
  }
}
