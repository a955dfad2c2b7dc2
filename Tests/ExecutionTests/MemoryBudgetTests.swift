// How a limit is divided: nobody gets less than it needs, and all together never more than there is.

import CSV
import Query
import Testing
import Transport

@testable import Execution

@Suite struct MemoryBudgetTests {
  private static let mebibyte = 1 << 20

  private func sum(_ budget: MemoryBudget, workers: Int) -> Int {
    Int(budget.supervisor + budget.reader + budget.aggregator) + workers * Int(budget.parser)
  }

  @Test(arguments: [ExecutionMode.process, .hybrid], [1, 2, 3, 8, 64])
  func sharesAndWhatIsSharedAreTheLimit(mode: ExecutionMode, workers: Int) throws {
    let threads = mode == .hybrid ? 3 : 1
    for carrier in [Carrier.pipe, .shm] {
      let least = MemoryBudget.minimum(mode, workers: workers, threads: threads, carrier: carrier)
      let rings = least - MemoryBudget.minimum(mode, workers: workers, threads: threads)
      #expect((rings > 0) == (carrier == .shm))
      let below = MemoryBudget(limit: least - 1, mode: mode, workers: workers, threads: threads, carrier: carrier)
      #expect(below == nil)
      var before: MemoryBudget?
      for limit in [least, least + 1, least + 7 * Self.mebibyte, 2 * least, 100 * least] {
        let budget = try #require(
          MemoryBudget(limit: limit, mode: mode, workers: workers, threads: threads, carrier: carrier))
        #expect(sum(budget, workers: workers) == limit - MemoryBudget.program - rings)
        #expect(budget.limit == limit)
        if let before {
          #expect(before.aggregator <= budget.aggregator && before.parser <= budget.parser)
          #expect(before.reader <= budget.reader && before.supervisor <= budget.supervisor)
        }
        before = budget
      }
      // Of much memory most is the answer's.
      #expect(try #require(before).aggregator > 50 * UInt64(least))
    }
  }

  @Test func whereThereAreNoWorkersTheRunHasItAll() throws {
    for (mode, workers) in [(ExecutionMode.serial, 1), (.thread, 1), (.thread, 16)] {
      let least = MemoryBudget.minimum(mode, workers: workers, threads: 1)
      #expect(MemoryBudget(limit: least - 1, mode: mode, workers: workers, threads: 1) == nil)
      let budget = try #require(MemoryBudget(limit: least + 5, mode: mode, workers: workers, threads: 1))
      #expect(budget.supervisor == UInt64(least + 5 - MemoryBudget.program))
      #expect(budget.aggregator == 0 && budget.parser == 0 && budget.reader == 0)
    }
    let serial = MemoryBudget.minimum(.serial, workers: 1, threads: 1)
    #expect(serial < MemoryBudget.minimum(.thread, workers: 1, threads: 1))
    let larger = MemoryBudget.minimum(.serial, workers: 1, threads: 1, program: MemoryBudget.program + 3)
    #expect(larger == serial + 3)
  }

  @Test func sharesByRole() throws {
    let budget = try #require(MemoryBudget(limit: 1 << 30, mode: .process, workers: 2, threads: 1))
    #expect(WorkerRole.allCases.map(budget.share) == [budget.reader, budget.parser, budget.aggregator])
  }

  @Test func crossesInBinaryForm() throws {
    let budget = try #require(MemoryBudget(limit: 1 << 30, mode: .process, workers: 2, threads: 1))
    var writer = ByteWriter()
    budget.encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try MemoryBudget(from: &reader) == budget && reader.remaining == 0)
    HostileBytes.check(writer.bytes, reader: { (reader) throws(ByteCodingError) in try MemoryBudget(from: &reader) })
  }

  @Test func littleMemoryMakesSmallPiecesAndGrowthLimits() throws {
    var settings = RunSettings(mode: .process, workers: 2)
    let question = Question()
    #expect(settings.growthLimit(of: .parser, question) > Retirement.standardGrowthLimit)
    let facts = try TestInput.file([UInt8](repeating: 10, count: 64), named: "in.csv").facts
    var large = facts
    large.size = 4 << 30
    #expect(settings.standardChunkSize(for: [large]) == 8 << 20)
    settings.budget = MemoryBudget(limit: 160 << 20, mode: .process, workers: 2, threads: 1)
    let budget = try #require(settings.budget)
    #expect(settings.growthLimit(of: .parser, question) == budget.parser / 2)
    #expect(settings.standardChunkSize(for: [large]) < 8 << 20)
  }

  @Test func whatIsSaidOfARunThatNeedsMore() throws {
    let budget = try #require(MemoryBudget(limit: 200 << 20, mode: .process, workers: 2, threads: 1))
    let failure = MemoryAccount.failure(
      "pipe:aggregator", needs: 99 << 20, share: 98 << 20, budget, isAlone: false, holding: "12,345 groups")
    #expect(failure.kind == .system && failure.remedy?.contains("--memory-limit") == true)
    #expect(
      failure.message == "pipe:aggregator needs about 99 MiB, with 12,345 groups so far, but its share is 98 MiB of "
        + "the 200 MiB of --memory-limit")
    let unknown = MemoryAccount.failure("the run", share: 1, budget, isAlone: true, holding: "")
    #expect(unknown.message == "the run needs more, but the run has 1 MiB of the 200 MiB of --memory-limit")
  }

  @Test func theAccountKnowsTheProcess() throws {
    let budget = try #require(MemoryBudget(limit: 1 << 40, mode: .serial, workers: 1, threads: 1))
    guard let account = MemoryAccount(budget, "the run") else { return }
    try account.check()
    #expect(throws: RunFailure.self) { try account.check(next: 1 << 40) }
    #expect(throws: RunFailure.self) { try account.check(besides: 1 << 40) }
    #expect((MemoryAccount(nil, "the run") == nil) as Bool)
  }
}
