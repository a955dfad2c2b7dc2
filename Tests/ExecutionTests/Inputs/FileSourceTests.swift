// Files by offset: any range, from the middle of a descriptor, and changes behind one's back.

import Execution
import Testing

@Suite struct FileSourceTests {
  @Test func readsAnyRange() throws {
    let bytes = Array(UInt8(0)...255)
    var source = try TestInput.file(bytes).makeSource()
    #expect(source is FileSource)
    #expect(source.size == 256)
    #expect(try source.read(from: 0, count: 256) == bytes)
    #expect(try source.read(from: 250, count: 100) == Array(bytes[250...]))
    #expect(try source.read(from: 256, count: 1).isEmpty)
    #expect(try source.read(from: 1000, count: 1).isEmpty)
    #expect(try source.read(from: 7, count: 0).isEmpty)
    // Released bytes of a file are still there.
    source.release(before: 200)
    #expect(try source.read(from: 3, count: 2) == [3, 4])
    try source.checkUnchanged()
  }

  @Test func startsWhereTheDescriptorStands() throws {
    let file = ScratchFile(Array("0123456789".utf8))
    file.seek(to: 4)
    let input = try file.input()
    #expect(input.facts.base == 4 && input.facts.size == 6)
    var source = input.makeSource()
    #expect(try source.read(from: 0, count: 3) == Array("456".utf8))
    #expect(try source.read(from: 4, count: 9) == Array("89".utf8))
    try source.checkUnchanged()
    // Behind the end there is nothing.
    file.seek(to: 20)
    #expect(try file.input().facts.size == 0)
  }

  @Test func growthIsNoticedAndNotRead() throws {
    let file = ScratchFile(Array("abc".utf8))
    var source = try file.input(named: "x.csv").makeSource()
    file.append(Array("def".utf8))
    #expect(try source.read(from: 0, count: 10) == Array("abc".utf8))
    #expect(
      throws: RunFailure(.transfer, "x.csv: grew during the run", remedy: "run again when nothing writes to the file")
    ) {
      try source.checkUnchanged()
    }
  }

  @Test func shrinkageIsNoticedByReadingAndByTheCheck() throws {
    let file = ScratchFile(Array("abcdef".utf8))
    var source = try file.input(named: "x.csv").makeSource()
    file.truncate(to: 4)
    #expect(try source.read(from: 0, count: 4) == Array("abcd".utf8))
    var failure: RunFailure?
    do { _ = try source.read(from: 2, count: 4) } catch { failure = error }
    #expect(failure?.kind == .transfer)
    #expect(failure?.message == "x.csv: became shorter during the run (byte 4 is missing)")
    do { try source.checkUnchanged() } catch { failure = error }
    #expect(failure?.message == "x.csv: became shorter during the run")
  }
}
