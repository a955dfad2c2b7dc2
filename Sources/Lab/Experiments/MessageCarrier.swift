// Ways for messages from one to the other and back: between threads, and between processes where they can.

import CLinux
import Glibc
import Transport

/// What carries messages.
enum MessageCarrier: String, CaseIterable, Sendable {
  case queue, pipe, splice, socket, mqueue, ring

  /// As tables call it.
  var title: String {
    switch self {
    case .queue: "bounded queue"
    case .pipe: "pipe"
    case .splice: "pipe, vmsplice"
    case .socket: "socket pair"
    case .mqueue: "message queue"
    case .ring: "shared ring"
    }
  }

  /// A queue hands references to memory that only threads share.
  var joinsProcesses: Bool { self != .queue }

  /// Bytes that a pipe, a socket or a ring is asked to hold.
  private static let capacity = 1 << 20
  /// Messages in a bounded queue.
  private static let depth = 64
  /// How many messages a message queue is asked to hold: as many as everybody may ask for, or few long ones.
  private static let queueDepths = [10, 2]

  /// Makes both ends of a way there and a way back.
  /// - Parameter size: of the longest message; message queues are refused for long ones, and the failure says so.
  func makeEnds(size: Int, on bench: Bench) throws(LabFailure) -> (first: MessageEnds, second: MessageEnds) {
    do throws(TransportError) {
      switch self {
      case .queue:
        let there = QueueLink<[UInt8]>(capacity: Self.depth)
        let back = QueueLink<[UInt8]>(capacity: Self.depth)
        return (
          .init(self, [], queues: .init(to: there, from: back)), .init(self, [], queues: .init(to: back, from: there))
        )
      case .pipe, .splice:
        let (there, back) = (try Descriptor.pipe(), try Descriptor.pipe())
        // Ordinary users get less once they have many.
        for pipe in [there, back] { pipe.write.setPipeSize(Self.capacity) }
        return (.init(self, [back.read, there.write]), .init(self, [there.read, back.write]))
      case .socket:
        let (first, second) = try Descriptor.streamPair()
        var bytes = Int32(Self.capacity)
        for end in [first, second] {
          // Less is no failure: the system bounds it.
          _ = setsockopt(end.number, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        return (.init(self, [first, try first.duplicate()]), .init(self, [second, try second.duplicate()]))
      case .ring:
        let there = try Carrier.shm.makeEnds(capacity: Self.capacity)
        let back = try Carrier.shm.makeEnds(capacity: Self.capacity)
        return (
          .init(self, back.receiving.descriptors + there.sending.descriptors),
          .init(self, there.receiving.descriptors + back.sending.descriptors)
        )
      case .mqueue: break
      }
      let (there, back) = (try Self.queue(size, bench, "there"), try Self.queue(size, bench, "back"))
      return (.init(self, [back, there]), .init(self, [try there.duplicate(), try back.duplicate()]))
    } catch {
      throw LabFailure("\(title): \(error.description)")
    }
  }

  private static func queue(_ size: Int, _ bench: Bench, _ way: String) throws(TransportError) -> Descriptor {
    let name = "/pipe-lab-\(getpid())-\(way)"
    var refusal: Int32 = 0
    for depth in queueDepths {
      // The name is gone again when the call returns; it is left behind only if the program is ended within it.
      let made = try? bench.leftovers.make(
        {
          let number = clinux_lab_queue(name, depth, size)
          if number < 0 { refusal = errno }
          return number
        }, removing: { clinux_lab_remove_queue(name) })
      guard let number = made?.made else { throw TransportError(call: "mq_open", errno: EINTR) }
      if number >= 0 { return Descriptor(owning: number) }
    }
    throw TransportError(call: "mq_open for messages of \(size) bytes", errno: refusal)
  }
}

/// One side of a way there and back, before it is opened. Descriptors can be given to a part.
struct MessageEnds: Sendable {
  struct Queues: Sendable {
    var to: QueueLink<[UInt8]>
    var from: QueueLink<[UInt8]>
  }

  let carrier: MessageCarrier
  /// For receiving, then for sending.
  let descriptors: [Descriptor]
  let queues: Queues?

  init(_ carrier: MessageCarrier, _ descriptors: [Descriptor], queues: Queues? = nil) {
    self.carrier = carrier
    self.descriptors = descriptors
    self.queues = queues
  }

  /// Ends the way for both sides: who waits hears of it.
  func close() {
    for descriptor in descriptors { descriptor.close() }
    queues?.to.cancel()
    queues?.from.cancel()
  }
}
