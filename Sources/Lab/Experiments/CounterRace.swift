// Workers that increment one counter on a board, all at once: the same code whether they are threads or processes.

import Transport

/// A race of `workers` who add 1 to a shared counter so many times each, round after round.
///
/// A round of which the result is exact whatever happens is run as often as one of which it is not, so that exactness is no
/// luck either.
struct CounterRace: Sendable {
  /// How a worker adds 1.
  enum Way: String, CaseIterable, Sendable {
    /// A load, then a store.
    case apart = "no lock"
    case locked = "a lock"
    case atomic = "atomic add"
  }

  static let increments: UInt64 = 100_000
  private static let gate = 0
  private static let counter = 1
  private static let goesOn = 2
  private static let roundCount = 3
  private static let lossCount = 4
  private static let failure = 5
  /// The least that a round has counted, as what it lacked.
  private static let deficit = 6
  /// From here on what the counter was at the end of the first rounds.
  private static let values = 7
  static let mostRounds = SharedBoard.wordCount - values

  let board: SharedBoard
  let workers: Int
  let way: Way
  /// How many rounds there are at least.
  let rounds: Int
  /// Until when there are more of them, if no update was lost in any yet, on the monotonic clock; of no account where
  /// none can be lost.
  let deadline: UInt64

  /// What the counter should be after a round.
  var wanted: UInt64 { UInt64(workers) * Self.increments }

  /// What worker `index` does; all are in this at once.
  func work(_ index: Int) {
    repeat {
      if index == 0 { board.store(0, in: Self.counter) }
      board.meet(at: Self.gate, parties: workers)
      switch way {
      case .apart: board.countApart(Self.counter, times: Self.increments)
      case .atomic: board.countAtomically(Self.counter, times: Self.increments)
      case .locked:
        let failed = board.countLocked(Self.counter, times: Self.increments, lock: 0)
        if failed != 0 { board.store(UInt64(failed), in: Self.failure) }
      }
      board.meet(at: Self.gate, parties: workers)
      if index == 0 { judge() }
      board.meet(at: Self.gate, parties: workers)
    } while board.load(Self.goesOn) != 0
  }

  /// Notes the end of a round, and whether there is another one.
  private func judge() {
    let value = board.load(Self.counter)
    let round = Int(board.load(Self.roundCount))
    if round < Self.mostRounds { board.store(value, in: Self.values + round) }
    board.store(UInt64(round + 1), in: Self.roundCount)
    if value != wanted { board.add(1, to: Self.lossCount) }
    board.store(max(board.load(Self.deficit), wanted - min(value, wanted)), in: Self.deficit)
    let isSought = way == .apart && board.load(Self.lossCount) == 0 && MonotonicClock.now() < deadline
    board.store(round + 1 < rounds || isSought ? 1 : 0, in: Self.goesOn)
  }

  /// What the board says when all workers have ended.
  func outcome() throws(LabFailure) -> RaceOutcome {
    let failed = board.load(Self.failure)
    guard failed == 0 else {
      throw LabFailure("a lock could not be taken: \(TransportError.reason(of: Int32(truncatingIfNeeded: failed)))")
    }
    let count = Int(board.load(Self.roundCount))
    return RaceOutcome(
      workers: workers, way: way, wanted: wanted, rounds: count, losses: Int(board.load(Self.lossCount)),
      least: wanted - board.load(Self.deficit),
      values: (0..<min(count, Self.mostRounds)).map { board.load(Self.values + $0) })
  }
}

/// What became of a race.
struct RaceOutcome: Equatable, Sendable {
  var workers: Int
  var way: CounterRace.Way
  /// What the counter should have been after each round.
  var wanted: UInt64
  var rounds: Int
  /// In how many of them updates were lost.
  var losses: Int
  /// The least that a round has counted.
  var least: UInt64
  /// What the counter was after the first rounds.
  var values: [UInt64]

  var isExact: Bool { rounds > 0 && losses == 0 && values.allSatisfy { $0 == wanted } }

  /// The result of a round in the middle of the first ones.
  var median: UInt64 { values.isEmpty ? 0 : values.sorted()[values.count / 2] }

  /// How many different wrong results there were among the first rounds.
  var distinct: Int { Set(values.filter { $0 != wanted }).count }

  /// Fails if an update was lost where none can be.
  func requireExact(_ who: String) throws(LabFailure) {
    guard isExact else {
      throw LabFailure(
        "\(workers) \(who) with \(way.rawValue) counted \(values.map(String.init).joined(separator: ", ")), not \(wanted)"
      )
    }
  }
}
