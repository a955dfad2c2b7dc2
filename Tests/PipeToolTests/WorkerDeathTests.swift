// Workers that are killed in the middle of a run: who it was, by what, and at which bytes; nothing is left behind.

import Foundation
import Testing

struct WorkerDeathTests {
  @Test(
    arguments: ["pipe:reader", "pipe:parser/1", "pipe:parser/2", "pipe:aggregator"],
    [(SIGKILL, "signal 9 (SIGKILL)"), (SIGSEGV, "signal 11 (SIGSEGV)")])
  func killed(_ name: String, _ signal: (number: Int32, text: String)) throws {
    let run = try HeldRun(.process, ["-g", "key", "-a", "sum(value)", "-o", "out.csv"])
    let worker = try #require(run.child.workers[name])
    kill(worker.pid, signal.number)
    let end = try run.child.wait()
    #expect(end.status == .exited(75))
    #expect(end.errors.hasPrefix("pipe: worker \(name) (process \(worker.pid)) ended by \(signal.text)"))
    if name.contains("parser") {
      let bytes = /while it worked on bytes (\d+) to (\d+) of held\.csv\n/
      let match = try #require(end.errors.firstMatch(of: bytes), "\(end.errors)")
      let (first, last) = (Int(match.1) ?? -1, Int(match.2) ?? -1)
      #expect(0 <= first && first < last && last <= HeldRun.bytes.count)
    }
    #expect(end.errors.contains("\n  no output file was written; "))
    #expect(run.child.leavesNobody())
    #expect(run.folder.names == [HeldRun.inputName])
  }

  @Test func everyWorkerAtOnce() throws {
    let run = try HeldRun(.process, ["-o", "out.csv"])
    for worker in run.child.workers.values { kill(worker.pid, SIGKILL) }
    let end = try run.child.wait()
    #expect(end.status == .exited(75))
    #expect(end.errors.hasPrefix("pipe: worker pipe:"))
    #expect(end.errors.contains("signal 9 (SIGKILL)"))
    #expect(run.child.leavesNobody())
    #expect(run.folder.names == [HeldRun.inputName])
  }

  @Test func rowsThatWereStreamedAreAPrefix() throws {
    let run = try HeldRun(.process, ["--select", "key,value,text"])
    let worker = try #require(run.child.workers["pipe:aggregator"])
    kill(worker.pid, SIGKILL)
    let end = try run.child.wait()
    #expect(end.status == .exited(75))
    #expect(HeldRun.bytes.starts(with: end.output))
  }

  @Test(arguments: ["pipe:reader", "pipe:parser/1", "pipe:aggregator"])
  func signalsOfTheTerminalDoNotEndAWorker(_ name: String) throws {
    let run = try HeldRun(.process, ["-a", "count"])
    let worker = try #require(run.child.workers[name])
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { kill(worker.pid, signal) }
    run.input.finish()
    let end = try run.child.wait()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.text.hasPrefix("count\n"))
  }

  @Test func aStoppedWorkerHoldsTheRunAndGoesOn() throws {
    let run = try HeldRun(.process, ["-a", "count"])
    let worker = try #require(run.child.workers["pipe:parser/1"])
    kill(worker.pid, SIGSTOP)
    run.input.finish()
    #expect(eventually { ProcessEntry(worker.pid)?.state == "T" })
    kill(worker.pid, SIGCONT)
    #expect(try run.child.wait().status == .exited(0))
  }

  /// What somebody might type who saw a worker in `ps`.
  @Test(arguments: [
    ["worker"], ["worker", "reader"], ["worker", "parser", "1", "abcdef", "1"],
    ["worker", "aggregator", "0", "0123456789abcdef", "\(getpid())"], ["worker", "--help"],
  ])
  func aWorkerStartedByHandRefuses(_ arguments: [String]) throws {
    let folder = try ScratchFolder()
    let end = try Child(arguments, in: folder).wait()
    #expect(end.status == .exited(64))
    #expect(end.errors == "pipe: worker is started by `pipe run --mode process` only\n")
    #expect(end.text == "")
  }
}
