// What an aggregator leaves behind: at whatever byte it ends, one of the two files is whole, and that counts.

import CSV
import Query
import Testing
import Transport

@testable import Execution

@Suite struct StateJournalTests {
  private struct Entry: Equatable {
    var kind: StateJournal.Entry
    var bytes: [UInt8]

    init(_ kind: StateJournal.Entry, _ bytes: [UInt8]) {
      self.kind = kind
      self.bytes = bytes
    }
  }

  private func journal(_ files: JournalFiles) -> StateJournal {
    StateJournal(files: files.files, leastLog: files.leastLog)
  }

  /// What a successor finds; nil if nothing.
  private func found(_ files: JournalFiles) throws -> [Entry]? {
    var journal = journal(files)
    var entries: [Entry] = []
    let isThere = try journal.recover { (kind, bytes) throws(StageError) in entries.append(Entry(kind, bytes)) }
    return isThere ? entries : nil
  }

  @Test func twoEmptyFilesHoldNothing() throws {
    let files = try JournalFiles(leastLog: 100)
    #expect(try found(files) == nil)
    // Nor does a state of which only a part is there.
    var journal = journal(files)
    try journal.begin(state: [1, 2, 3], partials: [[4]])
    for length in 0..<files.lengths[1] {
      let copy = try files.copy()
      copy.truncate(1, to: length)
      #expect(try found(copy) == nil)
    }
    #expect(try found(files) == [Entry(.partial, [4]), Entry(.state, [1, 2, 3])])
  }

  @Test func aStateCountsOnceItIsWhole() throws {
    let files = try JournalFiles(leastLog: 100)
    var journal = journal(files)
    try journal.begin(state: [1], partials: [])
    try journal.append(result: [[2, 2], [2]])
    try journal.append(result: [[3]])
    let old = [Entry(.state, [1]), Entry(.result, [2, 2, 2]), Entry(.result, [3])]
    for length in files.lengths[1] - 25..<files.lengths[1] {
      let copy = try files.copy()
      copy.truncate(1, to: length)
      #expect(try found(copy) == Array(old[..<2]))
    }
    try journal.begin(state: [9, 9], partials: [[7], [8, 8]])
    let new = [Entry(.partial, [7]), Entry(.partial, [8, 8]), Entry(.state, [9, 9])]
    #expect(try found(files) == new)
    for length in 0..<files.lengths[0] {
      let copy = try files.copy()
      copy.truncate(0, to: length)
      #expect(try found(copy) == old, "the new state ends at byte \(length)")
      // Whoever goes on from there puts the next state in the place of the one that was never finished.
      var next = self.journal(copy)
      _ = try next.recover { (_, _) throws(StageError) in }
      try next.append(result: [[4]])
      #expect(try found(copy) == old + [Entry(.result, [4])])
      try next.begin(state: [5], partials: [])
      #expect(try found(copy) == [Entry(.state, [5])])
    }
  }

  @Test func damageInANewStateLeavesTheOldOne() throws {
    let files = try JournalFiles(leastLog: 100)
    var journal = journal(files)
    try journal.begin(state: [1], partials: [])
    try journal.append(result: [[2]])
    try journal.begin(state: [3], partials: [[4]])
    for byte in 0..<files.lengths[0] where !(20..<24).contains(byte % 24) {
      let copy = try files.copy()
      copy.flip(0, at: byte)
      let now = try found(copy)
      // The last record ends the file; its payload is one byte behind two headers, and a payload.
      #expect(now == [Entry(.state, [1]), Entry(.result, [2])] || (byte - 1) % 24 >= 20 && now?.count == 2)
    }
  }

  @Test func resultsArePutTogetherWhereAStateIsMuchSmaller() throws {
    let files = try JournalFiles(leastLog: 100)
    var journal = journal(files)
    try journal.begin(state: [], partials: [])
    var wants: [Bool] = []
    try journal.append(result: [Array(repeating: 1, count: 99)])
    wants.append(journal.wantsState(ofSize: 0))
    try journal.append(result: [[1]])
    wants.append(journal.wantsState(ofSize: 49))
    // As large as the results: asked again when there are twice as many.
    wants.append(journal.wantsState(ofSize: 50))
    try journal.append(result: [Array(repeating: 1, count: 99)])
    wants.append(journal.wantsState(ofSize: 0))
    try journal.append(result: [[1]])
    wants.append(journal.wantsState(ofSize: 0))
    #expect(wants == [false, true, false, false, true])
    // A successor knows how many there are.
    var successor = self.journal(files)
    _ = try successor.recover { (_, _) throws(StageError) in }
    wants = [successor.wantsState(ofSize: 99), successor.wantsState(ofSize: 100)]
    #expect(wants == [true, false])
    // A large state waits for twice as many results.
    try journal.begin(state: [], partials: [Array(repeating: 1, count: 80)])
    try journal.append(result: [Array(repeating: 1, count: 159)])
    wants = [journal.wantsState(ofSize: 0)]
    try journal.append(result: [[1]])
    wants.append(journal.wantsState(ofSize: 0))
    #expect(wants == [false, true])
  }

  @Test func smallStatesFollowEachOtherAndTheFilesStayShort() throws {
    let files = try JournalFiles(leastLog: 200)
    var journal = journal(files)
    try journal.begin(state: [0], partials: [])
    for value in UInt8(1)..<100 {
      try journal.append(state: [value, value])
      let entries = try #require(try found(files))
      #expect(entries.last == Entry(.state, [value, value]))
      #expect(entries.allSatisfy { $0.kind == .state })
      #expect(files.lengths.allSatisfy { $0 <= 200 + 26 })
      // The last one may be cut.
      if entries.count > 1 {
        let copy = try files.copy()
        for index in 0..<2 where copy.lengths[index] > 0 { copy.truncate(index, to: copy.lengths[index] - 1) }
        #expect(try found(copy)?.last == Entry(.state, value == 1 ? [0] : [value - 1, value - 1]))
      }
    }
  }

  @Test func whatNobodyWroteIsABrokenInvariant() throws {
    let files = try JournalFiles(leastLog: 100)
    var journal = journal(files)
    try journal.begin(state: [1], partials: [])
    var file = RecordFile(files.descriptors[1])
    try file.forEach(failing: { $0 }, { (_) throws(TransportError) in })
    try file.append(kind: 77, [])
    var failure: RunFailure?
    do throws(StageError) {
      _ = try self.journal(files).recovered()
    } catch {
      if case .failure(let reason) = error { failure = reason }
    }
    #expect(failure == RunFailure(.books, "the saved state holds what nobody wrote"))
  }

  @Test func aStateOfAnotherRunIsRefused() throws {
    let files = try JournalFiles(leastLog: 100)
    var question = Question()
    question.aggregates = ["count"]
    let survey = Survey(
      dialect: Dialect(), columns: [Array("a".utf8)], sampledTypes: [.text], header: Array("a\n".utf8))
    let plan = try Plan.make(question, survey)
    var failures: [RunFailure?] = []
    for names in [["a.csv", "b.csv"], ["a.csv", "b.csv"], ["a.csv"]] {
      var stage = AggregatorStage(plan: plan, inputNames: names)
      var meter = StageMeter()
      do throws(StageError) {
        try stage.keepState(in: files.files, delivered: OutputCounts(), sink: RecordingSink(), meter: &meter)
        failures.append(nil)
      } catch {
        if case .failure(let reason) = error { failures.append(reason) }
      }
    }
    #expect(
      failures == [
        nil, nil, RunFailure(.books, "the saved state of the run is damaged: a state of other inputs"),
      ])
  }
}

extension StateJournal {
  fileprivate func recovered() throws(StageError) -> Bool {
    var journal = self
    return try journal.recover { (_, _) throws(StageError) in }
  }
}
