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
    wants.append(try journal.wantsState(ofSize: 0))
    try journal.append(result: [[1]])
    wants.append(try journal.wantsState(ofSize: 49))
    // As large as the results: asked again when there are twice as many.
    wants.append(try journal.wantsState(ofSize: 50))
    try journal.append(result: [Array(repeating: 1, count: 99)])
    wants.append(try journal.wantsState(ofSize: 0))
    try journal.append(result: [[1]])
    wants.append(try journal.wantsState(ofSize: 0))
    #expect(wants == [false, true, false, false, true])
    // A successor knows how many there are.
    var successor = self.journal(files)
    _ = try successor.recover { (_, _) throws(StageError) in }
    wants = [try successor.wantsState(ofSize: 99), try successor.wantsState(ofSize: 100)]
    #expect(wants == [true, false])
    // A large state waits for twice as many results.
    try journal.begin(state: [], partials: [Array(repeating: 1, count: 80)])
    try journal.append(result: [Array(repeating: 1, count: 159)])
    wants = [try journal.wantsState(ofSize: 0)]
    try journal.append(result: [[1]])
    wants.append(try journal.wantsState(ofSize: 0))
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

  private func counts(_ result: Int, rejects: Int = 0) -> OutputCounts {
    var counts = OutputCounts()
    counts[.result] = result
    counts[.rejects] = rejects
    return counts
  }

  /// A state that says so many bytes were written.
  private func state(_ result: Int, rejects: Int = 0) -> [UInt8] {
    var writer = ByteWriter()
    counts(result, rejects: rejects).encode(into: &writer)
    return writer.bytes
  }

  /// The last state that counts where so much has arrived, and how many results follow it; nil if there is none.
  private func fitting(_ files: JournalFiles, _ delivered: OutputCounts) throws -> (state: [UInt8], results: Int)? {
    var journal = journal(try files.copy())
    var last: (state: [UInt8], results: Int)?
    let isThere = try journal.recover(delivered: delivered) { (entry, bytes) throws(StageError) in
      if entry == .state { last = (bytes, 0) }
      if entry == .result { last?.results += 1 }
    }
    #expect(isThere == (last != nil))
    return last
  }

  @Test func aStateThatSaysMoreThanHasArrivedDoesNotCount() throws {
    let files = try JournalFiles(leastLog: 150)
    var journal = journal(files)
    // Each state has 48 bytes with its header, so that each file holds three.
    try journal.begin(state: state(0), partials: [])
    for written in stride(from: 10, through: 50, by: 10) { try journal.append(state: state(written)) }
    for written in 0..<60 {
      // The states of the older file count as long as it is whole.
      let found = try #require(try fitting(files, counts(written)))
      #expect(found.state == state(min(50, written / 10 * 10)), "of \(written) bytes")
    }
    // Every output must have arrived.
    try journal.begin(state: state(60, rejects: 5), partials: [])
    #expect(try fitting(files, counts(60, rejects: 5))?.state == state(60, rejects: 5))
    #expect(try fitting(files, counts(99, rejects: 4))?.state != state(60, rejects: 5))
  }

  @Test func resultsCountOnlyBehindAStateThatDoes() throws {
    let files = try JournalFiles(leastLog: 100)
    var journal = journal(files)
    try journal.begin(state: state(0), partials: [[1]])
    try journal.append(result: [[1]])
    try journal.append(result: [[2]])
    try journal.begin(state: state(7), partials: [])
    try journal.append(result: [[3]])
    #expect(try fitting(files, counts(6))?.results == 2)
    #expect(try fitting(files, counts(7))?.results == 1)
    // Whoever goes on from the older state puts the next one in the place of the one that did not count.
    var next = self.journal(files)
    _ = try next.recover(delivered: counts(6)) { (_, _) throws(StageError) in }
    try next.append(result: [[4]])
    #expect(try fitting(files, counts(6))?.results == 3)
    // It does not come back as soon as more has arrived.
    #expect(try fitting(files, counts(99))?.results == 3)
    try next.begin(state: state(9), partials: [])
    #expect(try fitting(files, counts(9))?.state == state(9))
    #expect(try fitting(files, counts(8))?.results == 3)
    // Nothing fits: the next state is the newest all the same.
    var last = self.journal(files)
    try last.begin(state: state(20), partials: [])
    try last.begin(state: state(21), partials: [])
    var new = self.journal(files)
    let isThere = try new.recover(delivered: counts(5)) { (_, _) throws(StageError) in }
    #expect(!isThere)
    try new.begin(state: state(0), partials: [])
    #expect(try fitting(files, counts(5))?.state == state(0))
    #expect(try found(files) == [Entry(.state, state(0))])
  }

  /// On a disk the other file is given up only when this one counts whatever happens.
  @Test func aFileIsGivenUpWhenTheOtherOneIsSafe() throws {
    let files = try JournalFiles(leastLog: 100)
    let descriptor = try RecordFile.makeDescriptor()
    let durable = StateFiles(journal: files.descriptors, marks: descriptor)
    let disk = DurableMarks(descriptor)
    try disk.put(DurableMark(sequence: 1, boot: "b", written: counts(0)))
    var journal = StateJournal(files: durable, leastLog: 100)
    try journal.begin(state: state(0), partials: [])
    for written in 1...4 { try journal.append(state: state(written)) }
    // The first file says that nothing was written, which is so; the second one says more than is on the disk.
    let early = files.lengths
    for written in 5...40 { try journal.append(state: state(written)) }
    #expect(early.contains { $0 > 100 } && files.lengths.allSatisfy { $0 > 100 })
    for written in 0...40 { #expect(try fitting(files, counts(written))?.state == state(written)) }
    try disk.put(DurableMark(sequence: 2, boot: "b", written: counts(40)))
    try journal.append(state: state(41))
    #expect(try fitting(files, counts(41))?.state == state(41))
    #expect(files.lengths.min() == 24 + 48)
    // The same with results: no state takes their place before it may.
    try journal.append(result: [Array(repeating: 1, count: 200)])
    var wants = try journal.wantsState(ofSize: 0)
    #expect(!wants)
    try disk.put(DurableMark(sequence: 3, boot: "b", written: counts(41)))
    wants = try journal.wantsState(ofSize: 0)
    #expect(wants)
  }

  /// A successor that has much to merge is ended again before it commits anything new. A disk is slower to write than that.
  @Test func inMemoryLittleIsLeftToMerge() throws {
    let marks = try RecordFile.makeDescriptor()
    try DurableMarks(marks).put(DurableMark(sequence: 1, boot: "b", written: counts(0)))
    for isDurable in [false, true] {
      let files = try JournalFiles(leastLog: 100)
      var journal = StateJournal(files: StateFiles(journal: files.descriptors, marks: isDurable ? marks : nil))
      try journal.begin(state: state(0), partials: [])
      try journal.append(result: [Array(repeating: 1, count: 300 << 10)])
      let wants = try journal.wantsState(ofSize: 1000)
      #expect(wants != isDurable)
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
