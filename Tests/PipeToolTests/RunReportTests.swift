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
        "majorFaults", "voluntarySwitches", "involuntarySwitches",
      ] {
        #expect((stage[key] as? Int).map { $0 >= 0 } == true, "\(name): \(key)")
      }
      let stageWall = stage["wallNanoseconds"] as? Int ?? 0
      let parts = ["busyNanoseconds", "idleNanoseconds", "blockedNanoseconds"].compactMap { stage[$0] as? Int }
      #expect(parts.reduce(0, +) == stageWall, "\(name)")
      #expect(stageWall <= wall, "\(name)")
      #expect((stage["userNanoseconds"] as? Int ?? 0) + (stage["systemNanoseconds"] as? Int ?? 0) > 0, "\(name)")
    }
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
