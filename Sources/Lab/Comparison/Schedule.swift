// When which configuration runs, and when there are samples enough. A value without a clock: it is told the time, so that
// tests can.

/// Runs all configurations once to warm up, then in rounds, each in an order drawn anew, so that whatever the machine does
/// meanwhile meets all of them alike. What measures a run from inside costs it time: so the warm-up, and after every fourth
/// round another one that is not timed, are for that.
///
/// It ends when the interval of every median is narrow, or when another round would not fit into the budget; never before
/// three rounds. If the first runs show that three rounds do not fit, configurations are given up, the least telling ones
/// first, and said to be.
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
  package var widest: Double? {
    var widest = 0.0
    for index in samples.indices where !givenUp.contains(index) {
      guard let estimate = MedianEstimate(samples[index]), estimate.count >= MedianEstimate.enough else { return nil }
      widest = max(widest, estimate.relativeWidth)
    }
    return widest
  }

  /// What is to be done at this moment.
  package mutating func next(now: UInt64) -> Step {
    while let index = warmUps.first {
      warmUps.removeFirst()
      if isAffordable(index, now) { return .look(index) }
      givenUp.append(index)
    }
    if let index = looks.popLast() { return .look(index) }
    if queue.isEmpty {
      if let reason = reasonToEnd(now) { return .end(reason) }
      round += 1
      let kept = ranks.indices.filter { !givenUp.contains($0) }
      queue = shuffled(kept)
      if round > 1, round % Self.roundsForLook == 1 {
        looks = shuffled(kept)
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
    // Not yet known: as much as the dearest of the same regime so far.
    let likely = costs.indices.filter { groups[$0] == groups[index] }.compactMap { costs[$0] }.max() ?? 0
    let rounds = UInt64(Self.fewestRounds)
    let promised = costs.reduce(0) { $0 + ($1 ?? 0) } * rounds
    // Essential ones that were not tried come first, so there is nothing else to keep time for.
    return now - start + promised + likely * (rounds + 1) <= budget
  }

  private func reasonToEnd(_ now: UInt64) -> Reason? {
    if case .rounds(let wanted) = ending { return round >= wanted ? .rounds : nil }
    guard round >= Self.fewestRounds else { return nil }
    if let widest, widest <= Self.narrow { return .narrow }
    guard case .budget(let budget) = ending else { return nil }
    let looks: UInt64 = round % Self.roundsForLook == 0 ? 2 : 1
    let cost = looks * costs.reduce(0) { $0 + ($1 ?? 0) }
    return now - start + cost > budget ? .budget : nil
  }

  /// Fisher and Yates.
  private mutating func shuffled(_ all: [Int]) -> [Int] {
    var all = all
    for index in all.indices.dropLast() { all.swapAt(index, index + random.below(all.count - index)) }
    return all
  }
}
