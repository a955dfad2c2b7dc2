// The closing check: every byte of every input and every record is accounted for.

/// The books of one run.
package struct Books: Equatable, Sendable {
  /// One input.
  package struct Input: Equatable, Sendable {
    package var name: String
    package var bytes: Int
    package var committed: Int
    /// Bytes behind the point where reading ended on purpose.
    package var unread: Int { bytes - committed }
  }

  package var inputs: [Input]
  package var tally: Tally
  package var isComplete: Bool

  package init(names: [String], reader: ReaderFindings, aggregator: AggregatorFindings) {
    inputs = []
    for (index, name) in names.enumerated() {
      inputs.append(
        Input(
          name: name, bytes: index < reader.sizes.count ? reader.sizes[index] : 0,
          committed: index < aggregator.committed.count ? aggregator.committed[index] : 0))
    }
    tally = aggregator.tally
    isComplete = aggregator.isComplete
  }

  /// What does not add up, or nil.
  package var imbalance: RunFailure? {
    if !tally.balances {
      return .imbalance(
        "\(tally.records) records read, but \(tally.used) used + \(tally.filtered) filtered + \(tally.rejected) rejected"
      )
    }
    for input in inputs where input.unread < 0 || (isComplete && input.unread != 0) {
      return .imbalance("\(input.name): \(input.committed) of \(input.bytes) bytes are accounted for")
    }
    return nil
  }
}
