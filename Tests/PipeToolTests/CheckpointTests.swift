// `--checkpoint`: a run that goes on where another was killed, what it says of it, and what it leaves behind.

import Foundation
import TestTiers
import Testing

struct CheckpointTests {
  private static let groups = ["-g", "key", "-a", "count,sum(value),max(text)"]

  @Test(arguments: TestTier.choose(Mode.allCases, 2)) func groupsGoOn(_ mode: Mode) throws {
    let run = try KeptRun(mode, Self.groups)
    try run.kill()
    #expect(run.folder.names == ["input.csv", "kept"])
    let end = try run.goOn("--report", "report.json")
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.output == (try run.plain(Self.groups)).output)
    let said = try #require(
      end.errors.wholeMatch(of: /pipe: continuing at byte ([\d,]+) of input.csv \((\d+) %\)\n/), "\(end.errors)")
    let byte = try #require(Int(said.1.filter { $0 != "," }))
    #expect(byte > 0 && Int(said.2) == 100 * byte / KeptRun.bytes.count)
    #expect(run.folder.names == ["input.csv", "report.json"])
    // The books are those of the whole input.
    let report = try #require(try report(run.folder))
    let continuedAt = try #require(report["continuedAt"] as? [String: Any])
    #expect(continuedAt["byte"] as? Int == byte && continuedAt["input"] as? String == "input.csv")
    let books = try #require(report["books"] as? [String: Any])
    #expect(books["balanced"] as? Bool == true && books["complete"] as? Bool == true)
    #expect(books["recordsRead"] as? Int == KeptRun.bytes.count { $0 == UInt8(ascii: "\n") } - 1)
  }

  @Test(arguments: TestTier.choose(Mode.allCases, 1, 2), TestTier.choose([SIGKILL, SIGINT, SIGTERM], 0))
  func rowsGoOn(
    _ mode: Mode, _ signal: Int32
  ) throws {
    let question = ["--where", "value > 100", "-o", "out.csv"]
    let run = try KeptRun(mode, question)
    try run.folder.write("old", as: "out.csv")
    for _ in 0..<2 {
      try run.kill(by: signal)
      #expect(run.folder.read("out.csv") == "old")
      let names = run.folder.names
      #expect(names.count == 4 && names[0].hasPrefix(".out.csv.pipe-"), "\(names)")
      // What is there is the start of the answer.
      #expect(run.folder.read(names[0])?.isEmpty == false)
    }
    let end = try run.goOn("--quiet")
    #expect(end.status == .exited(0) && end.errors == "", "\(end.errors)")
    let kept = run.folder.read("out.csv")
    #expect(run.folder.names == ["input.csv", "out.csv"])
    _ = try run.plain(question)
    #expect(kept == run.folder.read("out.csv"))
  }

  @Test(arguments: TestTier.choose(Mode.allCases, 2)) func rejectsGoOn(_ mode: Mode) throws {
    var bytes = KeptRun.bytes
    for place in stride(from: 3000, to: bytes.count, by: 5000) { bytes[place] = UInt8(ascii: "\"") }
    // Every hundredth line has a field too many.
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let bad = Array(lines.enumerated().map { $0 % 100 == 99 ? $1 + Array(",more".utf8) : $1 }.joined(by: 10))
    let question = ["-a", "sum(value)", "--on-error", "quarantine", "--rejects", "bad.csv"]
    let run = try KeptRun(mode, question, bad)
    try run.kill()
    try run.kill()
    let end = try run.goOn()
    #expect(end.status == .exited(3), "\(end.errors)")
    let kept = [run.folder.read("bad.csv"), run.folder.read("bad.csv.reasons.csv")]
    #expect(run.folder.names == ["bad.csv", "bad.csv.reasons.csv", "input.csv"])
    #expect(end.output == (try run.plain(question)).output)
    #expect(kept == [run.folder.read("bad.csv"), run.folder.read("bad.csv.reasons.csv")])
    #expect(kept[0]?.isEmpty == false)
  }

  /// A run may go on in another way: what it answers is the same.
  @Test func goesOnInAnotherMode() throws {
    let run = try KeptRun(.process, Self.groups)
    try run.kill()
    let end = try run.goOn("--mode", "serial", "--parser", "scalar", "--chunk-size", "3KiB")
    #expect(end.status == .exited(0) && end.errors.hasPrefix("pipe: continuing at byte "), "\(end.errors)")
    #expect(end.output == (try run.plain(Self.groups)).output)
  }

  @Test(arguments: TestTier.choose(Mode.allCases, 1)) func anUndisturbedRunLeavesNothing(_ mode: Mode) throws {
    let run = try KeptRun(mode, Self.groups + ["-o", "out.csv"])
    #expect(try run.goOn().errors == "")
    #expect(run.folder.names == ["input.csv", "out.csv"])
    let kept = run.folder.read("out.csv")
    _ = try run.plain(Self.groups + ["-o", "out.csv"])
    #expect(kept == run.folder.read("out.csv"))
    // A folder that was there stays, with what else is in it.
    try FileManager.default.createDirectory(atPath: run.folder["kept"], withIntermediateDirectories: false)
    try run.folder.write("mine", as: "kept/own")
    #expect(try run.goOn().exitStatus == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: run.folder["kept"]) == ["own"])
  }

  /// What would only fail again is not gone on from; nothing of it is left.
  @Test(arguments: TestTier.choose(Mode.allCases, 0)) func aFailureOfTheDataEndsIt(_ mode: Mode) throws {
    let run = try KeptRun(mode, ["--where", "value > 1", "-o", "out.csv"], KeptRun.bytes + Array("a,x,y,z\n".utf8))
    let end = try run.goOn()
    #expect(end.exitStatus == 65)
    #expect(run.folder.names == ["input.csv"])
  }

  /// A state may know of output that never arrived: what was in the pipe when everything was killed.
  @Test(arguments: TestTier.choose(Mode.allCases, 2), TestTier.choose([0.0, 0.3, 0.99], 1))
  func outputThatNeverArrived(_ mode: Mode, _ share: Double) throws {
    let question = ["--select", "key,value,text", "-o", "out.csv"]
    let run = try KeptRun(mode, question)
    try run.kill()
    let part = try #require(run.folder.names.first { $0.hasPrefix(".") })
    let size = try #require(run.folder.read(part)).utf8.count
    #expect(truncate(run.folder[part], off_t(Double(size) * share)) == 0)
    let end = try run.goOn()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(run.folder.read("out.csv").map { Array($0.utf8) } == KeptRun.bytes)
  }

  /// What cannot be named stays for a run that can.
  @Test func theNameIsTaken() throws {
    let question = ["--where", "value > 100", "-o", "out.csv"]
    let run = try KeptRun(.serial, question)
    try run.kill()
    try FileManager.default.createDirectory(atPath: run.folder["out.csv"], withIntermediateDirectories: false)
    #expect(try run.goOn().exitStatus != 0)
    try FileManager.default.removeItem(atPath: run.folder["out.csv"])
    let end = try run.goOn()
    #expect(end.status == .exited(0) && end.errors.hasPrefix("pipe: continuing at byte "), "\(end.errors)")
    let kept = run.folder.read("out.csv")
    _ = try run.plain(question)
    #expect(kept == run.folder.read("out.csv"))
  }

  /// The pieces of a run that keeps its state are first attempts, as those of any other.
  @Test(arguments: TestTier.choose([Mode.thread, .process], 1)) func faultsStrikeAsInAnyRun(_ mode: Mode) throws {
    let run = try KeptRun(mode, Self.groups + ["--stall-timeout", "1", "--inject", "hang@parser:100000"])
    let end = try Child(
      run.arguments + [KeptRun.inputName], in: run.folder, environment: ["PIPE_ALLOW_INJECT": "1"]
    ).wait()
    #expect(end.status == .exited(mode == .thread ? 75 : 0), "\(end.errors)")
    #expect(end.errors.contains(mode == .thread ? "hung for" : "stall); nothing is lost"), "\(end.errors)")
  }

  @Test func thePartIsGone() throws {
    let run = try KeptRun(.process, ["--select", "key,value,text", "-o", "out.csv"])
    try run.kill()
    let part = try #require(run.folder.names.first { $0.hasPrefix(".") })
    try FileManager.default.removeItem(atPath: run.folder[part])
    let end = try run.goOn()
    #expect(end.errors == "pipe: continuing at the beginning: nothing was kept\n")
    #expect(run.folder.read("out.csv").map { Array($0.utf8) } == KeptRun.bytes)
  }

  @Test func aPipelineFileNamesIt() throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "input.csv")
    try folder.write("inputs: input.csv\naggregates: count\ncheckpoint: no/kept\n", as: "pipeline.yaml")
    let end = try folder.pipe("run", "--pipeline", "pipeline.yaml")
    #expect(end.exitStatus == 73)
    #expect(end.errors.hasPrefix("pipe: no/kept: no checkpoint can be kept here: No such file or directory\n"))
    #expect(try folder.pipe("run", "--pipeline", "pipeline.yaml", "--checkpoint", "kept").text == "count\n1\n")
  }

  private func report(_ folder: ScratchFolder) throws -> [String: Any]? {
    let data = try #require(FileManager.default.contents(atPath: folder["report.json"]))
    return try JSONSerialization.jsonObject(with: data) as? [String: Any]
  }
}

extension Sequence where Element: Sequence<UInt8> {
  /// All bytes, with one between any two elements.
  fileprivate func joined(by separator: UInt8) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, element) in enumerated() {
      if index > 0 { bytes.append(separator) }
      bytes.append(contentsOf: element)
    }
    return bytes
  }
}
