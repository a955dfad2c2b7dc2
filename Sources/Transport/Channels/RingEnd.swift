// What both sides of a ring do: find out how much they can use, sleep until it is enough, pass it on, notice that the
// other side is gone.
//
// How nobody sleeps for ever. Who must wait stores how much it wants, then loads the other's position once more; who
// moves its position then loads what the other wants. All four are sequentially consistent, so at least one of them
// sees the other's step. The futex sleeps only while the position is the one that was seen, so a step in between is not
// lost.
//
// How a death is noticed. Beside the ring each side holds one end of a pipe into which nothing is ever written: when
// the process ends, however it does, the kernel closes its end, and the other end reports that. It is looked at before
// every sleep, and a sleep is not longer than `patience`: nobody wakes a sleeper whose other side is killed between
// moving its position and the wake-up, or while it sleeps. A stopped process (SIGSTOP) holds its end: the other side
// waits for it, and looks up every now and then. The look comes before the load of the position, so all that a dead
// sender had handed over is seen. What it was copying when it died it had not handed over.

import Glibc
import Synchronization

/// One side's view of a ring. Calls come one at a time.
final class RingEnd: Sendable {
  enum Side: Sendable { case sender, receiver }

  /// The longest sleep without a look whether the other side is there.
  private static let patience: UInt64 = 50_000_000

  let ring: RingMemory
  private let liveness: Descriptor
  private let side: Side
  /// This side's own position. What the shared memory says of it is for the other side, and never believed here.
  private let own: Atomic<UInt32>

  private let ownPosition: RingMemory.Word
  private let ownWants: RingMemory.Word
  private let otherPosition: RingMemory.Word
  private let otherWants: RingMemory.Word

  /// Opens one side of a ring; each side can be opened once.
  /// - Parameter descriptors: the ring's memory, which is closed once it is mapped, and this side's end of the pipe.
  init(_ side: Side, _ descriptors: [Descriptor]) throws(LinkError) {
    guard descriptors.count == 2 else { throw .corrupt("\(descriptors.count) descriptors for an end of a ring") }
    let flags = fcntl(descriptors[1].number, F_GETFL)
    guard flags >= 0 else { throw .system(call: "fcntl", errno: errno) }
    guard flags & O_ACCMODE == (side == .sender ? O_WRONLY : O_RDONLY) else {
      throw .corrupt("the wrong end of a ring")
    }
    ring = try RingMemory(descriptors[0])
    descriptors[0].close()
    liveness = descriptors[1]
    self.side = side
    own = Atomic(RingMemory.origin(ring.capacity))
    (ownPosition, ownWants) =
      side == .sender ? (.senderPosition, .senderWants) : (.receiverPosition, .receiverWants)
    (otherPosition, otherWants) =
      side == .sender ? (.receiverPosition, .receiverWants) : (.senderPosition, .senderWants)
  }

  /// Makes a ring: for each side the memory and its end of the pipe.
  static func makeEnds(capacity: Int) throws(TransportError) -> (sending: [Descriptor], receiving: [Descriptor]) {
    let memory = try RingMemory.make(capacity: capacity)
    let (read, write) = try Descriptor.pipe()
    // It stays empty: as little as possible of what the user may have in pipes.
    write.setPipeSize(1)
    return ([memory, write], [try memory.duplicate(), read])
  }

  /// Where this side goes on.
  var position: UInt32 { own.load(ordering: .relaxed) }

  /// How much is handed over at a time, so that both sides work at once: half of the ring.
  var stride: Int { max(1, ring.capacity / 2) }

  /// The bytes that this side can use from its position on: room, or bytes to take; at least 1. If there is none, it is
  /// waited for until there are as many as wanted, or some after a while. `.closed` if there cannot be any more.
  func waitForBytes(_ wanted: Int, counting metrics: inout LinkMetrics) throws(LinkError) -> Int {
    let atOnce = try usable(ring.load(otherPosition))
    if atOnce > 0 { return atOnce }
    let start = MonotonicClock.now()
    defer {
      ring.store(0, in: ownWants)
      metrics.blockedNanoseconds += MonotonicClock.now() - start
    }
    var isTimeOver = false
    while true {
      ring.store(UInt32(clamping: wanted), in: ownWants)
      let isOtherSideGone = try isOtherSideGone(counting: &metrics)
      let seen = ring.load(otherPosition)
      let usable = try usable(seen)
      if usable >= wanted || usable > 0 && isTimeOver { return usable }
      if isOtherSideGone { throw .closed }
      isTimeOver = try ring.sleep(while: otherPosition, is: seen, nanoseconds: Self.patience)
      metrics.systemCalls += 1
    }
  }

  /// Passes bytes from the position on to the other side, and wakes it if that is what it sleeps for.
  func advance(by count: Int, counting metrics: inout LinkMetrics) {
    let position = position &+ UInt32(count)
    own.store(position, ordering: .relaxed)
    ring.store(position, in: ownPosition)
    metrics.bytes += UInt64(count)
    metrics.copiedBytes += UInt64(count)
    let wanted = Int(ring.load(otherWants))
    guard wanted > 0 else { return }
    let held = held(ring.load(otherPosition))
    guard (side == .sender ? held : ring.capacity - held) >= wanted else { return }
    ring.wake(ownPosition)
    metrics.systemCalls += 1
  }

  /// Whether the other side has no process any more.
  func isOtherSideGone(counting metrics: inout LinkMetrics) throws(LinkError) -> Bool {
    metrics.systemCalls += 1
    do {
      return try Readiness.isOtherSideGone(liveness)
    } catch {
      throw .system(call: error.call, errno: error.errno)
    }
  }

  /// What the other side's position makes of ours: how many bytes this side can use.
  private func usable(_ other: UInt32) throws(LinkError) -> Int {
    let held = held(other)
    guard held <= ring.capacity else {
      throw .corrupt("a ring of \(ring.capacity) bytes with \(held) in it")
    }
    return side == .sender ? ring.capacity - held : held
  }

  private func held(_ other: UInt32) -> Int { Int(side == .sender ? position &- other : other &- position) }
}
