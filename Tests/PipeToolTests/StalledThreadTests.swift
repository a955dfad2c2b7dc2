// Threads that hang or run in circles: the run ends by itself, says which stage it was and who waits for it, and leaves
// nothing behind. What is only slow, or was stopped, is left alone.

import Foundation
import TestTiers
import Testing

@Suite(.serialized) struct StalledThreadTests {
  static let modes = [Mode.serial, .thread]
  private static let bytes = rows(bytes: 1 << 20, textLength: 1000)

  private func stalled(
    _ mode: Mode, _ fault: String, _ arguments: [String] = []
  ) throws -> (end: ChildEnd, names: [String]) {
    let folder = try ScratchFolder()
    try folder.write(Self.bytes, as: "in.csv")
    let words =
      mode.run + ["--stall-timeout", "1", "--inject", fault, "--chunk-size", "64KiB", "-g", "key", "-a", "count"]
      + ["-o", "out.csv", "--on-error", "quarantine", "--rejects", "bad.csv"] + arguments + ["in.csv"]
    let end = try Child(words, in: folder, environment: ["PIPE_ALLOW_INJECT": "1", "SWIFT_BACKTRACE": "enable=no"])
      .wait()
    return (end, folder.names)
  }

  private static let faults: [(mode: Mode, kind: String, stage: String)] = modes.flatMap { mode in
    ["reader", "parser", "aggregator"].flatMap { [(mode, "hang", $0), (mode, "spin", $0)] }
  }

  @Test(arguments: TestTier.choose(faults, 3))
  func theStageIsNamed(_ fault: (mode: Mode, kind: String, stage: String)) throws {
    let (mode, kind, stage) = fault
    let (end, names) = try stalled(mode, "\(kind)@\(stage):100000")
    #expect(end.status == .exited(75), "\(end.errors)")
    #expect(end.text == "")
    #expect(names == ["in.csv"])
    let name = "pipe:" + (stage == "parser" ? #"parser/\d"# : stage)
    let how = kind == "hang" ? "hung for" : "ran for"
    let place = #"on bytes \d+ to \d+ of in\.csv"#
    let patterns = [
      "pipe: \(name) \(how) [0-9.]+ s( without getting anywhere)? while it worked \(place)\n  no output file was written",
      // The picture: this stage works, and others wait for it.
      "\n\(name) +works \(place) ", "waits? for \(name), which works \(place)\n",
    ]
    for pattern in patterns {
      #expect(try end.errors.firstMatch(of: Regex(pattern)) != nil, "\(pattern) in \(end.errors)")
    }
    #expect(end.errors.contains("without getting anywhere") == (kind == "spin"), "\(end.errors)")
    #expect(try end.errors.contains(Regex("queues: pieces \\d of 2, results \\d of 2")) == (mode == .thread))
  }

  /// A record on which a parser hangs, not only a piece.
  @Test(.enabled(if: !TestTier.isShort, "CI does"), arguments: modes) func atARecord(_ mode: Mode) throws {
    let (end, names) = try stalled(mode, "hang@parser:text:h,7")
    #expect(end.status == .exited(75), "\(end.errors)")
    #expect(end.errors.contains("while it worked on bytes "), "\(end.errors)")
    #expect(names == ["in.csv"])
  }

  @Test func theReportIsWritten() throws {
    let (end, names) = try stalled(.thread, "hang@aggregator", ["--report", "run.json"])
    #expect(end.status == .exited(75), "\(end.errors)")
    #expect(names == ["in.csv", "run.json"])
  }

  /// Threads share one fate.
  @Test(arguments: modes, ["crash", "abort"]) func aCrashEndsTheRun(_ mode: Mode, _ kind: String) throws {
    let (end, names) = try stalled(mode, "\(kind)@parser")
    #expect(end.status == .signalled(kind == "crash" ? SIGSEGV : SIGABRT), "\(end.errors)")
    #expect(names == ["in.csv"])
  }

  // MARK: What is no stall

  /// Longer than the time after which a stage counts as stalled.
  private func pause() { usleep(2_500_000) }

  @Test(.enabled(if: !TestTier.isShort, "CI does"), arguments: Mode.allCases)
  func aSlowReaderOfTheOutput(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    let bytes = rows(bytes: 5 << 20, textLength: 2000)
    try folder.write(bytes, as: "in.csv")
    let ends = try FIFO.ends(folder["output"])
    defer { close(ends.read) }
    let child = try Child(
      mode.run + ["--stall-timeout", "1", "--select", "key,value,text", "--chunk-size", "64KiB", "in.csv"], in: folder,
      output: ends.write)
    close(ends.write)
    var waiting: Int32 = 0
    #expect(eventually { ioctl(ends.read, UInt(FIONREAD), &waiting) == 0 && waiting > 60_000 })
    pause()
    var output: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    let isWhole = eventually {
      while true {
        let got = read(ends.read, &block, block.count)
        if got == 0 { return true }
        if got > 0 { output += block[..<got] } else if !isReady(ends.read, for: POLLIN) { return false }
      }
    }
    #expect(isWhole && output == bytes)
    let end = try child.wait()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.errors == "")
  }

  @Test(.enabled(if: !TestTier.isShort, "CI does"), arguments: Mode.allCases) func aSlowInput(_ mode: Mode) throws {
    let run = try HeldRun(mode, ["--stall-timeout", "1", "-g", "key", "-a", "count"])
    pause()
    run.input.finish()
    let end = try run.child.wait()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.errors == "")
  }

  @Test(.enabled(if: !TestTier.isShort, "CI does"), arguments: Mode.allCases) func aStoppedRun(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    let bytes = rows(bytes: 6 << 20, textLength: 100)
    try folder.write(bytes, as: "in.csv")
    let arguments = ["-g", "key,value", "-a", "count,sum(value),max(text)", "--chunk-size", "64KiB", "in.csv"]
    let child = try Child(mode.run + ["--stall-timeout", "1"] + arguments, in: folder)
    // Wherever it is by then; if it has ended, nothing is lost but the point of the test.
    usleep(UInt32.random(in: 50_000..<200_000))
    for _ in 0..<2 {
      child.sendToGroup(SIGSTOP)
      pause()
      child.sendToGroup(SIGCONT)
      usleep(UInt32.random(in: 0..<100_000))
    }
    let end = try child.wait()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.errors == "")
    #expect(try end.output == Child(Mode.serial.run + arguments, in: folder).wait().output)
  }

  /// The end of an aggregation is done as a whole, and takes as long as it takes.
  @Test(arguments: TestTier.choose(modes, 0)) func aLongEnd(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    var text = "key\n"
    for number in 0..<150_000 { text += "k\(number &* 2_654_435_761 % 1_000_000_007)\n" }
    try folder.write(text, as: "in.csv")
    let end = try Child(mode.run + ["--stall-timeout", "1", "-g", "key", "-a", "count", "in.csv"], in: folder).wait()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.errors == "")
    #expect(end.output.count > 1 << 20)
  }
}
