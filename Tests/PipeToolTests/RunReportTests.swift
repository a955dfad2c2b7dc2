// `--report`: the figures that scripts read, in each mode.

import Foundation
import Testing

struct RunReportTests {
  private typealias Object = [String: Any]

  private func report(_ folder: ScratchFolder) throws -> [String: Any] {
    let data = try #require(FileManager.default.contents(atPath: folder["report.json"]))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test(arguments: Mode.allCases) func booksBalance(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write("a,b\n1,2\n\n3,4\n5\n6,7\n8,9\n", as: "1.csv")
    try folder.write("a,b\n10,11\n", as: "2.csv")
    let end = try folder.run(
      mode, "--delimiter", ",", "--where", "a > 1", "--on-error", "skip", "--select", "a", "--report", "report.json",
      "1.csv",
      "2.csv")
    #expect(end.exitStatus == 3)
    let report = try report(folder)
    #expect(report["version"] as? Int == 1)
    #expect(report["mode"] as? String == mode.rawValue)
    #expect(report["workers"] as? Int == (mode == .serial ? 1 : 2))
    #expect(report["parser"] as? String == "simd")
    #expect(report["chunkSize"] as? Int == 1 << 20)
    #expect(report["handOff"] as? String == (mode == .process ? "ranges" : nil))
    #expect(report["complete"] as? Bool == true)
    #expect(report["rows"] as? Int == 4)
    #expect(report["failure"] == nil)
    let books = try #require(report["books"] as? Object)
    #expect(books["balanced"] as? Bool == true)
    #expect(books["complete"] as? Bool == true)
    #expect(books["recordsRead"] as? Int == 6)
    #expect(books["used"] as? Int == 4)
    #expect(books["filtered"] as? Int == 1)
    #expect(books["rejected"] as? Int == 1)
    #expect(books["blankLines"] as? Int == 1)
    let inputs = try #require(books["inputs"] as? [Object])
    #expect(inputs.map { $0["name"] as? String } == ["1.csv", "2.csv"])
    #expect(inputs.map { $0["bytes"] as? Int } == [23, 10])
    #expect(inputs.map { $0["committed"] as? Int } == [23, 10])
    #expect(inputs.map { $0["unread"] as? Int } == [0, 0])
  }

  @Test(arguments: Mode.allCases) func whatALimitLeavesIsUnread(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n2\n3\n4\n", as: "input.csv")
    let end = try folder.run(mode, "--select", "a", "--limit", "2", "--report", "report.json", "input.csv")
    #expect(end.text == "a\n1\n2\n")
    let books = try #require(try report(folder)["books"] as? Object)
    let input = try #require((books["inputs"] as? [Object])?.first)
    #expect(input["committed"] as? Int == 6)
    #expect(input["unread"] as? Int == 4)
    #expect(books["complete"] as? Bool == false)
    #expect(books["balanced"] as? Bool == true)
    #expect(books["recordsRead"] as? Int == 2)
  }

  @Test(
    arguments: [(Mode.serial, nil), (.thread, nil), (.process, "ranges"), (.process, "bytes")] as [(Mode, String?)])
  func measurements(_ mode: Mode, _ handOff: String?) throws {
    let folder = try ScratchFolder()
    try folder.write(rows(bytes: 3 << 20), as: "input.csv")
    let question = ["-g", "key", "-a", "sum(value)", "--chunk-size", "256KiB", "--report", "report.json", "input.csv"]
    let options = handOff.map { ["--hand-off", $0] } ?? []
    let end = try Child(mode.run + options + question, in: folder).wait()
    #expect(end.exitStatus == 0)
    let report = try report(folder)
    #expect(report["handOff"] as? String == handOff)
    let wall = try #require(report["wallNanoseconds"] as? Int)
    #expect(wall > 0)
    let stages = try #require(report["stages"] as? [Object])
    let names = stages.compactMap { $0["name"] as? String }.sorted()
    let staged = ["pipe:aggregator", "pipe:parser/1", "pipe:parser/2", "pipe:reader"]
    #expect(names == (mode == .serial ? ["serial"] : staged))
    for stage in stages {
      let name = stage["name"] as? String ?? ""
      for key in [
        "pid", "wallNanoseconds", "busyNanoseconds", "userNanoseconds", "systemNanoseconds", "runningNanoseconds",
        "readyNanoseconds", "offCoreNanoseconds", "idleNanoseconds", "blockedNanoseconds", "minorFaults",
        "majorFaults", "voluntarySwitches", "involuntarySwitches", "sourceNanoseconds", "sourceBytes", "threads",
      ] {
        #expect((stage[key] as? Int).map { $0 >= 0 } == true, "\(name): \(key)")
      }
      let stageWall = stage["wallNanoseconds"] as? Int ?? 0
      let parts = ["busyNanoseconds", "idleNanoseconds", "blockedNanoseconds"].compactMap { stage[$0] as? Int }
      #expect(parts.reduce(0, +) == stageWall, "\(name)")
      #expect(stageWall <= wall, "\(name)")
      #expect(stage["sourceNanoseconds"] as? Int ?? .max <= stage["busyNanoseconds"] as? Int ?? 0, "\(name)")
      #expect((stage["userNanoseconds"] as? Int ?? 0) + (stage["systemNanoseconds"] as? Int ?? 0) > 0, "\(name)")
    }
    try checkSource(report, stages)
    let processes = Set(stages.compactMap { $0["pid"] as? Int })
    #expect(processes.count == (mode == .process ? 4 : 1))
    let memory = try #require(report["memory"] as? Object)
    #expect(memory["peakResidentBytes"] as? Int ?? 0 > 1 << 20)
    #expect(memory["peakProportionalBytes"] as? Int ?? 0 > 1 << 20)
    if mode == .process {
      for stage in stages { #expect(stage["peakResidentBytes"] as? Int ?? 0 > 1 << 20) }
    }
    try checkLinks(mode, report, stages)
  }

  /// Every byte was read by somebody, by whom goes by mode and hand-off.
  private func checkSource(_ report: [String: Any], _ stages: [[String: Any]]) throws {
    let size = 3 << 20
    func sum(_ key: String, of name: String) -> Int {
      stages.filter { ($0["name"] as? String ?? "").hasPrefix(name) }.reduce(0) { $0 + ($1[key] as? Int ?? 0) }
    }
    #expect(try #require(report["inputBytes"] as? Int) == sum("sourceBytes", of: ""))
    #expect(sum("sourceBytes", of: "pipe:aggregator") == 0)
    let readsPieces =
      switch (report["mode"] as? String, report["handOff"] as? String) {
      case ("serial", _): "serial"
      case (_, "bytes"): "pipe:reader"
      default: "pipe:parser"
      }
    #expect(sum("sourceBytes", of: readsPieces) > size)
    if readsPieces != "pipe:reader" { #expect(sum("sourceNanoseconds", of: readsPieces) > 0) }
    let ready = try #require(report["firstReadyNanoseconds"] as? Int)
    #expect(ready > 0)
    #expect(ready < report["wallNanoseconds"] as? Int ?? 0)
  }

  /// Times of a process with several parser threads are means over them, from inside its sandbox and from outside.
  @Test(arguments: ["best-effort", "off"]) func severalThreadsOfOneProcess(sandbox: String) throws {
    let folder = try ScratchFolder()
    try folder.write(rows(bytes: 2 << 20), as: "input.csv")
    let end = try folder.pipe(
      "run", "--mode", "hybrid", "-j", "1", "--threads", "3", "--sandbox", sandbox, "-g", "key", "-a", "sum(value)",
      "--chunk-size", "128KiB", "--report", "report.json", "input.csv")
    #expect(end.exitStatus == 0, "\(end.errors)")
    let report = try report(folder)
    #expect(report["threads"] as? Int == 3)
    let stages = try #require(report["stages"] as? [Object])
    let parser = try #require(stages.first { $0["name"] as? String == "pipe:parser/1" })
    #expect(parser["threads"] as? Int == 3)
    func figure(_ key: String) throws -> Int { try #require(parser[key] as? Int, "\(key)") }
    let wall = try figure("wallNanoseconds")
    let waiting = try figure("idleNanoseconds") + figure("blockedNanoseconds")
    #expect(try figure("busyNanoseconds") + waiting == wall)
    let running = try figure("runningNanoseconds")
    #expect(running > 0)
    #expect(try running + figure("readyNanoseconds") <= wall)
    // The kernel counts what all threads used, and those of the links.
    #expect(try running <= figure("userNanoseconds") + figure("systemNanoseconds"))
    // Another stage has one.
    #expect(stages.filter { $0["threads"] as? Int == 1 }.count == 2)
  }

  private func checkLinks(_ mode: Mode, _ report: [String: Any], _ stages: [[String: Any]]) throws {
    let queues = try #require(report["queues"] as? [Object])
    let links = stages.flatMap { $0["links"] as? [Object] ?? [] }
    #expect(queues.isEmpty == (mode != .thread))
    #expect(links.isEmpty == (mode != .process))
    for queue in queues {
      let capacity = queue["capacity"] as? Int ?? 0
      #expect(capacity > 0)
      #expect((queue["highestDepth"] as? Int).map { 1...capacity ~= $0 } == true)
      #expect(queue["messages"] as? Int ?? 0 > 0)
      for key in ["fullWaits", "fullNanoseconds", "emptyWaits", "emptyNanoseconds"] { #expect(queue[key] is Int) }
    }
    func sum(_ key: String, _ test: (String) -> Bool) -> Int {
      links.filter { test($0["name"] as? String ?? "") }.reduce(0) { $0 + ($1[key] as? Int ?? 0) }
    }
    guard mode == .process else { return }
    // What one end has sent the other has received.
    for key in ["messages", "frames", "bytes"] {
      for start in ["pipe:reader -> ", "pipe:parser/1 -> ", "pipe:parser/2 -> "] {
        let sent = sum(key) { $0.hasPrefix(start) && $0.hasSuffix("sending") }
        #expect(sent == sum(key) { $0.hasPrefix(start) && $0.hasSuffix("receiving") }, "\(start)\(key)")
        #expect(sent > 0, "\(start)\(key)")
      }
    }
    // The bytes of the input cross only where they are handed over.
    let handed = sum("bytes") { $0.hasPrefix("pipe:reader") && $0.hasSuffix("sending") }
    #expect((handed > 3 << 20) == (report["handOff"] as? String == "bytes"))
    for key in ["encodeNanoseconds", "decodeNanoseconds", "systemCallNanoseconds", "systemCalls"] {
      #expect(sum(key) { _ in true } > 0, "\(key)")
    }
  }

  @Test(arguments: Mode.allCases) func aFailedRunIsReportedToo(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\nx\n", as: "input.csv")
    let end = try folder.run(mode, "-a", "sum(a)", "--report", "report.json", "input.csv")
    #expect(end.exitStatus == 65)
    let report = try report(folder)
    #expect(report["complete"] as? Bool == false)
    #expect((report["failure"] as? String)?.hasPrefix("input.csv: line 3 (record 2, byte 4)") == true)
  }

  @Test func recordsThatLibcsvCannotDecideAreCounted() throws {
    let folder = try ScratchFolder()
    try folder.write("a,b\n1,x\n2,say \"hi\"\n3,y\n", as: "input.csv")
    let end = try folder.run(.serial, "--parser", "libcsv", "--select", "b", "--report", "report.json", "input.csv")
    #expect(end.text == "b\nx\n\"say \"\"hi\"\"\"\ny\n", "\(end.errors)")
    let report = try report(folder)
    #expect(report["parser"] as? String == "libcsv")
    #expect((report["books"] as? Object)?["reread"] as? Int == 1)
  }
}
