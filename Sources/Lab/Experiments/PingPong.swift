// Two who hand a turn to and fro: all that they do is to wake the other and to sleep.

import CLinux
import Glibc
import Transport

/// What the turn is handed over by.
enum TurnCarrier: String, CaseIterable, Sendable {
  case futex, pipe, eventfd

  /// Makes one; for each side its descriptors.
  func makeEnds() throws(LabFailure) -> (first: [Descriptor], second: [Descriptor]) {
    do throws(TransportError) {
      switch self {
      case .futex:
        let memory = try SharedWords.make()
        return ([memory], [try memory.duplicate()])
      case .pipe:
        let (there, back) = (try Descriptor.pipe(), try Descriptor.pipe())
        return ([back.read, there.write], [there.read, back.write])
      case .eventfd:
        let (there, back) = (try Self.event(), try Self.event())
        return ([back, there], [try there.duplicate(), try back.duplicate()])
      }
    } catch {
      throw LabFailure("\(rawValue): \(error.description)")
    }
  }

  /// The descriptors of one who hands the turn to himself.
  func makeLoop() throws(LabFailure) -> [Descriptor] {
    let ends = try makeEnds()
    switch self {
    case .futex: return ends.first
    // What is written there is read here.
    case .pipe: return [ends.second[0], ends.first[1]]
    case .eventfd: return [ends.second[0], ends.first[1]]
    }
  }

  private static func event() throws(TransportError) -> Descriptor {
    let number = clinux_event()
    guard number >= 0 else { throw TransportError(call: "eventfd", errno: errno) }
    return Descriptor(owning: number)
  }
}

/// One of the two.
struct TurnTaker: Sendable {
  private enum Way: Sendable {
    case words(SharedWords)
    case descriptors(reading: Descriptor, writing: Descriptor, length: Int)
  }

  private let way: Way
  private let isFirst: Bool

  init(_ carrier: TurnCarrier, isFirst: Bool, _ ends: [Descriptor]) throws(LabFailure) {
    self.isFirst = isFirst
    defer { withExtendedLifetime(ends) {} }
    switch carrier {
    case .futex: way = .words(try SharedWords(ends[0].number))
    case .pipe: way = .descriptors(reading: ends[0], writing: ends[1], length: 1)
    case .eventfd: way = .descriptors(reading: ends[0], writing: ends[1], length: 8)
    }
  }

  /// Takes part in so many rounds; each hands the turn there and back.
  func play(rounds: Int) throws(LabFailure) {
    for _ in 0..<rounds {
      if isFirst { try pass() }
      try wait()
      if !isFirst { try pass() }
    }
  }

  /// The calls of one handing over, made by one alone who finds his turn at once and wakes nobody.
  func playAlone(rounds: Int) throws(LabFailure) {
    for _ in 0..<rounds {
      try pass()
      if case .words(let words) = way {
        // As the call that sleeps, but the word is another one already.
        try words.look(at: 0, for: isFirst ? 0 : 1)
      } else {
        try wait()
      }
    }
  }

  private func pass() throws(LabFailure) {
    switch way {
    case .words(let words): words.storeAndWake(0, isFirst ? 1 : 0)
    case .descriptors(_, let writing, let length):
      var value: UInt64 = 1
      while write(writing.number, &value, length) != length {
        if errno != EINTR { throw LabFailure("passing the turn: \(TransportError.reason(of: errno))") }
      }
    }
  }

  private func wait() throws(LabFailure) {
    switch way {
    case .words(let words): try words.sleep(while: 0, is: isFirst ? 1 : 0)
    case .descriptors(let reading, _, let length):
      var value: UInt64 = 0
      while true {
        let count = read(reading.number, &value, length)
        if count == length { return }
        if count == 0 { throw LabFailure("the other one has gone") }
        if errno != EINTR { throw LabFailure("waiting for the turn: \(TransportError.reason(of: errno))") }
      }
    }
  }
}
