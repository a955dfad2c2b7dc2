// Parsers that make room for fresh ones: after so many pieces, or because they leak. Nobody sees it in the result, and
// nothing is left of them.
//
//   PIPE_TEST_RESTARTS=N   how many workers at least are replaced in one run (default: 200; the long campaign: 10000)

import Foundation
import TestTiers
import Testing

struct RecyclingTests {
  private static let question = ["-g", "key", "-a", "count,sum(value)"]
  private static let restarts =
    ProcessInfo.processInfo.environment["PIPE_TEST_RESTARTS"].flatMap { Int($0) } ?? 200

  private func serial(_ folder: ScratchFolder) throws -> [UInt8] {
    let end = try Child(["run", "--mode", "serial"] + Self.question + ["in.csv"], in: folder).wait(seconds: 120)
    #expect(end.status == .exited(0), "\(end.errors)")
    return end.output
  }

  /// How often a cause is named in a report.
  private func count(_ cause: String, in folder: ScratchFolder) -> Int {
    (folder.read("report.json") ?? "").split(separator: "\"cause\" : \"\(cause)\"", omittingEmptySubsequences: false)
      .count - 1
  }

  private static let modes = [
    ["--mode", "process", "-j", "2"], ["--mode", "hybrid", "-j", "2", "--threads", "2"],
    ["--mode", "hybrid", "-j", "1", "--threads", "3"],
  ]

  @Test(arguments: TestTier.choose(modes, 2), TestTier.choose(["pipe", "socket", "shm"], 2))
  func aProcessForEveryPiece(_ mode: [String], _ link: String) throws {
    let folder = try ScratchFolder()
    try folder.write(distinctRows(1500), as: "in.csv")
    let serial = try serial(folder)
    for (chunk, handOff, most) in [("512", "ranges", "1"), ("1KiB", "bytes", "1"), ("512", "ranges", "3")] {
      let sizes = ["--hand-off", handOff, "--chunk-size", chunk, "--max-chunks-per-worker", most]
      let child = try Child(
        ["run"] + mode + ["--link", link] + sizes + Self.question + ["--report", "report.json", "in.csv"], in: folder)
      let end = try child.wait(seconds: 120)
      #expect(end.status == .exited(0), "\(end.errors)")
      #expect(end.output == serial)
      // To be replaced so is no death that anybody need hear of.
      #expect(end.errors.isEmpty, "\(end.errors)")
      #expect(count("retired", in: folder) > 1)
      #expect(child.leavesNobody())
    }
  }

  /// Pieces that do not hold a record, wrong guesses, rows in the order of the input.
  @Test(arguments: TestTier.choose(["1", "7", "64"], 1)) func atAnyChunkSize(_ chunk: String) throws {
    let folder = try ScratchFolder()
    try folder.write("a,b\n1,\"2\n\n3\"\n444,5\r\n\r6,7\n8,\"\n\n\"\n9,10\n", as: "in.csv")
    for question in [["--select", "b,a"], ["-g", "b", "-a", "sum(a)"], []] {
      let serial = try Child(["run", "--mode", "serial"] + question + ["in.csv"], in: folder).wait()
      let end = try Child(
        ["run", "--mode", "process", "-j", "2", "--chunk-size", chunk, "--max-chunks-per-worker", "1"] + question
          + ["in.csv"], in: folder
      ).wait(seconds: 120)
      #expect(end.status == .exited(0) && end.output == serial.output, "\(end.errors)")
    }
  }

  @Test(arguments: TestTier.choose(["leak@parser", "leak@reader"], 0)) func whoLeaksIsRecycled(_ fault: String) throws {
    let folder = try ScratchFolder()
    try folder.write(distinctRows(60_000), as: "in.csv")
    let serial = try serial(folder)
    let child = try Child(
      ["run", "--mode", "process", "-j", "1", "--chunk-size", "16KiB", "--memory-limit", "900MiB", "--inject", fault]
        + Self.question + ["--report", "report.json", "in.csv"], in: folder, environment: ["PIPE_ALLOW_INJECT": "1"])
    let (end, peak) = try child.waitSampling()
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.output == serial && end.errors.isEmpty, "\(end.errors)")
    #expect(count("retired", in: folder) > 1)
    #expect(peak < 945 << 20)
  }

  /// Also while workers are killed.
  @Test func retiringAndDying() throws {
    let folder = try ScratchFolder()
    try folder.write(distinctRows(8000), as: "in.csv")
    let serial = try serial(folder)
    let faults = ["crash@parser:random:5", "abort@reader:random:8", "crash@aggregator:random:3"]
    let end = try Child(
      ["run", "--mode", "process", "-j", "2", "--chunk-size", "2KiB", "--max-chunks-per-worker", "2"]
        + faults.flatMap { ["--inject", $0] } + Self.question + ["in.csv"], in: folder,
      environment: ["PIPE_ALLOW_INJECT": "1"]
    ).wait(seconds: 120)
    #expect(end.status == .exited(0) && end.output == serial, "\(end.errors)")
  }

  @Test func overAStream() throws {
    let folder = try ScratchFolder()
    try folder.write(distinctRows(8000), as: "in.csv")
    let serial = try serial(folder)
    let end = try folder.shell(
      "cat in.csv | $PIPE run --mode process -j 2 --chunk-size 4KiB --max-chunks-per-worker 2 -g key"
        + " -a 'count,sum(value)' --report report.json")
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.output == serial && end.errors.isEmpty)
    #expect(count("retired", in: folder) > 1)
  }

  @Test(.enabled(if: !TestTier.isShort, "CI does")) func manyRestartsLeaveNothing() throws {
    let folder = try ScratchFolder()
    let rows = 20 * Self.restarts
    try folder.write(distinctRows(rows), as: "in.csv")
    let serial = try serial(folder)
    // About one piece for each restart; with a restart for each piece.
    let size = try #require(folder.read("in.csv")).utf8.count / (Self.restarts + 8)
    let child = try Child(
      ["run", "--mode", "process", "-j", "2", "--chunk-size", "\(size)", "--max-chunks-per-worker", "1"]
        + Self.question + ["--report", "report.json", "in.csv"], in: folder)
    var early = 0
    var most = 0
    var zombies = 0
    _ = eventually(within: 60 + Double(Self.restarts) / 4) {
      let open = child.openDescriptors.count
      // All workers are there, and their links: that is as many as there should be.
      if early == 0, child.workers.count == 4 { early = open }
      if early > 0 { most = max(most, open) }
      zombies = max(zombies, child.zombies.count)
      return ProcessEntry(child.pid)?.isAlive != true
    }
    let end = try child.wait(seconds: 1)
    #expect(end.status == .exited(0) && end.output == serial, "\(end.errors)")
    #expect(count("retired", in: folder) >= Self.restarts * 9 / 10)
    // Links of a worker that is being replaced may wait to be handed over; those of hundreds would be many more.
    #expect(early > 0 && most <= early + 24, "\(early), then \(most)")
    // A worker has ended when it is noticed.
    #expect(zombies <= 4, "\(zombies)")
    #expect(child.leavesNobody())
  }

  @Test func onlyProcessesMakeRoom() throws {
    let folder = try ScratchFolder()
    try folder.write("a,b\n1,2\n", as: "in.csv")
    for mode in ["serial", "thread"] {
      let end = try folder.pipe("run", "--mode", mode, "--max-chunks-per-worker", "1", "in.csv")
      #expect(end.status == .exited(64))
      #expect(end.errors.hasPrefix("pipe: --max-chunks-per-worker does not apply to --mode \(mode)\n"), "\(end.errors)")
    }
    #expect(try folder.pipe("run", "--mode", "process", "--max-chunks-per-worker", "0", "in.csv").status == .exited(64))
    try folder.write(
      "inputs: in.csv\naggregates: count\nmode: process\nmax_chunks_per_worker: 1\n", as: "pipeline.yaml")
    #expect(try folder.pipe("run", "--pipeline", "pipeline.yaml").text == "count\n1\n")
    // What a file says of another mode does not apply.
    #expect(try folder.pipe("run", "--pipeline", "pipeline.yaml", "--mode", "thread").text == "count\n1\n")
  }
}
