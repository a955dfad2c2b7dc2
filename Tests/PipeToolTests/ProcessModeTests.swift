// What the operating system sees of a run in process mode: separate processes with names, linked by pipes, and few
// system calls.

import Foundation
import Testing

struct ProcessModeTests {
  @Test func everyStageIsAProcessByName() throws {
    let run = try HeldRun(.process, ["-g", "key", "-a", "count"])
    let workers = run.child.workers
    #expect(workers.keys.sorted() == ["pipe:aggregator", "pipe:parser/1", "pipe:parser/2", "pipe:reader"])
    #expect(Set(workers.values.map(\.pid)).count == 4)
    for worker in workers.values {
      #expect(worker.parent == run.child.pid)
      // Re-executed, not forked: its command line is its own.
      let words = ProcessEntry.file(worker.pid, "cmdline")?.split(separator: "\0") ?? []
      #expect(words.first.map(String.init) == worker.name)
      #expect(words.dropFirst().first == "worker")
      let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(worker.pid)/exe")
      #expect(URL(fileURLWithPath: program).lastPathComponent == "pipe")
    }
    run.input.finish()
    #expect(try run.child.wait().status == .exited(0))
  }

  @Test func stagesAreLinkedByPipes() throws {
    let run = try HeldRun(.process, ["-g", "key", "-a", "count"])
    let workers = run.child.workers
    let reader = try #require(workers["pipe:reader"])
    let aggregator = try #require(workers["pipe:aggregator"])
    let supervisor = try #require(ProcessEntry(run.child.pid))
    for number in 1...2 {
      let parser = try #require(workers["pipe:parser/\(number)"])
      // One pipe in, one out, and nothing that is not its own.
      #expect(parser.pipes.count == 2)
      #expect(parser.pipes.intersection(reader.pipes).count == 1)
      #expect(parser.pipes.intersection(aggregator.pipes).count == 1)
      #expect(parser.pipes.isDisjoint(with: supervisor.pipes))
    }
    #expect(reader.pipes.isDisjoint(with: aggregator.pipes))
    // The result leaves by way of the supervisor.
    #expect(aggregator.pipes.intersection(supervisor.pipes).count == 1)
    #expect(reader.pipes.isDisjoint(with: supervisor.pipes))
    // The input is open in the reader; no other stage reads it.
    let input = run.folder[HeldRun.inputName]
    #expect(reader.descriptors.contains(input))
    for name in ["pipe:parser/1", "pipe:parser/2", "pipe:aggregator"] {
      #expect(workers[name]?.descriptors.contains(input) == false, "\(name)")
    }
  }

  @Test(arguments: ["ranges", "bytes"]) func parsersHaveWhatTheyRead(_ handOff: String) throws {
    let folder = try ScratchFolder()
    let input = try FIFO(folder["held.csv"])
    try folder.write(rows(bytes: 1 << 12), as: "second.csv")
    let child = try Child(
      ["run", "--mode", "process", "--hand-off", handOff, "-j", "2", "-a", "count", "held.csv", "second.csv"],
      in: folder)
    try input.write(rows(bytes: 3 << 19))
    #expect(eventually { child.workers.count == 4 && child.workers["pipe:aggregator"]?.pipes.isEmpty == false })
    for worker in child.workers.values {
      let reads = worker.name == "pipe:reader" || (handOff == "ranges" && worker.name.hasPrefix("pipe:parser"))
      #expect(worker.descriptors.contains(folder["second.csv"]) == reads, "\(worker.name)")
      // A stream has one reader: somebody else's copy would keep its writer from noticing that nobody reads.
      #expect(worker.descriptors.contains(folder["held.csv"]) == (worker.name == "pipe:reader"), "\(worker.name)")
    }
    input.finish()
    #expect(try child.wait().status == .exited(0))
  }

  @Test func workersInheritNothingElse() throws {
    // A descriptor that the user's shell happens to have open reaches the program, but no worker.
    let folder = try ScratchFolder()
    let input = try FIFO(folder["held.csv"])
    try folder.write("", as: "stray")
    let child = try Child(
      ["-c", "exec 9< stray \"$0\" run --mode process -j 2 -a count held.csv", Child.program], of: "/bin/sh",
      in: folder)
    try input.write(rows(bytes: 3 << 19))
    #expect(eventually { child.workers.count == 4 })
    #expect(ProcessEntry(child.pid)?.descriptors.contains(folder["stray"]) == true)
    for worker in child.workers.values {
      #expect(!worker.descriptors.contains(folder["stray"]), "\(worker.name)")
    }
    input.finish()
    #expect(try child.wait().status == .exited(0))
  }

  @Test func otherModesAreOneProcess() throws {
    for mode in [Mode.serial, .thread] {
      let run = try HeldRun(mode, ["-a", "count"])
      #expect(ProcessEntry.group(run.child.pid).map(\.pid) == [run.child.pid])
      run.input.finish()
      #expect(try run.child.wait().status == .exited(0))
    }
  }

  @Test func threadsBearTheNamesOfStages() throws {
    let run = try HeldRun(.thread, ["-a", "count"])
    let folder = "/proc/\(run.child.pid)/task"
    func names() -> [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap {
        ProcessEntry.file(run.child.pid, "task/\($0)/comm")?.trimmingCharacters(in: .newlines)
      }
    }
    // A thread gives itself its name once it runs.
    let stages: Set = ["pipe:reader", "pipe:parser/1", "pipe:parser/2", "pipe:aggregator"]
    #expect(eventually { stages.isSubset(of: names()) }, "\(names())")
  }

  private static let canTrace = (try? ScratchFolder().shell("strace -f -c true").exitStatus) == 0

  @Test(.enabled(if: canTrace, "strace is missing, or tracing is not allowed"), arguments: ["ranges", "bytes"])
  func systemCallsAreFewAndDoNotGrowWithRows(_ handOff: String) throws {
    let folder = try ScratchFolder()
    try folder.write(rows(bytes: 1 << 20, textLength: 0), as: "input.csv")
    let end = try folder.shell(
      "strace -f -c -o counts $PIPE run --mode process --hand-off \(handOff) -j 2 -g key -a 'sum(value)' input.csv")
    #expect(end.exitStatus == 0, "\(end.errors)")
    let summary = try #require(folder.read("counts"))
    // The last line: share, seconds, microseconds a call, calls, errors, "total".
    let total = summary.split(separator: "\n").last { $0.hasSuffix(" total") }
    let calls = total?.split(separator: " ").compactMap { Int($0) } ?? []
    // 1 MiB is 150,000 rows.
    #expect(calls.contains { $0 > 100 } && calls.allSatisfy { $0 < 5_000 }, "\(summary)")
  }
}
