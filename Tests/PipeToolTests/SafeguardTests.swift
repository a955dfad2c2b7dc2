// Runs that go without a part of the care that they take, to measure what it costs, and rows that are not combined: the
// answer is the same, and nobody goes without by mistake.

import Testing

@Suite struct SafeguardTests {
  private static let text = "key,value\n" + (0..<20_000).map { "k\($0 % 10),\($0)\n" }.joined()

  private func run(_ arguments: [String], isAllowed: Bool = true) throws -> ChildEnd {
    let folder = try ScratchFolder()
    try folder.write(Self.text, as: "in.csv")
    return try Child(
      ["run", "-g", "key", "-a", "count,sum(value)"] + arguments + ["in.csv"], in: folder,
      environment: isAllowed ? ["PIPE_ALLOW_INJECT": "1"] : [:]
    ).wait()
  }

  @Test(arguments: ["checksums", "journal", "watch", "checksums,journal,watch"])
  func theAnswerIsTheSameWithout(_ names: String) throws {
    let end = try run(["--mode", "process", "-j", "2", "--chunk-size", "16KiB", "--without", names])
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(try end.text == run(["--mode", "serial"]).text)
  }

  @Test func withoutAJournalAnAggregatorCannotBeReplaced() throws {
    let end = try run([
      "--mode", "process", "--chunk-size", "16KiB", "--without", "journal", "--inject", "crash@aggregator:100000",
    ])
    #expect(end.status == .exited(75) && end.text.isEmpty)
    #expect(end.errors.contains("its state was not kept"), "\(end.errors)")
  }

  @Test func onlyTestsGoWithout() throws {
    let refused = try run(["--mode", "process", "--without", "journal"], isAllowed: false)
    #expect(refused.status == .exited(64))
    #expect(refused.errors.contains("set PIPE_ALLOW_INJECT=1"), "\(refused.errors)")
    #expect(try run(["--mode", "thread", "--without", "journal"]).status == .exited(64))
    #expect(try run(["--mode", "process", "--without", "care"]).status == .exited(64))
  }

  @Test(arguments: [["--mode", "thread"], ["--mode", "process", "--hand-off", "bytes"], ["--mode", "hybrid"]])
  func rowsThatAreNotCombinedGiveTheSame(_ mode: [String]) throws {
    for faults in [[], ["--inject", "crash@parser:random:3", "--inject", "crash@aggregator:random:4"]] {
      if mode.contains("thread"), !faults.isEmpty { continue }
      let end = try run(mode + ["--no-combine", "--chunk-size", "16KiB"] + faults, isAllowed: true)
      #expect(end.status == .exited(0), "\(end.errors)")
      #expect(try end.text == run(["--mode", "serial"]).text)
    }
  }

  @Test func aSerialRunSendsNothing() throws {
    #expect(try run(["--mode", "serial", "--no-combine"]).status == .exited(64))
  }
}
