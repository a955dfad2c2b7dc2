// The schedule, with a clock that tests turn.

import Lab
import Testing

struct ScheduleTests {
  private static let second: UInt64 = 1_000_000_000

  /// Runs a schedule to its end; a configuration takes as long as given, in milliseconds, and every run a little more or less.
  private func course(
    _ schedule: inout Schedule, milliseconds: [UInt64], jitter: Double = 0
  ) -> (steps: [Schedule.Step], reason: Schedule.Reason, now: UInt64) {
    var steps: [Schedule.Step] = []
    var now: UInt64 = 0
    var random = RandomSource(seed: 99)
    while steps.count < 100_000 {
      let step = schedule.next(now: now)
      let index: Int
      switch step {
      case .end(let reason): return (steps, reason, now)
      case .look(let number), .run(let number, _): index = number
      }
      steps.append(step)
      let part = 1 + jitter * (Double(random.below(1000)) / 1000 - 0.5)
      let cost = UInt64(Double(milliseconds[index]) * 1e6 * part)
      schedule.note(step, seconds: Double(cost) / 1e9, cost: cost)
      now += cost
    }
    return (steps, .rounds, now)
  }

  private func rounds(_ steps: [Schedule.Step]) -> [[Int]] {
    var rounds: [Int: [Int]] = [:]
    for step in steps { if case .run(let index, let round) = step { rounds[round, default: []].append(index) } }
    return rounds.sorted { $0.key < $1.key }.map(\.value)
  }

  @Test func everyRoundRunsEachOnceInAnotherOrder() {
    var schedule = Schedule(
      ranks: Array(repeating: .useful, count: 6), groups: Array(repeating: 0, count: 6), ending: .rounds(20), seed: 3,
      now: 0)
    let (steps, reason, _) = course(&schedule, milliseconds: Array(repeating: 10, count: 6))
    let rounds = rounds(steps)
    #expect(reason == .rounds)
    #expect(rounds.count == 20)
    #expect(rounds.allSatisfy { $0.sorted() == Array(0..<6) })
    #expect(Set(rounds).count > 15)
    // Each stands at each place now and then.
    for place in 0..<6 { #expect(Set(rounds.map { $0[place] }).count >= 5) }
    #expect(steps.prefix(6).allSatisfy { if case .look = $0 { true } else { false } })
  }

  @Test func everyFourthRoundAllAreLookedInto() {
    var schedule = Schedule(
      ranks: Array(repeating: .useful, count: 3), groups: [0, 0, 0], ending: .rounds(9), seed: 3, now: 0)
    let (steps, _, _) = course(&schedule, milliseconds: [10, 10, 10])
    let isLook = steps.map { if case .look = $0 { true } else { false } }
    // The warm-up, four rounds, a look, four rounds, a look, one round.
    let parts = [true, false, true, false, true, false].enumerated().flatMap { place, look in
      Array(repeating: look, count: [3, 12, 3, 12, 3, 3][place])
    }
    #expect(isLook == parts)
  }

  @Test func theSeedDecidesTheOrder() {
    let orders = [UInt64(5), 5, 6].map { seed in
      var schedule = Schedule(
        ranks: Array(repeating: .useful, count: 5), groups: Array(repeating: 0, count: 5), ending: .rounds(4),
        seed: seed, now: 0)
      return rounds(course(&schedule, milliseconds: Array(repeating: 1, count: 5)).steps)
    }
    #expect(orders[0] == orders[1])
    #expect(orders[0] != orders[2])
  }

  @Test func endsWhenIntervalsAreNarrow() {
    var schedule = Schedule(
      ranks: [.essential, .useful], groups: [0, 0], ending: .budget(60 * Self.second), seed: 1, now: 0)
    let (steps, reason, _) = course(&schedule, milliseconds: [10, 20], jitter: 0.01)
    #expect(reason == .narrow)
    #expect(rounds(steps).count == MedianEstimate.enough)
  }

  @Test func endsWhenTheBudgetIsSpent() {
    var schedule = Schedule(
      ranks: [.essential, .useful], groups: [0, 0], ending: .budget(2 * Self.second), seed: 1, now: 0)
    let (steps, reason, now) = course(&schedule, milliseconds: [30, 30], jitter: 1)
    #expect(reason == .budget)
    #expect(now <= 2 * Self.second)
    #expect(rounds(steps).count >= 20)
  }

  @Test func givesUpWhatThereIsNoTimeForAndSaysSo() {
    // Four runs of each would take 4 s; the budget has room for the first two ranks.
    var schedule = Schedule(
      ranks: [.detail, .essential, .useful, .essential, .telling], groups: [0, 0, 0, 0, 0],
      ending: .budget(2_500_000_000), seed: 1, now: 0)
    let (steps, _, now) = course(&schedule, milliseconds: [200, 200, 200, 200, 200])
    #expect(Set(schedule.givenUp) == [0, 2])
    #expect(now <= 2_500_000_000)
    #expect(rounds(steps).count >= 3)
    #expect(rounds(steps).allSatisfy { Set($0) == [1, 3, 4] })
  }

  @Test func whatIsEssentialRunsThreeTimesWhateverItTakes() {
    var schedule = Schedule(
      ranks: [.essential, .useful], groups: [0, 0], ending: .budget(Self.second), seed: 1, now: 0)
    let (steps, reason, _) = course(&schedule, milliseconds: [5000, 5000])
    #expect(schedule.givenUp == [1])
    #expect(rounds(steps) == [[0], [0], [0]])
    #expect(reason == .budget)
  }

  @Test func aDearRegimeDoesNotDriveOutACheapOne() {
    // The second regime takes 100 times as long: of it only what is essential stays, which alone is beyond its share.
    var schedule = Schedule(
      ranks: [.essential, .useful, .essential, .useful], groups: [0, 0, 1, 1], ending: .budget(10 * Self.second),
      seed: 1, now: 0)
    let (steps, reason, now) = course(&schedule, milliseconds: [20, 20, 2000, 2000], jitter: 0.5)
    #expect(schedule.givenUp == [3])
    #expect(reason == .budget)
    #expect(now <= 10 * Self.second)
    // What is left when there is no time for another dear run goes to the cheap ones.
    let rounds = rounds(steps)
    #expect(rounds.prefix(3).allSatisfy { Set($0) == [0, 1, 2] })
    #expect(rounds.last.map(Set.init) == [0, 1])
    #expect(rounds.count > 10)
  }

  @Test func aCertainRegimeIsDone() {
    // No run of the first differs from another; the second never settles.
    var schedule = Schedule(
      ranks: [.essential, .essential], groups: [0, 1], ending: .budget(Self.second), seed: 1, now: 0)
    var now: UInt64 = 0
    var counts = [0, 0]
    var random = RandomSource(seed: 4)
    while true {
      let step = schedule.next(now: now)
      var index = 0
      switch step {
      case .end(let reason):
        #expect(reason == .budget)
        #expect(counts[0] == MedianEstimate.enough)
        #expect(counts[1] > 20)
        return
      case .look(let number): index = number
      case .run(let number, _):
        index = number
        counts[number] += 1
      }
      let cost = UInt64(index == 0 ? 10_000_000 : 5_000_000 + random.below(20_000_000))
      schedule.note(step, seconds: Double(cost) / 1e9, cost: cost)
      now += cost
    }
  }
}
