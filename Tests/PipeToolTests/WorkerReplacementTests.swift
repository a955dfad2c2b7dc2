// The limits of replacing workers: those that cannot start, deaths without end, and what the supervisor keeps of them all.

import Foundation
import TestTiers
import Testing

struct WorkerReplacementTests {
  /// Libraries that cannot be loaded any more, as in the middle of an upgrade: the program is there, but does not start.
  @Test(arguments: ["pipe:reader", "pipe:parser/2", "pipe:aggregator"])
  func oneThatCannotStart(_ name: String) throws {
    let folder = try ScratchFolder()
    let before = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"].map { ":\($0)" } ?? ""
    let run = try HeldFileRun(environment: ["LD_LIBRARY_PATH": folder["libraries"] + before])
    try FileManager.default.createDirectory(atPath: folder["libraries"], withIntermediateDirectories: false)
    try folder.write("no library", as: "libraries/libc.so.6")
    let worker = try #require(run.child.workers[name])
    kill(worker.pid, SIGKILL)
    let end = try run.child.wait()
    #expect(end.status == .exited(75))
    let pattern = /pipe: worker (\S+) \(process (\d+)\) ended by exit status 127; it could not start\n/
    let match = try #require(end.errors.firstMatch(of: pattern), "\(end.errors)")
    #expect(match.1 == name && match.2 != "\(worker.pid)")
    #expect(run.child.leavesNobody())
    run.take(.max / 2)
    #expect(HeldFileRun.bytes.starts(with: run.output))
  }

  /// The supervisor has no descriptors left for another worker.
  @Test func noDescriptorsForAnother() throws {
    let run = try HeldFileRun()
    // Enough to wait for its workers with; all these numbers are taken.
    let limited = try run.folder.shell("prlimit --pid \(run.child.pid) --nofile=10:10")
    #expect(limited.exitStatus == 0, "\(limited.errors)")
    let worker = try #require(run.child.workers["pipe:parser/1"])
    kill(worker.pid, SIGKILL)
    let end = try run.child.wait()
    #expect(end.status == .exited(71))
    #expect(end.errors.hasPrefix("pipe: pipe:parser/1 could not be started again: "), "\(end.errors)")
    #expect(end.errors.contains("Too many open files") && end.errors.contains("use fewer workers"), "\(end.errors)")
    #expect(run.child.leavesNobody())
  }

  /// Nothing is committed while the run is held, so the deaths of its workers count.
  @Test(arguments: TestTier.choose([["pipe:aggregator"], ["pipe:reader", "pipe:parser/2"]], 1))
  func deathsWithoutProgress(_ names: [String]) throws {
    let run = try HeldFileRun()
    var deaths = 0
    while deaths < 64 {
      try run.replace(names[deaths % names.count], by: SIGKILL)
      deaths += 1
    }
    let last = try #require(run.child.workers[names[deaths % names.count]])
    kill(last.pid, SIGKILL)
    let end = try run.child.wait()
    #expect(end.status == .exited(75))
    #expect(end.errors.contains("; 65 workers in a row ended without any progress\n"), "\(end.errors)")
    #expect(end.errors.contains("(process \(last.pid)) ended by signal 9 (SIGKILL)"), "\(end.errors)")
    #expect(run.child.leavesNobody())
    run.take(.max / 2)
    #expect(HeldFileRun.bytes.starts(with: run.output))
  }

  /// The reader has finished and is gone when it should pass a new parser the word that no piece follows.
  @Test func theReaderEndsBetweenTwoParsers() throws {
    var wasMet = false
    for _ in 0..<40 where !wasMet {
      let folder = try ScratchFolder()
      try folder.write("a\n1\n2\n", as: "in.csv")
      let child = try Child(["run", "--mode", "process", "-j", "2", "-a", "count", "in.csv"], in: folder)
      // The second parser sleeps through the run: there is one piece, and the first gets it.
      var sleeper: ProcessEntry?
      _ = eventually(within: 5) {
        sleeper = child.workers["pipe:parser/2"]
        return sleeper != nil || child.workers.isEmpty && ProcessEntry(child.pid)?.isAlive != true
      }
      if let sleeper {
        kill(sleeper.pid, SIGSTOP)
        // Time to finish, and less than the stopped one has before it is replaced.
        usleep(600_000)
        if let reader = child.workers["pipe:reader"] {
          kill(reader.pid, SIGSTOP)
          wasMet = eventually(within: 5) { child.workers["pipe:parser/2"].map { $0.pid != sleeper.pid } ?? false }
          usleep(100_000)
          kill(reader.pid, SIGKILL)
        }
      }
      let end = try child.wait()
      #expect(end.status == .exited(0), "\(end.errors)")
      #expect(end.text == "count\n2\n")
    }
    #expect(wasMet)
  }

  @Test(.enabled(if: !TestTier.isShort, "CI does")) func twoHundredDeathsLeaveNothing() throws {
    let run = try HeldFileRun(rows(bytes: 16 << 20, textLength: 2000))
    let child = run.child
    let early = child.openDescriptors
    for _ in 0..<5 {
      for _ in 0..<10 {
        let workers = child.workers
        for name in HeldFileRun.names { if let worker = workers[name] { kill(worker.pid, SIGKILL) } }
        #expect(
          eventually {
            let new = child.workers
            return HeldFileRun.names.allSatisfy { name in new[name].map { $0.pid != workers[name]?.pid } ?? false }
          })
      }
      // More than the pipes hold, so that something new is committed.
      run.take(5 << 19)
      try run.hold()
      #expect(eventually { child.zombies.isEmpty })
      // A link or two may be waiting to be handed over.
      #expect(child.openDescriptors.count <= early.count + 4, "\(early)\n\(child.openDescriptors)")
    }
    let end = try run.finish()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(run.output == run.bytes)
  }

  /// Whenever the supervisor is killed, also while it starts workers, nobody is left a second later.
  @Test(arguments: 0..<(TestTier.isLong ? 100 : TestTier.isShort ? 3 : 16))
  func theSupervisorIsKilled(_ number: Int) throws {
    let folder = try ScratchFolder()
    try folder.write(rows(bytes: 1 << 20), as: "input.csv")
    let child = try Child(
      Mode.process.run + ["-g", "key", "-a", "count", "--chunk-size", "1KiB", "input.csv"], in: folder)
    usleep(UInt32.random(in: 0..<80_000))
    // Now and then it has just begun to replace a worker.
    if number % 2 == 0, let worker = child.workers.values.first {
      kill(worker.pid, SIGKILL)
      usleep(UInt32.random(in: 0..<5000))
    }
    child.send(SIGKILL)
    #expect(try child.wait().status != .timedOut)
    #expect(child.leavesNobody())
  }
}
