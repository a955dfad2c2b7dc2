// Workers that are killed in the middle of a run. Over regular files another takes the place of any of them; over a
// stream of a parser only, because what a reader or an aggregator had in its hands cannot be read again.

import Foundation
import TestTiers
import Testing

struct WorkerDeathTests {
  private static let signals: [(number: Int32, fatal: String?)] = [
    (SIGKILL, "SIGKILL"), (SIGSEGV, "SIGSEGV"), (SIGABRT, "SIGABRT"), (SIGBUS, "SIGBUS"), (SIGTERM, nil),
  ]
  private static let deaths = HeldFileRun.names.flatMap { name in signals.map { (name: name, signal: $0) } }

  /// In the test command, every stage by a signal of its own, and one by a signal that ends none.
  @Test(arguments: TestTier.choose(deaths, 0, 6, 18))
  func overAFile(_ death: (name: String, signal: (number: Int32, fatal: String?))) throws {
    let (name, signal) = death
    let run = try HeldFileRun()
    if signal.fatal != nil {
      try run.replace(name, by: signal.number)
    } else if let worker = run.child.workers[name] {
      kill(worker.pid, signal.number)
    }
    let end = try run.finish()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(run.output == HeldFileRun.bytes)
    // Signals of the terminal end no worker.
    let note = signal.fatal.map { "pipe: 1 worker ended and was replaced (\(name): \($0)); nothing is lost\n" } ?? ""
    #expect(end.errors == note)
    #expect(run.child.leavesNobody())
  }

  @Test func everyWorkerAtOnceOverAFile() throws {
    let run = try HeldFileRun()
    for worker in run.child.workers.values { kill(worker.pid, SIGKILL) }
    let end = try run.finish()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(run.output == HeldFileRun.bytes)
  }

  /// Struck as soon as it is there: before it has read, while it reads, or when it is done already.
  @Test(arguments: HeldFileRun.names, TestTier.choose([SIGKILL, SIGSEGV, SIGABRT, SIGBUS, SIGTERM], 0))
  func onSight(_ name: String, _ signal: Int32) throws {
    let folder = try ScratchFolder()
    try folder.write(rows(bytes: 1 << 20), as: "input.csv")
    let question = ["-g", "key", "-a", "count,sum(value),max(text)", "-o"]
    let serial = try Child(Mode.serial.run + question + ["serial.csv", "input.csv"], in: folder).wait()
    #expect(serial.status == .exited(0))
    let child = try Child(
      Mode.process.run + question + ["out.csv", "--chunk-size", "16KiB", "input.csv"], in: folder)
    #expect(
      eventually {
        guard let worker = child.workers[name] else { return false }
        return kill(worker.pid, signal) == 0
      })
    let end = try child.wait()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(folder.read("out.csv") == folder.read("serial.csv"))
    #expect(child.leavesNobody())
  }

  @Test(arguments: ["pipe:parser/1", "pipe:parser/2"], [SIGKILL, SIGSEGV])
  func aParserOverAStream(_ name: String, _ signal: Int32) throws {
    let question = ["-g", "key", "-a", "count,sum(value)", "-o", "out.csv"]
    let folder = try ScratchFolder()
    try folder.write(HeldRun.bytes, as: "same.csv")
    #expect(try Child(Mode.serial.run + question + ["same.csv"], in: folder).wait().status == .exited(0))
    let run = try HeldRun(.process, question)
    let worker = try #require(run.child.workers[name])
    kill(worker.pid, signal)
    let child = run.child
    #expect(eventually { child.workers[name].map { $0.pid != worker.pid } ?? false })
    run.input.finish()
    let end = try run.child.wait()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(run.folder.read("out.csv") == folder.read("out.csv"))
    #expect(run.child.leavesNobody())
  }

  @Test(
    arguments: ["pipe:reader", "pipe:aggregator"],
    [(SIGKILL, "signal 9 (SIGKILL)"), (SIGSEGV, "signal 11 (SIGSEGV)")])
  func overAStream(_ name: String, _ signal: (number: Int32, text: String)) throws {
    let run = try HeldRun(.process, ["-g", "key", "-a", "sum(value)", "-o", "out.csv"])
    let worker = try #require(run.child.workers[name])
    kill(worker.pid, signal.number)
    let end = try run.child.wait()
    #expect(end.status == .exited(75))
    let why = "what was read of a stream cannot be read again"
    #expect(end.errors.hasPrefix("pipe: worker \(name) (process \(worker.pid)) ended by \(signal.text); \(why)\n"))
    #expect(end.errors.contains("\n  no output file was written; run again with --spool DIR, "))
    #expect(run.child.leavesNobody())
    #expect(run.folder.names == [HeldRun.inputName])
  }

  @Test func everyWorkerAtOnceOverAStream() throws {
    let run = try HeldRun(.process, ["-o", "out.csv"])
    for worker in run.child.workers.values { kill(worker.pid, SIGKILL) }
    let end = try run.child.wait()
    #expect(end.status == .exited(75))
    #expect(end.errors.hasPrefix("pipe: worker pipe:"))
    #expect(end.errors.contains("signal 9 (SIGKILL)"))
    #expect(run.child.leavesNobody())
    #expect(run.folder.names == [HeldRun.inputName])
  }

  @Test(arguments: ["pipe:reader", "pipe:aggregator"]) func rowsThatWereStreamedAreAPrefix(_ name: String) throws {
    let run = try HeldRun(.process, ["--select", "key,value,text"])
    let worker = try #require(run.child.workers[name])
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
