// Frames that are damaged on their way between real processes, on every link: whoever receives one notices, and the answer
// is the same bytes.

import Foundation
import TestTiers
import Testing

@Suite struct FrameFaultTests {
  private static let kinds = ["corrupt", "short-write", "lying-length"]
  private static let links = ["pipe", "socket", "shm"]
  private static let everyWay = kinds.flatMap { kind in links.map { (kind: kind, link: $0) } }
  private static let groups = ["-g", "key", "-a", "count,sum(value)"]
  private static let rows = ["--select", "value,key"]
  private static let text: String = {
    var text = "key,value\n"
    for row in 0..<20_000 { text += "k\(row % 10),\(row)\n" }
    return text
  }()

  private static func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write(text, as: "in.csv")
    return folder
  }

  private func run(_ fault: String, _ arguments: [String], isStream: Bool = false) throws -> ChildEnd {
    let words = ["run", "--mode", "process", "-j", "2", "--chunk-size", "16KiB", "--stall-timeout", "1"]
    let all = words + ["--inject", fault] + arguments
    // A file that is standard input is a file; what a program writes is a stream.
    let command = isStream ? "cat in.csv | $PIPE \"$@\"" : "$PIPE \"$@\" in.csv"
    return try Child(
      ["-c", command, "sh"] + all, of: "/bin/sh", in: Self.folder(),
      environment: ["PIPE": Child.program, "PIPE_ALLOW_INJECT": "1"]
    ).wait()
  }

  private static let answers = [groups, rows].map { question in
    Result { try Child(["run", "--mode", "serial"] + question + ["in.csv"], in: folder()).wait().text }
  }

  private func serial(_ question: [String]) throws -> String { try Self.answers[question == Self.groups ? 0 : 1].get() }

  /// What was sent is damaged, in the middle of the run; what is handed on is ranges or bytes, rows or states.
  @Test(arguments: TestTier.choose(everyWay, 4))
  func anyStageOverAFile(_ way: (kind: String, link: String)) throws {
    let (kind, link) = way
    for (stage, noted) in [("reader", "pipe:"), ("parser", "pipe:parser/"), ("aggregator", "pipe:aggregator: ")] {
      let hasBytes = (kind.utf8.count + link.utf8.count + stage.utf8.count) % 2 == 0
      let question = hasBytes ? Self.rows : Self.groups
      let more = ["--link", link, "--hand-off", hasBytes ? "bytes" : "ranges"]
      let end = try run("\(kind)@\(stage):100000", question + more)
      #expect(end.status == .exited(0), "\(stage): \(end.errors)")
      #expect(try end.text == serial(question), "\(stage)")
      #expect(end.errors.contains("replaced (") && end.errors.contains(noted), "\(stage): \(end.errors)")
    }
  }

  /// Rows that were printed already are not printed again, and those that were lost on the way are.
  @Test(arguments: TestTier.thin(kinds, by: 2), TestTier.choose([0, 150_000], 1)) func rowsThatPassThrough(
    _ kind: String, _ byte: Int
  ) throws {
    let end = try run("\(kind)@aggregator:\(byte)", Self.rows)
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(try end.text == serial(Self.rows))
  }

  @Test(arguments: kinds) func hybrid(_ kind: String) throws {
    let end = try run("\(kind)@parser:100000", Self.groups + ["--mode", "hybrid", "--threads", "2"])
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(try end.text == serial(Self.groups))
    #expect(end.errors.contains("pipe:parser/"), "\(end.errors)")
  }

  /// A damaged frame is no reason to replace the reader where that has the bytes: it sends them again.
  @Test(arguments: ["corrupt@reader", "lying-length@reader", "corrupt@parser", "short-write@parser"])
  func overAStream(_ fault: String) throws {
    let end = try run(fault + ":100000", Self.groups, isStream: true)
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(try end.text == serial(Self.groups))
    #expect(end.errors.contains("pipe:parser/") && !end.errors.contains("pipe:reader"), "\(end.errors)")
  }

  @Test(
    arguments: TestTier.thin(
      [
        ("short-write@reader", "pipe:reader", "ended by exit status 1"),
        ("short-write@aggregator", "pipe:aggregator", "ended by exit status 1"),
        ("corrupt@aggregator", "pipe:aggregator", "failed: what was sent of the output is damaged"),
        ("lying-length@aggregator", "pipe:aggregator", "failed: what was sent of the output is damaged"),
      ], by: 3))
  func theEndOfAStream(_ fault: String, _ name: String, _ how: String) throws {
    let end = try run(fault + ":100000", Self.rows, isStream: true)
    #expect(end.status == .exited(75), "\(end.errors)")
    #expect(end.errors.hasPrefix("pipe: worker \(name) (process "), "\(end.errors)")
    #expect(end.errors.contains("\(how); what was read of a stream cannot be read again\n"), "\(end.errors)")
    #expect(try serial(Self.rows).hasPrefix(end.text))
  }

  @Test func whereItCannotHappen() throws {
    #expect(try run("corrupt@parser:text:k1", Self.groups).status == .exited(64))
    #expect(try run("short-write@supervisor", Self.groups).status == .exited(64))
  }
}
