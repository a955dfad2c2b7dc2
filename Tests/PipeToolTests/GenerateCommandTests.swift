// `pipe generate`: the same bytes for the same seed, the rows asked for, and data that the program itself can read.

import Foundation
import Testing

struct GenerateCommandTests {
  private static let tables = ["measurements", "groups", "orders"]

  @Test(arguments: tables) func reproducible(_ table: String) throws {
    let folder = try ScratchFolder()
    let first = try folder.pipe("generate", table, "--rows", "500", "--seed", "7")
    #expect(first.exitStatus == 0)
    #expect(first.errors == "")
    #expect(try folder.pipe("generate", table, "--rows", "500", "--seed", "7").output == first.output)
    #expect(try folder.pipe("generate", table, "--rows", "500", "--seed", "8").output != first.output)
    // More rows begin with the same ones.
    let more = try folder.pipe("generate", table, "--rows", "800", "--seed", "7")
    #expect(more.output.starts(with: first.output))
    #expect(try folder.pipe("generate", table, "--rows", "500", "--seed", "7", "-o", "out.csv").output == [])
    #expect(folder.read("out.csv") == first.text)
  }

  @Test(arguments: tables, [0, 1, 20_000]) func holdsTheRowsAskedFor(_ table: String, _ count: Int) throws {
    let end = try ScratchFolder().shell("$PIPE generate \(table) --rows \(count) | $PIPE run -q -a count -")
    #expect(end.text == "count\n\(count)\n", "\(end.errors)")
    #expect(end.errors == "")
  }

  @Test func failures() throws {
    let folder = try ScratchFolder()
    #expect(try folder.pipe("generate", "groups", "-o", "no/such.csv").exitStatus == 73)
    let full = try folder.pipe("generate", "groups", "-o", "/dev/full")
    #expect(full.exitStatus == 74)
    #expect(full.errors.hasPrefix("pipe: /dev/full: No space left on device"))
  }

  @Test func interruptedItLeavesNothing() throws {
    let folder = try ScratchFolder()
    let child = try Child(["generate", "groups", "--rows", "100000000", "-o", "file.csv"], in: folder)
    #expect(eventually { ProcessEntry(child.pid).map { $0.bytesWritten > 1 << 20 } ?? false })
    child.sendToGroup(SIGINT)
    #expect(try child.wait().status == .signalled(SIGINT))
    #expect(folder.names == [])
  }
}
