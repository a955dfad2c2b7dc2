// The sandbox as a run has it: which layers hold in its readers and parsers, by its own report.

import Foundation
import Testing

@Suite struct SandboxRunTests {
  private struct Report: Decodable {
    struct Stage: Decodable {
      struct Sandbox: Decodable {
        var policy: String
        var inForce: [String]
        var absent: [String: String]
      }

      var name: String
      var sandbox: Sandbox?
    }

    var stages: [Stage]
  }

  private func report(_ arguments: [String]) throws -> Report {
    let folder = try ScratchFolder()
    try folder.write("a,b\n1,2\n3,4\n", as: "in.csv")
    let end = try Child(
      ["run", "-a", "count", "--report", "report.json"] + arguments + ["in.csv"], in: folder
    ).wait()
    #expect(end.status == .exited(0), "\(end.errors)")
    let data = try #require(FileManager.default.contents(atPath: folder["report.json"]))
    return try JSONDecoder().decode(Report.self, from: data)
  }

  @Test(arguments: [
    ["--mode", "process", "-j", "2"], ["--mode", "process", "-j", "2", "--link", "shm"],
    ["--mode", "hybrid", "-j", "1", "--threads", "3", "--link", "socket", "--hand-off", "bytes"],
  ])
  func nothingIsOpenThatNeedNotBe(_ arguments: [String]) throws {
    let stages = try report(arguments).stages
    #expect(stages.count >= 3)
    for stage in stages where stage.name != "pipe:aggregator" {
      let sandbox = try #require(stage.sandbox)
      #expect(sandbox.policy == "best-effort")
      // What the machine or a sanitizer is in the way of, the report says; these two are the program's own doing.
      #expect(sandbox.inForce.contains("descriptors"), "\(sandbox.absent)")
      #expect(sandbox.inForce.contains("environment"), "\(sandbox.absent)")
    }
  }

  @Test func itCanBeLeftOut() throws {
    for stage in try report(["--mode", "process", "--sandbox", "off"]).stages { #expect(stage.sandbox == nil) }
    for stage in try report(["--mode", "thread"]).stages { #expect(stage.sandbox == nil) }
  }
}
