// The files in which an aggregator keeps its state: in memory, for a successor, or on a disk, for another run.

import Transport

/// Where the state of an aggregation is kept.
package struct StateFiles: Sendable {
  /// Two files that nobody else writes.
  package var journal: [Descriptor]
  /// Where the state must outlive the machine: what is known to be on its disk of the outputs.
  package var marks: Descriptor?

  package init(journal: [Descriptor], marks: Descriptor? = nil) {
    precondition(journal.count == 2, "a journal is two files")
    self.journal = journal
    self.marks = marks
  }

  /// What `descriptors` gave, in another process; nil if it is nothing of that kind.
  package init?(_ descriptors: [Descriptor]) {
    guard (2...3).contains(descriptors.count) else { return nil }
    self.init(journal: Array(descriptors.prefix(2)), marks: descriptors.count == 3 ? descriptors[2] : nil)
  }

  package var descriptors: [Descriptor] { journal + (marks.map { [$0] } ?? []) }

  /// Files in memory.
  package static func inMemory() throws(TransportError) -> StateFiles {
    StateFiles(journal: [try RecordFile.makeDescriptor(), try RecordFile.makeDescriptor()])
  }
}

/// What a run goes on from, and where it keeps its state for another run.
package struct KeptState: Sendable {
  package var files: StateFiles
  /// Bytes of each output that are there already. What is written goes behind them.
  package var delivered: OutputCounts

  package init(files: StateFiles, delivered: OutputCounts) {
    self.files = files
    self.delivered = delivered
  }
}
