// The lab as people use it: its list, its formats, its mistakes, and that nothing is left of it.

import Foundation
import TestTiers
import Testing

@Suite struct LabCommandTests {
  /// Names in the system that an experiment could leave behind.
  private static func names() -> Set<String> {
    var names: Set<String> = []
    for folder in ["/dev/shm", "/dev/mqueue"] {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      where name.contains("pipe-lab") {
        names.insert("\(folder)/\(name)")
      }
    }
    return names
  }

  @Test func theList() throws {
    let end = try ScratchFolder().pipe("lab", "--list")
    #expect(end.exitStatus == 0)
    let lines = end.text.split(separator: "\n")
    #expect(lines.first?.split(separator: " ") == ["experiment", "question"])
    #expect(
      lines.dropFirst(2).map { $0.prefix { $0 != " " } } == [
        "create", "switch", "memory", "ipc", "cpu", "io", "pool", "race", "sharing", "join", "deadlock", "crash",
        "leak",
        "oversubscribe", "concurrency", "server", "isolation",
      ])
    for names in [["cpu", "pool"], ["pool,cpu"]] {
      let some = try Child(["lab", "--list"] + names, in: ScratchFolder()).wait()
      #expect(some.text.split(separator: "\n").dropFirst(2).map { $0.prefix { $0 != " " } } == ["cpu", "pool"])
    }
  }

  @Test(arguments: [
    (["cpuu"], "there is no experiment \"cpuu\"; did you mean \"cpu\"?"),
    (["cpu,"], "there is no experiment \"\"; "),
    (["--budget", "10s"], "Unknown option '--budget'"),
    (["--format", "xml"], "there is no format \"xml\"; "),
  ])
  func mistakes(_ arguments: [String], _ message: String) throws {
    let end = try Child(["lab"] + arguments, in: ScratchFolder()).wait()
    #expect(end.exitStatus == 64)
    #expect(end.errors.contains(message), "\(end.errors)")
    #expect(end.text.isEmpty)
  }

  @Test func aRunLeavesNothingBehind() throws {
    let folder = try ScratchFolder()
    let before = Self.names()
    let child = try Child(["lab", "--quick", "--format", "json", "-o", "lab.json", "switch", "cpu"], in: folder)
    let end = try child.wait()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.errors.isEmpty && end.text.isEmpty)
    #expect(child.leavesNobody())
    #expect(folder.names == ["lab.json"])
    #expect(Self.names().subtracting(before).isEmpty)
    let text = try #require(folder.read("lab.json"))
    let report = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let experiments = try #require(report["experiments"] as? [[String: Any]])
    #expect(experiments.map { $0["name"] as? String } == ["switch", "cpu"])
    for experiment in experiments {
      #expect((experiment["findings"] as? [Any])?.isEmpty == false)
      #expect((experiment["samples"] as? [Any])?.isEmpty == false)
    }
  }

  @Test func formats() throws {
    let text = try ScratchFolder().pipe("lab", "--quick", "pool")
    #expect(text.status == .exited(0), "\(text.errors)")
    #expect(text.text.contains("\npool: Does a pool of five workers"))
    #expect(text.text.contains("a wait was 100 ms, not 1 s"))
    #expect(text.text.contains("\nClaims\nexperiment "))
    let markdown = try ScratchFolder().pipe("lab", "--quick", "--format", "markdown", "pool")
    #expect(markdown.text.hasPrefix("# Threads and processes, measured\n"))
    #expect(markdown.text.contains("\n## pool\n"))
  }

  @Test func anExperimentThatFailsDoesNotStopTheNext() throws {
    // No part can be started: the way back from it takes two descriptors.
    let child = try Child(
      ["-c", "ulimit -n 5; exec \"$0\" lab --quick concurrency switch", Child.program], of: "/bin/sh",
      in: ScratchFolder())
    let end = try child.wait()
    #expect(end.status == .exited(71))
    for name in ["switch", "concurrency"] {
      #expect(end.errors.contains("pipe: \(name): "), "\(end.errors)")
      #expect(end.text.contains("\n\(name): "), "\(end.text)")
    }
    #expect(end.text.hasSuffix("\nwithout a result: switch, concurrency\n"), "\(end.text)")
    #expect(child.leavesNobody())
  }

  @Test func anOutputThatCannotBeWrittenIsSaidBeforeAnythingIsMeasured() throws {
    let end = try ScratchFolder().pipe("lab", "--quick", "-o", "missing/lab.txt", "pool")
    #expect(end.exitStatus == 73)
    #expect(end.errors.contains("missing/lab.txt: cannot be written"), "\(end.errors)")
  }

  @Test(arguments: TestTier.choose([SIGINT, SIGTERM, SIGHUP], 0)) func brokenOff(_ signal: Int32) throws {
    let folder = try ScratchFolder()
    let before = Self.names()
    let child = try Child(["lab", "-o", "lab.txt", "pool"], in: folder)
    // Its serial jobs alone take five seconds.
    #expect(eventually { ProcessEntry.group(child.pid).contains { $0.pid == child.pid && $0.isAsleep } })
    child.sendToGroup(signal)
    #expect(try child.wait().status == .signalled(signal))
    #expect(child.leavesNobody())
    #expect(folder.names.isEmpty)
    #expect(Self.names().subtracting(before).isEmpty)
  }

  @Test(.enabled(if: OrdinaryUser.isAvailable)) func anOrdinaryUser() throws {
    let names = !TestTier.isShort ? [] : ["cpu"]
    let end = try OrdinaryUser(in: ScratchFolder()).pipe(["lab", "--quick"] + names)
    #expect(end.status == .exited(0), "\(end.errors)")
  }

  @Test(.enabled(if: !TestTier.isShort, "CI does")) func allOfThem() throws {
    let before = Self.names()
    let child = try Child(["lab", "--quick"], in: ScratchFolder())
    let end = try child.wait(seconds: 300)
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.errors.isEmpty)
    #expect(child.leavesNobody())
    #expect(Self.names().subtracting(before).isEmpty)
  }
}
