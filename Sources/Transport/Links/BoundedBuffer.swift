// The logic of a bounded queue without threads: a value that answers every call with what the locking shell around it
// (`QueueLink`) has to do. So every state can be tested alone.

/// A first-in first-out buffer of at most `capacity` elements, with a known number of producers.
package struct BoundedBuffer<Element> {
  /// What came of an attempt to send.
  package enum Sending: Equatable, Sendable {
    /// The element is in the buffer; one receiver may be woken.
    case stored
    /// No room: wait, then try again.
    case full
    /// All producers have finished, or the buffer was cancelled: the element was not taken.
    case refused(LinkError)
  }

  /// What came of an attempt to receive.
  package enum Receiving {
    /// The oldest element, which is out of the buffer now; one sender may be woken.
    case element(Element)
    /// Nothing there yet: wait, then try again.
    case empty
    /// All producers have finished and everything was received.
    case finished
    case cancelled
  }

  private enum Phase { case open, finished, cancelled }

  package let capacity: Int
  private(set) package var highestCount = 0
  private(set) package var unfinishedProducers: Int
  private var phase: Phase
  // A ring: `count` elements from `first` on. Nil marks a free place, so that what was received is let go at once.
  private var places: [Element?]
  private var first = 0
  private(set) package var count = 0

  /// - Parameters:
  ///   - capacity: at least 1 (less is taken as 1).
  ///   - producers: how many times `finish` is called; with none the buffer is finished from the start.
  package init(capacity: Int, producers: Int) {
    self.capacity = max(1, capacity)
    unfinishedProducers = max(0, producers)
    phase = producers > 0 ? .open : .finished
    places = Array(repeating: nil, count: self.capacity)
  }

  package mutating func send(_ element: Element) -> Sending {
    switch phase {
    case .cancelled: return .refused(.cancelled)
    case .finished: return .refused(.closed)
    case .open: break
    }
    guard count < capacity else { return .full }
    var place = first + count
    if place >= capacity { place -= capacity }
    places[place] = element
    count += 1
    highestCount = max(highestCount, count)
    return .stored
  }

  package mutating func receive() -> Receiving {
    if phase == .cancelled { return .cancelled }
    guard count > 0, let element = places[first] else { return phase == .finished ? .finished : .empty }
    places[first] = nil
    first = first + 1 == capacity ? 0 : first + 1
    count -= 1
    return .element(element)
  }

  /// One producer sends no more. Returns whether that was the last one, so that everybody must be woken.
  package mutating func finish() -> Bool {
    guard phase == .open else { return false }
    unfinishedProducers -= 1
    guard unfinishedProducers == 0 else { return false }
    phase = .finished
    return true
  }

  /// Gives up: what is in the buffer is dropped, every later call answers `.cancelled`. Returns whether everybody must
  /// be woken (not when it was cancelled already).
  package mutating func cancel() -> Bool {
    guard phase != .cancelled else { return false }
    phase = .cancelled
    places = []
    count = 0
    return true
  }
}

extension BoundedBuffer: Sendable where Element: Sendable {}
extension BoundedBuffer.Receiving: Sendable where Element: Sendable {}
extension BoundedBuffer.Receiving: Equatable where Element: Equatable {}
