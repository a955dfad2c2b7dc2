// SIGUSR1 in the middle of a run: it says what its stages do, and the answer is the same.

import Foundation
import TestTiers
import Testing

/// The modes, the one with threads in processes among them.
enum PicturedMode: String, CaseIterable {
  case serial, thread, process, hybrid

  var run: [String] {
    let words = ["run", "--mode", rawValue]
    switch self {
    case .serial: return words
    case .thread, .process: return words + ["-j", "2"]
    case .hybrid: return words + ["-j", "2", "--threads", "2"]
    }
  }

  /// The threads of the stages, as pictures name them.
  var stages: [String] {
    let parsers =
      switch self {
      case .serial: ["parser/1"]
      case .thread, .process: ["parser/1", "parser/2"]
      case .hybrid: ["parser/1.1", "parser/1.2", "parser/2.1", "parser/2.2"]
      }
    return (["reader"] + parsers + ["aggregator"]).map { "pipe:" + $0 }
  }

  var hasProcesses: Bool { self == .process || self == .hybrid }
}

@Suite(.serialized) struct RunPicturesTests {
  private static let question = ["-g", "key", "-a", "count,sum(value)", "--chunk-size", "64KiB"]
  private static let first = rows(bytes: 3 << 19)
  private static let rest = [UInt8](rows(bytes: 1 << 20).dropFirst("key,value,text\n".utf8.count))

  /// A run of which the input comes as the test likes.
  private struct Run {
    let folder: ScratchFolder
    let input: FIFO
    let child: Child

    init(_ mode: PicturedMode, errors: Int32? = nil, _ bytes: [UInt8] = first) throws {
      folder = try ScratchFolder()
      input = try FIFO(folder["in.csv"])
      child = try Child(mode.run + question + ["in.csv"], in: folder, errors: errors)
      // More than the kernel keeps, so that the run has begun to read.
      try input.write(bytes)
    }

    /// Asks until a picture is as it should be; gives what was said on standard error.
    func ask(_ isWanted: (String) -> Bool) -> String {
      _ = eventually {
        child.send(SIGUSR1)
        usleep(20_000)
        return isWanted(child.errorsSoFar)
      }
      return child.errorsSoFar
    }

    /// Gives the rest of the input; the answer is that of a run that nobody has asked anything.
    func expectSameBytes(_ given: [UInt8] = first) throws {
      try input.write(Array((first + rest).dropFirst(given.count)))
      input.finish()
      let end = try child.wait()
      #expect(end.status == .exited(0), "\(end.errors)")
      let other = try ScratchFolder()
      try other.write(first + rest, as: "in.csv")
      #expect(try end.output == Child(Mode.serial.run + question + ["in.csv"], in: other).wait().output)
    }
  }

  @Test(arguments: PicturedMode.allCases) func aHealthyRun(_ mode: PicturedMode) throws {
    let run = try Run(mode)
    // It has done all there is to do, and waits.
    let end = "which waits for pipe:reader, which waits for its input\n"
    let errors = run.ask { $0.contains(end) }
    #expect(errors.contains(end), "\(errors)")
    #expect(try errors.contains(Regex("pipe: \(mode.rawValue) mode, [0-9.]+ m?s, [0-9,]+ bytes committed\n")))
    for stage in mode.stages {
      let line = "\n\(stage) +[0-9 ]*waits for (its input|a piece|a result) "
      #expect(try errors.contains(Regex(line)), "\(stage): \(errors)")
    }
    #expect(errors.contains("queues: pieces ") == (mode == .thread))
    let workers = run.child.workers
    if mode.hasProcesses {
      for (name, worker) in workers {
        #expect(try errors.contains(Regex("\n\(name)[.0-9]* +\(worker.pid) +0  ")), "\(name): \(errors)")
      }
    }
    try run.expectSameBytes()
  }

  /// Before the plan is known, too: the sample has not been read yet.
  @Test(arguments: TestTier.choose(PicturedMode.allCases, 1)) func beforeThePlan(_ mode: PicturedMode) throws {
    let some = Array(Self.first.prefix(200 << 10))
    let run = try Run(mode, some)
    let errors = run.ask { $0.contains(" 0 bytes committed\n") && $0.contains("\npipe:aggregator ") }
    #expect(errors.contains(" 0 bytes committed\n"), "\(errors)")
    #expect(try errors.contains(Regex("\npipe:reader +[0-9 ]*waits for its input ")), "\(errors)")
    try run.expectSameBytes(some)
  }

  /// To the whole group, as often as one likes: workers do not mind.
  @Test(arguments: TestTier.choose(PicturedMode.allCases, 2)) func aStorm(_ mode: PicturedMode) throws {
    let run = try Run(mode)
    let workers = run.child.workers.mapValues(\.pid)
    var given = Self.first
    for part in 0..<20 {
      for _ in 0..<10 {
        run.child.sendToGroup(SIGUSR1)
        usleep(500)
      }
      let more = Array(Self.rest[(part * 20_000)..<((part + 1) * 20_000)])
      try run.input.write(more)
      given += more
    }
    #expect(run.child.workers.mapValues(\.pid) == workers)
    try run.expectSameBytes(given)
    #expect(run.child.errorsSoFar.contains("bytes committed"))
  }

  /// Nobody reads what is said: the run goes on, and can be ended.
  @Test(arguments: TestTier.choose(PicturedMode.allCases, 1), [false, true])
  func standardErrorIsFull(_ mode: PicturedMode, _ isInterrupted: Bool) throws {
    let folder = try ScratchFolder()
    let ends = try FIFO.ends(folder["errors"])
    defer { close(ends.read) }
    _ = fcntl(ends.write, F_SETFL, O_NONBLOCK)
    let filler = [UInt8](repeating: 0, count: 4096)
    while write(ends.write, filler, filler.count) > 0 {}
    _ = fcntl(ends.write, F_SETFL, 0)
    let run = try Run(mode, errors: ends.write)
    close(ends.write)
    for _ in 0..<5 {
      run.child.send(SIGUSR1)
      usleep(100_000)
    }
    if isInterrupted {
      run.child.sendToGroup(SIGINT)
      #expect(try run.child.wait().status == .signalled(SIGINT))
      #expect(run.child.leavesNobody())
    } else {
      try run.expectSameBytes()
    }
  }

  @Test func anIgnoredSignalStaysIgnored() throws {
    let folder = try ScratchFolder()
    let input = try FIFO(folder["in.csv"])
    let child = try Child(
      ["-c", "trap '' USR1; exec \"$0\" run -g key -a count in.csv", Child.program], of: "/bin/sh", in: folder)
    try input.write(Self.first)
    for _ in 0..<10 { child.send(SIGUSR1) }
    input.finish()
    let end = try child.wait()
    #expect(end.status == .exited(0))
    #expect(end.errors == "")
  }
}
