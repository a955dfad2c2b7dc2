// The closing check must notice every way in which books can be wrong.

import Execution
import Testing

@Suite struct BooksTests {
  private func books(
    sizes: [Int], committed: [Int], records: (Int, used: Int, filtered: Int, rejected: Int) = (0, 0, 0, 0),
    isComplete: Bool = true
  ) -> Books {
    var reader = ReaderFindings()
    reader.sizes = sizes
    var tally = Tally()
    (tally.records, tally.used, tally.filtered, tally.rejected) = records
    var aggregator = AggregatorFindings(committed: committed, tally: tally)
    aggregator.isComplete = isComplete
    return Books(names: committed.indices.map { "\($0).csv" }, reader: reader, aggregator: aggregator)
  }

  @Test func balance() {
    let books = books(sizes: [10, 0], committed: [10, 0], records: (6, 3, 2, 1))
    #expect(books.imbalance == nil)
    #expect(books.inputs.map(\.unread) == [0, 0])
    #expect(books.inputs.map(\.name) == ["0.csv", "1.csv"])
  }

  @Test func everyRecordIsUsedFilteredOrRejected() {
    for records in [(7, 3, 2, 1), (5, 3, 2, 1), (0, 0, 1, 0)] {
      let failure = books(sizes: [1], committed: [1], records: records).imbalance
      #expect(failure?.kind == .books)
      #expect(failure?.message.contains("\(records.0) records read") == true)
    }
  }

  @Test func everyByteOfACompleteRunIsCommitted() {
    let failure = books(sizes: [10, 20], committed: [10, 19]).imbalance
    #expect(failure?.kind == .books)
    #expect(failure?.message == "the books do not balance: 1.csv: 19 of 20 bytes are accounted for")
  }

  @Test func aRunThatEndedEarlyMayLeaveBytesUnread() {
    let early = books(sizes: [10, 20], committed: [4, 0], isComplete: false)
    #expect(early.imbalance == nil)
    #expect(early.inputs.map(\.unread) == [6, 20])
  }

  @Test func noMoreIsCommittedThanThereIs() {
    #expect(books(sizes: [10], committed: [11], isComplete: false).imbalance?.kind == .books)
    // An input that the reader never saw has no bytes.
    #expect(books(sizes: [], committed: [1], isComplete: false).imbalance?.kind == .books)
  }
}
