// What the measurements mean, in sentences that name their numbers.

/// One sentence of the verdict.
package struct Verdict: Codable, Equatable, Sendable {
  package enum Kind: String, CaseIterable, Codable, Sendable {
    // What bounds the run.
    case sourceBound, parserBound, readerBound, aggregatorBound, consumerBound, startUpBound, unclear
    /// There is one core, whatever else.
    case oneCore
    // Threads against processes.
    case modesTie, threadsWin, processesWin
    /// What processes cost, and what for.
    case priceOfProcesses
    case hybrid
    // How many workers.
    case workersHelp, workersEnough
    // What else was compared.
    case parsers, links, handOff, chunkSizes, combining
    /// The page cache could not be dropped.
    case notCold
    /// The inputs did not stay in the page cache.
    case notWarm
    /// What to use in a regime.
    case choice
    /// The choice is another one in another regime.
    case choiceChanges
    /// What the budget did not reach.
    case givenUp
  }

  package var kind: Kind
  /// The regime that it is about; nil of all.
  package var regime: String?
  package var sentence: String

  package init(_ kind: Kind, _ regime: ComparisonRegime? = nil, _ sentence: String) {
    self.kind = kind
    self.regime = regime?.text
    self.sentence = sentence
  }
}
