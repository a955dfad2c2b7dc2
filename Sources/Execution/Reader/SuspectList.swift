// Which bytes of the input end the parsers that work on them: a value that narrows a range down to the record, which is
// then passed over. Only deaths by a parser's own doing count; what others do to it says nothing about the input.

import CSV
import Transport

/// Ranges that parsers have died on.
package struct SuspectList: Equatable, Sendable {
  /// One step of narrowing down.
  private enum Step: Int, Comparable, Sendable {
    /// The piece as it was.
    case whole, thousands, dozens, single
    /// The record is passed over; its end is looked for by the plain scanner, or is the end of its first line.
    case passedOver, passedOverByLine

    /// Records of a piece; nil for no bound.
    var recordLimit: Int? {
      switch self {
      case .whole: nil
      case .thousands: 4096
      case .dozens: 64
      case .single, .passedOver, .passedOverByLine: 1
      }
    }

    /// Deaths after which the next step is taken. Whether a record kills by itself is tried three times.
    var patience: Int { self == .thousands || self == .dozens ? 1 : SuspectList.deathsOfARecord }

    static func < (left: Step, right: Step) -> Bool { left.rawValue < right.rawValue }
  }

  private struct Suspect: Equatable, Sendable {
    var input: Int
    var first: Int
    var end: Int
    var step = Step.whole
    /// Deaths at this step, the last of them on a piece that starts here, by this signal.
    var deaths = 0
    var start = 0
    var signal: Int32 = 0
  }

  /// Fresh parsers that a record must have ended the same way before it is passed over.
  package static let deathsOfARecord = 3

  private var suspects: [Suspect] = []

  package init() {}

  package var isEmpty: Bool { suspects.isEmpty }

  /// A parser died of a piece.
  package mutating func note(_ work: WorkName, signal: Int32) {
    let (input, first) = (Int(work.input), Int(work.first))
    var suspect = Suspect(input: input, first: first, end: Int(work.end))
    if let index = index(input, first) { suspect = suspects.remove(at: index) }
    // A record must die of itself: the same start, the same signal. Of larger pieces any death counts.
    let isSame = suspect.start == first && suspect.signal == signal
    suspect.deaths = suspect.step < .single || isSame ? suspect.deaths + 1 : 1
    (suspect.start, suspect.signal) = (first, signal)
    if suspect.deaths >= suspect.step.patience, let next = Step(rawValue: suspect.step.rawValue + 1) {
      suspect.step = next
      suspect.deaths = 0
    }
    suspects.append(suspect)
  }

  /// How a piece that starts here is to be parsed.
  package func bounds(of start: Boundary) -> (recordLimit: Int?, poison: PoisonFact?) {
    guard let index = index(start.input, start.offset) else { return (nil, nil) }
    let suspect = suspects[index]
    guard suspect.step >= .passedOver, suspect.start == start.offset else { return (suspect.step.recordLimit, nil) }
    return (1, PoisonFact(signal: suspect.signal, endsAtLine: suspect.step == .passedOverByLine))
  }

  /// Whether a piece is to wait until everything before it is committed: only then it is sure to start at a record.
  package func holdsBack(_ start: Boundary, committed: Boundary) -> Bool {
    guard let index = index(start.input, start.offset), suspects[index].step > .whole else { return false }
    return start.input != committed.input || start.offset != committed.offset
  }

  /// What lies before the boundary has been parsed: it is not suspect any more.
  package mutating func pass(_ committed: Boundary) {
    for index in suspects.indices where suspects[index].input == committed.input {
      guard suspects[index].step >= .passedOver, committed.offset > suspects[index].start else { continue }
      // The rest of the range is as good as any other, until the next parser dies of it.
      suspects[index].first = committed.offset
      suspects[index].step = .whole
      suspects[index].deaths = 0
    }
    suspects.removeAll { ($0.input, $0.end) <= (committed.input, committed.offset) }
  }

  private func index(_ input: Int, _ offset: Int) -> Int? {
    suspects.firstIndex { $0.input == input && $0.first <= offset && offset < $0.end }
  }
}
