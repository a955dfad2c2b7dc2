// Runs that may not go on from a checkpoint, and places where there can be none: each is told why and what to do.

import Foundation
import TestTiers
import Testing

struct CheckpointRefusalTests {
  private static let groups = ["-g", "key", "-a", "count"]

  /// A checkpoint, and that it is still there when another run was refused.
  private func keptRun(_ mode: Mode = .serial, _ question: [String] = groups) throws -> KeptRun {
    let run = try KeptRun(mode, question)
    try run.kill()
    return run
  }

  @Test(arguments: TestTier.choose(Mode.allCases, 1)) func anotherSize(_ mode: Mode) throws {
    let run = try keptRun(mode)
    try run.folder.write(KeptRun.bytes + Array("a,1,x\n".utf8), as: KeptRun.inputName)
    let end = try run.goOn()
    #expect(end.exitStatus == 74)
    let size = KeptRun.bytes.count
    #expect(
      end.errors == """
        pipe: input.csv: is not what the checkpoint in kept was made of: it has \(size + 6) bytes, not \(size)
          restore the file to go on, or remove kept/pipe.* to begin anew

        """)
    #expect(end.text == "")
    // The remedy helps.
    for name in ["identity", "marks", "state.1", "state.2"] {
      try FileManager.default.removeItem(atPath: run.folder["kept/pipe.\(name)"])
    }
    #expect(try run.goOn().status == .exited(0))
  }

  @Test func anotherTime() throws {
    let run = try keptRun()
    let before = try times()
    utimensat(AT_FDCWD, run.folder[KeptRun.inputName], before, 0)
    let end = try run.goOn()
    #expect(end.exitStatus == 74)
    #expect(end.errors.contains("input.csv: is not what the checkpoint in kept was made of: it was written to since\n"))
  }

  private func times() throws -> [timespec] {
    [timespec(tv_sec: 1_000_000, tv_nsec: 5), timespec(tv_sec: 1_000_000, tv_nsec: 5)]
  }

  @Test func anotherContentUnderTheSameTime() throws {
    let run = try keptRun()
    var status = stat()
    #expect(stat(run.folder[KeptRun.inputName], &status) == 0)
    var bytes = KeptRun.bytes
    bytes[bytes.count - 2] = UInt8(ascii: "y")
    // In place, and with the time that it had.
    let file = open(run.folder[KeptRun.inputName], O_WRONLY)
    #expect(write(file, bytes, bytes.count) == bytes.count)
    futimens(file, [status.st_atim, status.st_mtim])
    close(file)
    let end = try run.goOn()
    #expect(end.exitStatus == 74)
    #expect(end.errors.contains(": its content is another, although size and time are the same\n"), "\(end.errors)")
    // With the old bytes, it goes on.
    let again = open(run.folder[KeptRun.inputName], O_WRONLY)
    #expect(write(again, KeptRun.bytes, KeptRun.bytes.count) == KeptRun.bytes.count)
    futimens(again, [status.st_atim, status.st_mtim])
    close(again)
    #expect(try run.goOn().errors.hasPrefix("pipe: continuing at byte "))
  }

  @Test(
    arguments: TestTier.thin(
      [("--where", "value > 3"), ("--limit", "7"), ("--format", "json"), ("--on-error", "skip")], by: 2))
  func anotherQuestion(_ option: String, _ value: String) throws {
    let run = try keptRun()
    let end = try run.goOn(option, value)
    #expect(end.exitStatus == 64)
    #expect(
      end.errors == """
        pipe: kept: the checkpoint is of another question: \(option) differs
          repeat the command as it was to go on, or remove kept/pipe.* to begin anew

        """)
    #expect(try run.goOn().errors.hasPrefix("pipe: continuing at byte "))
  }

  @Test func anotherOutputOfRows() throws {
    let run = try keptRun(.serial, ["--limit", "900000"] + ["-o", "out.csv"])
    let end = try run.goOn("-o", "other.csv")
    #expect(end.exitStatus == 64 && end.errors.contains("--output differs"), "\(end.errors)")
    #expect(!run.folder.names.contains { $0.contains("other.csv") })
    #expect(try run.goOn("-o", "./out.csv").exitStatus == 0)
  }

  @Test func otherInputs() throws {
    let run = try keptRun()
    let end = try run.goOn(KeptRun.inputName)
    #expect(end.exitStatus == 64)
    #expect(end.errors.hasPrefix("pipe: kept: the checkpoint is of other inputs: input.csv\n"))
  }

  @Test func aDamagedIdentity() throws {
    let run = try keptRun()
    truncate(run.folder["kept/pipe.identity"], 60)
    let end = try run.goOn()
    #expect(end.exitStatus == 74)
    #expect(end.errors == "pipe: kept/pipe.identity: is damaged\n  remove kept/pipe.* to begin anew\n")
  }

  @Test func rowsThatArePrinted() throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "input.csv")
    for output in [[], ["-o", "-"]] {
      let end = try Child(["run", "--checkpoint", "kept", "--select", "a", "input.csv"] + output, in: folder).wait()
      #expect(end.exitStatus == 64)
      #expect(end.errors.contains("--checkpoint needs --output") && end.errors.contains("name a file with --output"))
    }
    let table = try folder.pipe(
      "run", "--checkpoint", "kept", "--select", "a", "--format", "table", "-o", "out", "input.csv")
    #expect(table.exitStatus == 64 && table.errors.contains("use --format csv"), "\(table.errors)")
    let device = try folder.pipe("run", "--checkpoint", "kept", "--select", "a", "-o", "/dev/null", "input.csv")
    #expect(device.exitStatus == 64 && device.errors.hasPrefix("pipe: /dev/null: is no file"), "\(device.errors)")
    // What is written at the end may go anywhere.
    #expect(try folder.pipe("run", "--checkpoint", "kept", "--sort", "a", "input.csv").text == "a\n1\n")
    #expect(try folder.pipe("run", "--checkpoint", "", "-a", "count", "input.csv").exitStatus == 64)
    #expect(folder.names == ["input.csv"])
  }

  @Test func aStream() throws {
    let folder = try ScratchFolder()
    for more in ["", "--spool ."] {
      let end = try folder.shell("echo a | $PIPE run --checkpoint kept \(more) -a count")
      #expect(end.exitStatus == 64)
      #expect(
        end.errors == """
          pipe: standard input: is a stream, which no other run could go on with
            put it into a file for --checkpoint

          """)
    }
    // Standard input may be a file.
    try folder.write("a\n1\n", as: "input.csv")
    #expect(try folder.shell("$PIPE run --checkpoint kept -a count <input.csv").text == "count\n1\n")
    #expect(folder.names == ["input.csv"])
  }

  // MARK: Places

  @Test(arguments: TestTier.choose(Mode.allCases)) func twoRunsAtOnce(_ mode: Mode) throws {
    let run = try KeptRun(mode, Self.groups)
    let first = try run.startUnderWay()
    first.sendToGroup(SIGSTOP)
    let end = try run.goOn()
    #expect(end.exitStatus == 73)
    #expect(
      end.errors == """
        pipe: kept: another run uses this checkpoint
          wait until it has ended, or give each run a folder of its own

        """)
    first.sendToGroup(SIGCONT)
    let whole = try first.wait()
    #expect(whole.status == .exited(0), "\(whole.errors)")
    #expect(whole.output == (try run.plain(Self.groups)).output)
  }

  /// The workers of a run whose supervisor was killed end a moment later; until then they hold the checkpoint.
  @Test func rightBehindAKilledSupervisor() throws {
    let run = try KeptRun(.process, ["--select", "key,text", "-o", "out.csv"])
    for _ in 0..<4 {
      let child = try run.startUnderWay()
      child.send(SIGKILL)
    }
    let end = try run.goOn()
    #expect(end.status == .exited(0), "\(end.errors)")
    let kept = run.folder.read("out.csv")
    _ = try run.plain(["--select", "key,text", "-o", "out.csv"])
    #expect(kept == run.folder.read("out.csv"))
  }

  @Test(.enabled(if: OrdinaryUser.isAvailable, "nobody else can run the program here"))
  func whereNothingCanBeWritten() throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "input.csv")
    let user = try OrdinaryUser(in: folder)
    try FileManager.default.createDirectory(atPath: folder["kept"], withIntermediateDirectories: false)
    chmod(folder["kept"], 0o555)
    for place in ["kept", "new"] {
      chmod(folder.path, 0o555)
      let end = try user.pipe(["run", "--checkpoint", folder[place], "-a", "count", folder["input.csv"]])
      chmod(folder.path, 0o755)
      #expect(end.exitStatus == 73)
      #expect(end.errors.contains(": no checkpoint can be kept here: Permission denied\n"), "\(end.errors)")
      #expect(end.errors.contains("check the permissions, or name another folder with --checkpoint"))
    }
  }

  /// What was kept before the disk was full is gone on from when there is room again.
  @Test(
    .enabled(if: OutputFileTests.canMount, "file systems cannot be mounted here"),
    arguments: TestTier.choose(Mode.allCases, 1))
  func fullDisk(_ mode: Mode) throws {
    let run = try KeptRun(mode, [])
    let words = (mode.run + ["-g", "value,text", "-a", "count", "--chunk-size", "4KiB", KeptRun.inputName])
      .joined(separator: " ")
    let end = try run.folder.shell(
      OutputFileTests.onSmallDisk(
        "$PIPE \(words) --checkpoint small/kept; echo $?; mount -o remount,size=64m small; "
          + "$PIPE \(words) --checkpoint small/kept >out.csv; echo $?; ls -A small"))
    #expect(end.text == "74\n0\n", "\(end.text)")
    let pattern =
      /pipe: the checkpoint cannot be written: pwrite: No space left on device\n  free some space there and run again.*\n/
    #expect(end.errors.firstMatch(of: pattern) != nil, "\(end.errors)")
    #expect(end.errors.contains("pipe: continuing at byte "), "\(end.errors)")
    #expect(run.folder.read("out.csv") == (try run.plain(["-g", "value,text", "-a", "count"])).text)
  }
}
