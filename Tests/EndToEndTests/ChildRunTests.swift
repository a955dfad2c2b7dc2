// That the harness itself sees what it is there for: statuses, signals, hangs, workers that outlive their parent.

import Foundation
import Testing

extension EndToEndTests {
  @Suite struct ChildRunTests {
    private func shell(_ script: String, input: [UInt8]? = nil, timeout: Double = 20) -> ChildRun.Outcome {
      ChildRun(
        executable: "/bin/sh", arguments: ["-c", script], folder: URL(fileURLWithPath: "/"), input: input,
        timeout: timeout
      ).run()
    }

    @Test func collectsOutputsAndStatus() {
      let outcome = shell("pwd; echo no >&2; exit 3")
      #expect(outcome.end == .exited(3))
      #expect(outcome.output == Array("/\n".utf8))
      #expect(outcome.errors == Array("no\n".utf8))
    }

    @Test func feedsMoreThanAPipeHolds() {
      let input = [UInt8](repeating: 7, count: 1 << 20)
      #expect(shell("cat", input: input).output == input)
    }

    @Test func bearsAChildThatDoesNotRead() {
      let outcome = shell("exec 0<&-; echo done", input: [UInt8](repeating: 7, count: 1 << 20))
      #expect(outcome.end == .exited(0))
      #expect(outcome.output == Array("done\n".utf8))
    }

    @Test func namesTheSignal() { #expect(shell("kill -9 $$").end == .signalled(9)) }

    @Test func endsAHang() { #expect(shell("sleep 50; true", timeout: 0.2).end == .hung) }

    @Test func noticesWhatIsLeftBehind() {
      // Where the machine is so busy that the shell itself is not done in time, it is given more.
      let ends = [0.4, 4, 30].lazy.map { shell("sleep 50 & true", timeout: $0).end }
      #expect(ends.contains(.leftBehind))
    }

    @Test func saysThatNothingIsThere() {
      let child = ChildRun(executable: "/nowhere/pipe", arguments: [], folder: URL(fileURLWithPath: "/"))
      #expect(child.run().end == .exited(127))
    }

    @Test func commandLinesCanBePasted() {
      let child = ChildRun(
        executable: "/b/pipe", arguments: ["run", "-a", "it's"], folder: URL(fileURLWithPath: "/x y"), input: [])
      #expect(child.commandLine == #"cd '/x y' && cat input.csv | /b/pipe run -a 'it'\''s'"#)
    }
  }
}
