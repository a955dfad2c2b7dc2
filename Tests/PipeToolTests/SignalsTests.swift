// Ctrl-C and its kin in the middle of a run: nothing is left behind, and the program dies by the signal.

import Foundation
import Testing

struct SignalsTests {
  private static let outputs = [
    "-o", "out.csv", "--on-error", "quarantine", "--rejects", "bad.csv", "--report", "r.json",
  ]

  /// What a held run with outputs leaves behind when it ends without success.
  private func expectNothingLeft(_ run: HeldRun) throws {
    #expect(run.child.leavesNobody())
    #expect(run.folder.names == [HeldRun.inputName])
  }

  @Test(arguments: Mode.allCases, [SIGINT, SIGTERM, SIGHUP]) func toTheGroup(_ mode: Mode, _ signal: Int32) throws {
    let run = try HeldRun(mode, Self.outputs)
    run.child.sendToGroup(signal)
    let end = try run.child.wait()
    #expect(end.status == .signalled(signal))
    #expect(end.errors == "")
    try expectNothingLeft(run)
  }

  @Test(arguments: Mode.allCases, [SIGINT, SIGTERM]) func toTheProcessAlone(_ mode: Mode, _ signal: Int32) throws {
    let run = try HeldRun(mode, Self.outputs)
    run.child.send(signal)
    #expect(try run.child.wait().status == .signalled(signal))
    try expectNothingLeft(run)
  }

  @Test(arguments: Mode.allCases) func kill(_ mode: Mode) throws {
    let run = try HeldRun(mode, Self.outputs)
    run.child.send(SIGKILL)
    #expect(try run.child.wait().status == .signalled(SIGKILL))
    try expectNothingLeft(run)
  }

  @Test(arguments: Mode.allCases) func anOldFileStays(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    let input = try FIFO(folder["held.csv"])
    try folder.write("old", as: "out.csv")
    let child = try Child(mode.run + ["-o", "out.csv", "held.csv"], in: folder)
    try input.write(rows(bytes: 3 << 19))
    child.sendToGroup(SIGINT)
    #expect(try child.wait().status == .signalled(SIGINT))
    #expect(child.leavesNobody())
    #expect(folder.read("out.csv") == "old")
    #expect(folder.names == ["held.csv", "out.csv"])
  }

  @Test(arguments: Mode.allCases) func whileTheSampleIsRead(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    let input = try FIFO(folder["held.csv"])
    let child = try Child(mode.run + ["-o", "out.csv", "held.csv"], in: folder)
    // More than a FIFO holds, so the run reads; less than the sample.
    try input.write(rows(bytes: 200 << 10))
    child.sendToGroup(SIGINT)
    #expect(try child.wait().status == .signalled(SIGINT))
    #expect(child.leavesNobody())
    #expect(folder.names == ["held.csv"])
  }

  @Test(arguments: Mode.allCases) func whileNobodyReadsTheOutput(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write(rows(bytes: 3 << 19), as: "input.csv")
    let ends = try FIFO.ends(folder["output"])
    let child = try Child(mode.run + ["--select", "key,value,text", "input.csv"], in: folder, output: ends.write)
    close(ends.write)
    defer { close(ends.read) }
    // The pipe is full but for the rest of a page: the run is stuck in a write.
    #expect(eventually { waitingBytes(ends.read) > 60_000 })
    child.sendToGroup(SIGINT)
    #expect(try child.wait().status == .signalled(SIGINT))
    #expect(child.leavesNobody())
    // What was printed is a prefix of the answer.
    var block = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(ends.read, &block, block.count)
    #expect(count > 0 && rows(bytes: 1 << 16).starts(with: block.prefix(count)))
  }

  @Test func anIgnoredSignalStaysIgnored() throws {
    let folder = try ScratchFolder()
    let input = try FIFO(folder["held.csv"])
    let child = try Child(
      ["-c", "trap '' HUP; exec \"$0\" run --mode thread -a count held.csv", Child.program], of: "/bin/sh",
      in: folder)
    try input.write(rows(bytes: 3 << 19))
    child.sendToGroup(SIGHUP)
    input.finish()
    #expect(try child.wait().status == .exited(0))
  }

  @Test func shellsSee130() throws {
    let folder = try ScratchFolder()
    let input = try FIFO(folder["held.csv"])
    // A shell that is no interactive one lets its children in the background ignore Ctrl-C; so the run is in front.
    let child = try Child(
      ["-c", "trap : INT; \"$0\" run -a count held.csv; echo $?", Child.program], of: "/bin/sh", in: folder)
    try input.write(rows(bytes: 3 << 19))
    child.sendToGroup(SIGINT)
    #expect(try child.wait().text == "130\n")
  }

  private func waitingBytes(_ descriptor: Int32) -> Int32 {
    var count: Int32 = 0
    return ioctl(descriptor, UInt(FIONREAD), &count) == 0 ? count : -1
  }
}
