// When which configuration runs, and when there are samples enough. A value without a clock: it is told the time, so that
// tests can.

/// Runs all configurations once to warm up, then in rounds, each in an order drawn anew, so that whatever the machine does
/// meanwhile meets all of them alike. What measures a run from inside costs it time: so the warm-up, and after every fourth
/// round another one that is not timed, are for that.
///
/// It ends when the interval of every median is narrow, or when another round would not fit into the budget; never before
/// three rounds. A regime all of whose intervals are narrow is done, and one that is too dear for what is left of the budget
/// does not keep others from it. If the first runs show that three rounds of a regime do not fit into its share of the budget,
/// configurations are given up, the least telling ones first, and said to be.
package struct Schedule: Sendable {
  package enum Ending: Equatable, Sendable {
    /// Until all intervals are narrow, or these nanoseconds are spent.
    case budget(UInt64)
    /// So many rounds, however long it takes.
    case rounds(Int)
  }

  package enum Step: Equatable, Sendable {
    /// A run that is looked into and not timed.
    case look(Int)
    /// A timed run of a round, which counts from 1.
    case run(Int, round: Int)
    case end(Reason)
  }

  package enum Reason: String, Codable, Sendable {
    case narrow, budget, rounds
  }

  /// An interval of the median that is no wider than this part of it is narrow.
  package static let narrow = 0.05
  package static let fewestRounds = 3
  /// So many rounds are timed for each that is looked into.
  private static let roundsForLook = 4

  package let ending: Ending
  package let seed: UInt64
  private let ranks: [RankedConfiguration.Rank]
  private let groups: [Int]
  private var random: RandomSource
  private let start: UInt64
  private var warmUps: [Int]
  private var costs: [UInt64?]
  private var samples: [[Double]]
  private var queue: [Int] = []
  private var looks: [Int] = []
  /// The round that is under way or was the last.
  package private(set) var round = 0
  /// Configurations that there was no time for.
  package private(set) var givenUp: [Int] = []

  /// - Parameters:
  ///   - groups: for each configuration the number of its regime: within one, runs take about as long as each other.
  ///   - now: the time, in nanoseconds of some clock.
  package init(ranks: [RankedConfiguration.Rank], groups: [Int], ending: Ending, seed: UInt64, now: UInt64) {
    self.ranks = ranks
    self.groups = groups
    self.ending = ending
    self.seed = seed
    random = RandomSource(seed: seed)
    start = now
    costs = ranks.map { _ in nil }
    samples = ranks.map { _ in [] }
    // The most telling first, so that what they take is known when it must be decided what is given up.
    warmUps = ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
  }

  /// The wall times of the counted runs, in seconds.
  package func counted(_ index: Int) -> [Double] { samples[index] }

  /// The widest interval of all medians, in parts of the median; nil as long as not every one has one of 95 %.
  package var widest: Double? { widest(of: kept) }

  private func widest(of indices: [Int]) -> Double? {
    var widest = 0.0
    for index in indices {
      guard let estimate = MedianEstimate(samples[index]), estimate.count >= MedianEstimate.enough else { return nil }
      widest = max(widest, estimate.relativeWidth)
    }
    return widest
  }

  /// The configurations that have not been given up.
  private var kept: [Int] { ranks.indices.filter { !givenUp.contains($0) } }

  /// What is to be done at this moment.
  package mutating func next(now: UInt64) -> Step {
    while let index = warmUps.first {
      warmUps.removeFirst()
      if isAffordable(index, now) { return .look(index) }
      givenUp.append(index)
    }
    if let index = looks.popLast() { return .look(index) }
    if queue.isEmpty {
      let indices: [Int]
      switch nextRound(now) {
      case .end(let reason): return .end(reason)
      case .of(let some): indices = some
      }
      round += 1
      queue = shuffled(indices)
      if round > 1, round % Self.roundsForLook == 1 {
        looks = shuffled(indices)
        if let index = looks.popLast() { return .look(index) }
      }
    }
    return .run(queue.removeFirst(), round: round)
  }

  /// Takes in what a run took: of its own wall time in seconds, and of the comparison's in nanoseconds.
  package mutating func note(_ step: Step, seconds: Double, cost: UInt64) {
    switch step {
    case .look(let index): costs[index] = cost
    case .run(let index, _):
      samples[index].append(seconds)
      // The mean of before and now follows changes without being led by one odd run.
      costs[index] = costs[index].map { ($0 + cost) / 2 } ?? cost
    case .end: break
    }
  }

  private func isAffordable(_ index: Int, _ now: UInt64) -> Bool {
    guard case .budget(let budget) = ending, ranks[index] != .essential else { return true }
    let own = costs.indices.filter { groups[$0] == groups[index] }.compactMap { costs[$0] }
    // Not yet known: as much as the dearest of the same regime so far.
    let likely = own.max() ?? 0
    // What has been spent on the regime so far, what three rounds of it will take, and the same for this one.
    let rounds = UInt64(Self.fewestRounds)
    let all = (own.reduce(0, +) + likely) * (rounds + 1)
    return all <= budget / UInt64(Set(groups).count)
  }

  private enum Round {
    case of([Int])
    case end(Reason)
  }

  /// Which configurations the next round has.
  private func nextRound(_ now: UInt64) -> Round {
    let budget: UInt64
    switch ending {
    case .rounds(let wanted): return round < wanted ? .of(kept) : .end(.rounds)
    case .budget(let nanoseconds): budget = nanoseconds
    }
    guard round >= Self.fewestRounds else { return .of(kept) }
    let regimes = Dictionary(grouping: kept) { groups[$0] }.values
      .filter { widest(of: $0).map { $0 > Self.narrow } ?? true }
    if regimes.isEmpty { return .end(.narrow) }
    // The cheap ones first; the runs that look into them come on top now and then.
    let runs: UInt64 = round % Self.roundsForLook == 0 ? 2 : 1
    func cost(_ indices: [Int]) -> UInt64 { runs * indices.reduce(0) { $0 + (costs[$1] ?? 0) } }
    var left = budget - min(budget, now - start)
    var indices: [Int] = []
    for regime in regimes.sorted(by: { (cost($0), $0[0]) < (cost($1), $1[0]) }) where cost(regime) <= left {
      left -= cost(regime)
      indices += regime
    }
    return indices.isEmpty ? .end(.budget) : .of(indices.sorted())
  }

  /// Fisher and Yates.
  private mutating func shuffled(_ all: [Int]) -> [Int] {
    var all = all
    for index in all.indices.dropLast() { all.swapAt(index, index + random.below(all.count - index)) }
    return all
  }
}
