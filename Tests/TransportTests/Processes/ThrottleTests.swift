// When a slow source delivers what it is asked for, by a clock that the test turns; and the real clock's sleep.

import Testing
import Transport

@Suite struct ThrottleTests {
  private static let second: UInt64 = 1_000_000_000

  @Test func oneAfterTheOther() {
    let throttle = Throttle(bytesPerSecond: 1000)
    #expect(throttle.take(500, at: 7 * Self.second) == 7 * Self.second + Self.second / 2)
    // Asked for at the same time, delivered behind it.
    #expect(throttle.take(1000, at: 7 * Self.second) == 8 * Self.second + Self.second / 2)
    #expect(throttle.take(0, at: 7 * Self.second) == 8 * Self.second + Self.second / 2)
  }

  @Test func readsAheadWhileNobodyAsks() {
    let rate = UInt64(Throttle.readAhead)
    let throttle = Throttle(bytesPerSecond: rate)
    #expect(throttle.take(Throttle.readAhead, at: 10) == 10 + Self.second)
    // A tenth of a second later that much of the next is there.
    let later = 10 + Self.second + Self.second / 10
    #expect(throttle.take(Throttle.readAhead, at: later) == 10 + 2 * Self.second)
    // But not more than it reads ahead, however long nobody asks.
    let late = 1000 * Self.second
    #expect(throttle.take(3 * Throttle.readAhead, at: late) == late + 2 * Self.second)
  }

  @Test(arguments: [1, 999, 100_000_000, 20_000_000_000] as [UInt64])
  func neverDeliversMoreThanItsRateAllows(rate: UInt64) {
    var generator = SystemRandomNumberGenerator()
    let throttle = Throttle(bytesPerSecond: rate)
    let start: UInt64 = 5
    var (now, total) = (start, UInt64(0))
    for _ in 0..<1000 {
      let count = Int.random(in: 1...4 << 20, using: &generator)
      let due = throttle.take(count, at: now)
      total += UInt64(count)
      let (high, low) = total.multipliedFullWidth(by: Self.second)
      // Each read may be rounded down by a nanosecond.
      let least = high < rate ? rate.dividingFullWidth((high, low)).quotient : .max
      #expect(due - start + 1000 >= min(least, .max / 4))
      if Bool.random(using: &generator) { now = max(now, due) + UInt64.random(in: 0...Self.second, using: &generator) }
      if due > .max / 4 { break }
    }
  }

  @Test func extremesDoNotTrap() {
    let throttle = Throttle(bytesPerSecond: 0)
    #expect(throttle.bytesPerSecond == 1)
    #expect(throttle.take(.max, at: 1) > UInt64.max / 4)
    #expect(throttle.take(.max, at: .max) == .max)
    #expect(throttle.take(-1, at: .max) == .max)
  }

  @Test func whoeverMapsItTakesTurns() throws {
    let descriptor = try Throttle.makeDescriptor()
    let here = try Throttle(descriptor, bytesPerSecond: 1_000_000)
    let there = try Throttle(descriptor, bytesPerSecond: 1_000_000)
    #expect(here.take(1000, at: 100) == 1_000_100)
    #expect(there.take(1000, at: 100) == 2_000_100)
    // Memory that could go away is refused.
    #expect(throws: TransportError.self) { try Throttle(try Descriptor.pipe().read, bytesPerSecond: 1) }
  }

  @Test func nothingIsLostAmongThreads() throws {
    let throttle = Throttle(bytesPerSecond: 1_000_000_000)
    let dues = Monitor<[UInt64]>([])
    let threads = try (0..<4).map { number in
      try WorkerThread.start(name: "reader/\(number)") {
        let own = (0..<1000).map { _ in throttle.take(3, at: 1) }
        dues.withLock { $0 += own }
      }
    }
    for thread in threads { thread.join() }
    #expect(dues.withLock { $0.sorted() } == (1...4000).map { 1 + 3 * UInt64($0) })
  }

  @Test func sleepsUntilTheMoment() {
    let due = MonotonicClock.now() + 3_000_000
    MonotonicClock.sleep(until: due)
    #expect(MonotonicClock.now() >= due)
    // What is over is not waited for.
    MonotonicClock.sleep(until: 0)
  }
}
