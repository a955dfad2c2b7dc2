// Faults on demand, committed by real processes: what they do to a run, and who may ask for them.

import Foundation
import TestTiers
import Testing

@Suite struct InjectionTests {
  private static let rows = 30_000
  private static let poisoned = 12_345
  private static let text: String = {
    var text = "key,value\n"
    for row in 0..<rows { text += row == poisoned ? "POISON,7\n" : "k\(row % 10),\(row)\n" }
    return text
  }()

  private func run(_ faults: [String], _ arguments: [String], isAllowed: Bool = true) throws -> ChildEnd {
    let folder = try ScratchFolder()
    try folder.write(Self.text, as: "in.csv")
    let words =
      ["run", "--mode", "process", "-j", "2", "--chunk-size", "64KiB", "-g", "key", "-a", "count,sum(value)"]
      + faults.flatMap { ["--inject", $0] } + arguments + ["in.csv"]
    return try Child(words, in: folder, environment: isAllowed ? ["PIPE_ALLOW_INJECT": "1"] : [:]).wait()
  }

  private static let answer = Result { try serial([]) }

  private static func serial(_ arguments: [String]) throws -> String {
    let folder = try ScratchFolder()
    try folder.write(text, as: "in.csv")
    return try Child(
      ["run", "--mode", "serial", "-g", "key", "-a", "count,sum(value)"] + arguments + ["in.csv"], in: folder
    ).wait().text
  }

  @Test(arguments: [
    ["crash@parser"], ["abort@reader"], ["crash@aggregator:100000"],
    ["crash@parser:random:5", "abort@reader:random:8", "crash@aggregator:random:3"],
  ])
  func theAnswerIsTheSame(_ faults: [String]) throws {
    let end = try run(faults, [])
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(try end.text == Self.answer.get())
    #expect(end.errors.contains("replaced ("), "\(end.errors)")
  }

  /// How far a record was read does not depend on any one reader, nor on the aggregator: with each of them only a few pieces
  /// are given out.
  @Test func aLongRecordWhileReadersDie() throws {
    let folder = try ScratchFolder()
    let lines = String(repeating: "x,1\n", count: 6000)
    try folder.write("key,value\na,1\n\"\(lines)\",2\nb,3\n", as: "in.csv")
    let question = ["-a", "count,sum(value)", "--delimiter", ",", "in.csv"]
    let faults = ["crash@reader:random:649", "crash@aggregator:random:838"].flatMap { ["--inject", $0] }
    let words = ["run", "--mode", "process", "-j", "3", "--chunk-size", "256"]
    let end = try Child(words + faults + question, in: folder, environment: ["PIPE_ALLOW_INJECT": "1"]).wait(
      seconds: 120)
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.text == "count,sum(value)\n3,6\n")
    #expect(end.errors.contains("pipe:reader") && end.errors.contains("nothing is lost"), "\(end.errors)")
  }

  private static let stalls = [
    "hang@parser:100000", "spin@parser:100000", "hang@reader", "hang@reader:100000", "spin@aggregator:100000",
  ]

  @Test(arguments: TestTier.choose(stalls, 0))
  func whoStallsIsReplaced(_ fault: String) throws {
    let end = try run([fault], ["--stall-timeout", "1"])
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(try end.text == Self.answer.get())
    #expect(end.errors.contains("stall); nothing is lost"), "\(end.errors)")
  }

  @Test func aRecordThatEndsParsersIsLeftOut() throws {
    let end = try run(["crash@parser:text:POISON"], ["--on-error", "skip"])
    #expect(end.status == .exited(3), "\(end.errors)")
    #expect(try end.text == Self.serial(["--where", "key != \"POISON\""]))
    #expect(end.errors.contains("1 of 30,000 records were rejected"), "\(end.errors)")
  }

  @Test func aRecordThatEndsParsersFailsTheRun() throws {
    let end = try run(["abort@parser:text:POISON"], [])
    #expect(end.status == .exited(65))
    #expect(
      end.errors.contains("in.csv: line \(Self.poisoned + 2) (record \(Self.poisoned + 1), byte "), "\(end.errors)")
    #expect(end.errors.contains("the record ended three parser processes by signal 6 (SIGABRT)"))
  }

  @Test func nobodyAsksForItByAccident() throws {
    let end = try run(["crash@parser"], [], isAllowed: false)
    #expect(end.status == .exited(64))
    #expect(end.errors == "pipe: --inject is for tests\n  set PIPE_ALLOW_INJECT=1 if this is one\n")
    #expect(try run(["crash@nobody"], []).status == .exited(64))
    #expect(try run(["crash@parser", "abort@parser"], []).status == .exited(64))
  }
}
