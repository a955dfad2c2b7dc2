// Signals that end nobody, by the hundred, and terminals that take nothing: a run goes on as if nothing had been, and no
// worker is taken for a hung one.

import Foundation
import TestTiers
import Testing

@Suite struct StormTests {
  private static let modes = Mode.allCases.map(\.run) + [["run", "--mode", "hybrid", "-j", "2", "--threads", "2"]]
  private static let question = ["--select", "key,value,text"]
  private static let bytes = rows(bytes: 1 << 20)

  /// To all processes of the run, while it reads, parses and writes.
  @Test(arguments: TestTier.choose(modes, 2)) func signals(_ mode: [String]) throws {
    let folder = try ScratchFolder()
    let input = try FIFO(folder["held.csv"])
    let child = try Child(mode + Self.question + ["--chunk-size", "4KiB", "held.csv"], in: folder)
    let part = Self.bytes.count / 40
    for step in 0..<40 {
      let end = step == 39 ? Self.bytes.count : (step + 1) * part
      try input.write(Array(Self.bytes[step * part..<end]))
      for _ in 0..<10 { for signal in [SIGCHLD, SIGWINCH, SIGURG, SIGCONT] { child.sendToGroup(signal) } }
    }
    input.finish()
    let end = try child.wait()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.output == Self.bytes && end.errors == "", "\(end.errors)")
  }

  /// As a shell does for Ctrl-Z and `fg`, again and again.
  @Test(arguments: TestTier.choose(modes, 2)) func stops(_ mode: [String]) throws {
    let folder = try ScratchFolder()
    let input = try FIFO(folder["held.csv"])
    let child = try Child(mode + Self.question + ["--chunk-size", "4KiB", "held.csv"], in: folder)
    let part = Self.bytes.count / 20
    for step in 0..<20 {
      let end = step == 19 ? Self.bytes.count : (step + 1) * part
      try input.write(Array(Self.bytes[step * part..<end]))
      for _ in 0..<10 {
        child.sendToGroup(SIGSTOP)
        usleep(500)
        child.sendToGroup(SIGCONT)
      }
    }
    input.finish()
    let end = try child.wait()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.output == Self.bytes && end.errors == "", "\(end.errors)")
  }

  /// Collects what comes out of a terminal until a file says that the run is over.
  private func text(of terminal: Terminal, until isOver: () -> Bool) -> String {
    var text = ""
    _ = eventually {
      let isOver = isOver()
      let more = terminal.text()
      text += more
      return isOver && more.isEmpty
    }
    return text
  }

  /// Ctrl-S for longer than a worker may hang, then Ctrl-Q.
  @Test(arguments: TestTier.choose(modes)) func aStoppedTerminal(_ mode: [String]) throws {
    let folder = try ScratchFolder()
    try folder.write(Self.bytes, as: "input.csv")
    let terminal = try Terminal()
    #expect(tcflow(terminal.slave, TCOOFF) == 0)
    let watch = mode.contains("serial") || mode.contains("thread") ? [] : ["--stall-timeout", "1"]
    let child = try Child(
      mode + Self.question + watch + ["--format", "csv", "--chunk-size", "4KiB", "input.csv"], in: folder,
      output: terminal.slave)
    usleep(2_500_000)
    #expect(ProcessEntry(child.pid)?.isAlive == true)
    #expect(terminal.text() == "")
    #expect(tcflow(terminal.slave, TCOON) == 0)
    var end: ChildEnd?
    let text = text(of: terminal) {
      if end == nil, ProcessEntry(child.pid)?.isAlive != true { end = try? child.wait() }
      return end != nil
    }
    #expect(end?.status == .exited(0))
    #expect(end?.errors == "")
    #expect(Array(text.utf8) == Self.bytes)
  }

  private static let hasSessions =
    (try? ScratchFolder().shell("setsid --version && stty --version").exitStatus) == 0

  /// In the background of a terminal that stops whoever writes to it from there: it goes on when it is called to the front.
  @Test(.enabled(if: hasSessions, "there is no setsid or stty"), arguments: TestTier.choose(modes))
  func theBackgroundOfATerminal(_ mode: [String]) throws {
    let folder = try ScratchFolder()
    try folder.write(Self.bytes, as: "input.csv")
    let terminal = try Terminal()
    let watch = mode.contains("serial") || mode.contains("thread") ? [] : ["--stall-timeout", "1"]
    let words = (mode + Self.question + watch).joined(separator: " ")
    let script = """
      stty tostop; set -m
      $PIPE \(words) --format csv --chunk-size 4KiB input.csv 2> errors &
      until grep -q '^State:.T' /proc/$!/status; do sleep 0.05; done
      sleep 1.5; fg > job; echo $? > status
      """
    let child = try Child(
      ["--ctty", "--wait", "sh", "-c", script], of: "/usr/bin/setsid", in: folder, input: terminal.slave,
      output: terminal.slave, environment: ["PIPE": Child.program])
    let text = text(of: terminal) { folder.read("status") != nil }
    #expect(try child.wait().status == .exited(0))
    #expect(folder.read("status") == "0\n" && folder.read("errors") == "", "\(folder.read("errors") ?? "")")
    #expect(Array(text.utf8) == Self.bytes)
  }
}
