// The queue's logic: every sequence of up to eight calls on small buffers against a plain model, and what it lets go.

import Testing
import Transport

/// The same rules over an array, with nothing clever.
private struct PlainQueue {
  let capacity: Int
  var producers: Int
  var isCancelled = false
  var elements: [Int] = []
  var highest = 0

  var isFinished: Bool { producers <= 0 }

  mutating func send(_ element: Int) -> BoundedBuffer<Int>.Sending {
    if isCancelled { return .refused(.cancelled) }
    if isFinished { return .refused(.closed) }
    if elements.count == capacity { return .full }
    elements.append(element)
    highest = max(highest, elements.count)
    return .stored
  }

  mutating func receive() -> BoundedBuffer<Int>.Receiving {
    if isCancelled { return .cancelled }
    if elements.isEmpty { return isFinished ? .finished : .empty }
    return .element(elements.removeFirst())
  }

  mutating func finish() -> Bool {
    if isCancelled || isFinished { return false }
    producers -= 1
    return isFinished
  }

  mutating func cancel() -> Bool {
    if isCancelled { return false }
    isCancelled = true
    elements = []
    return true
  }
}

struct BoundedBufferTests {
  /// Tries every continuation; returns the number of calls compared, or throws at the first difference.
  private func compare(_ buffer: BoundedBuffer<Int>, _ plain: PlainQueue, next: Int, steps: Int, calls: inout Int)
    throws
  {
    guard steps > 0 else { return }
    for call in 0..<4 {
      var buffer = buffer
      var plain = plain
      switch call {
      case 0: try #require(buffer.send(next) == plain.send(next))
      case 1: try #require(buffer.receive() == plain.receive())
      case 2: try #require(buffer.finish() == plain.finish())
      default: try #require(buffer.cancel() == plain.cancel())
      }
      try #require(buffer.count == plain.elements.count)
      try #require(buffer.highestCount == plain.highest)
      calls += 1
      try compare(buffer, plain, next: next + 1, steps: steps - 1, calls: &calls)
    }
  }

  @Test(arguments: [1, 2, 3], [0, 1, 2])
  func behavesLikeThePlainQueue(capacity: Int, producers: Int) throws {
    var calls = 0
    try compare(
      BoundedBuffer(capacity: capacity, producers: producers), PlainQueue(capacity: capacity, producers: producers),
      next: 0, steps: 7, calls: &calls)
    #expect(calls == 21844)
  }

  @Test func keepsOrderAroundTheRing() {
    var buffer = BoundedBuffer<Int>(capacity: 3, producers: 1)
    var next = 0
    var expected = 0
    for round in 0..<50 {
      for _ in 0...(round % 3) where buffer.send(next) == .stored { next += 1 }
      for _ in 0...((round + 1) % 3) {
        guard case .element(let element) = buffer.receive() else { continue }
        #expect(element == expected)
        expected += 1
      }
    }
    #expect(expected > 40)
  }

  @Test func takesASillyCapacityAsOne() {
    var buffer = BoundedBuffer<Int>(capacity: -4, producers: 1)
    #expect(buffer.capacity == 1)
    #expect(buffer.send(1) == .stored)
    #expect(buffer.send(2) == .full)
  }

  @Test func letsGoOfWhatIsReceivedOrCancelled() {
    final class Witness: Sendable {}
    var buffer = BoundedBuffer<Witness>(capacity: 4, producers: 1)
    weak var first: Witness?
    weak var second: Witness?
    do {
      let witnesses = [Witness(), Witness()]
      first = witnesses[0]
      second = witnesses[1]
      for witness in witnesses { _ = buffer.send(witness) }
    }
    #expect(first != nil && second != nil)
    _ = buffer.receive()
    #expect(first == nil && second != nil)
    _ = buffer.cancel()
    #expect(second == nil)
  }
}
