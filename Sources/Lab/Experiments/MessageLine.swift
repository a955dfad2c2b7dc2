// One side of a way for messages, opened: it makes each message anew before it sends it, and goes through each that it gets.
// So both sides of every carrier do the same work besides carrying.

import CLinux
import Glibc
import Transport

/// Sends and receives messages of one size. Used by one thread.
final class MessageLine {
  private enum Way {
    case queue(MessageEnds.Queues)
    case stream(reading: Descriptor, writing: Descriptor)
    case spliced(reading: Descriptor, writing: Descriptor)
    case messages(reading: Descriptor, writing: Descriptor)
    case ring(any ReceivingChannel, any SendingChannel)
  }

  private let way: Way
  private let carrier: MessageCarrier
  private let size: Int
  /// Messages that are sent, one after another, in memory that is used again; several where the receiver reads them there.
  private var outgoing: [UInt8]
  private var nextSlot = 0
  private var slots: Int
  private var incoming: [UInt8]
  private var sent = 0
  private var received = 0

  /// A pipe of 1 MiB has so many pages, each of which a message or a part of it takes.
  private static let pipePages = 256
  private static let pageSize = 4096
  /// Longer than any message takes.
  private static let patience: UInt32 = 10

  init(_ ends: MessageEnds, size: Int) throws(LabFailure) {
    self.size = size
    carrier = ends.carrier
    slots = 1
    let descriptors = ends.descriptors
    do throws(LinkError) {
      switch ends.carrier {
      case .queue:
        guard let queues = ends.queues else { throw .corrupt("a queue without its ends") }
        way = .queue(queues)
      case .pipe, .socket: way = .stream(reading: descriptors[0], writing: descriptors[1])
      case .splice:
        way = .spliced(reading: descriptors[0], writing: descriptors[1])
        // A message is written over only when as many pages lie behind it as the pipe can hold: then it has been read.
        slots = Self.pipePages / ((size + Self.pageSize - 1) / Self.pageSize) + 2
      case .mqueue: way = .messages(reading: descriptors[0], writing: descriptors[1])
      case .ring:
        let receiver = try LinkEnd.ends(of: .shm, from: Array(descriptors[..<2]))[0].openReceiver()
        way = .ring(receiver, try LinkEnd.ends(of: .shm, from: Array(descriptors[2...]))[0].openSender())
      }
    } catch {
      throw LabFailure("\(ends.carrier.title): \(error.description)")
    }
    outgoing = [UInt8](repeating: 0, count: size * slots)
    incoming = [UInt8](repeating: 0, count: size)
  }

  /// Makes the next message and sends it.
  func send() throws(LabFailure) {
    let value = UInt8(truncatingIfNeeded: sent)
    sent += 1
    if case .queue(let queues) = way {
      let message = [UInt8](repeating: value, count: size)
      do throws(LinkError) { try queues.to.send(message) } catch { throw Self.failure(error) }
      return
    }
    let start = nextSlot * size
    nextSlot = nextSlot + 1 == slots ? 0 : nextSlot + 1
    // The pointers are used within the calls only, for the bytes of one slot; the array is not touched meanwhile, and keeps
    // its memory as long as this object lives.
    outgoing.withUnsafeMutableBytes { bytes in
      if let base = bytes.baseAddress { memset(base.advanced(by: start), Int32(value), size) }
    }
    switch way {
    case .queue: break
    case .stream(_, let writing):
      try whole(start) { Glibc.write(writing.number, $0, $1) }
    case .spliced(_, let writing):
      try whole(start) { clinux_lab_splice_memory(writing.number, $0, $1) }
    case .messages(_, let writing):
      let failed = outgoing.withUnsafeBytes {
        clinux_lab_queue_send(writing.number, $0.baseAddress, size, Self.patience)
      }
      guard failed == 0 else { throw Self.failure() }
    case .ring(_, let sender):
      // A second reference, not a copy; it is gone before the next message is made.
      let (message, nothing) = (outgoing, [UInt8]())
      var metrics = LinkMetrics()
      do throws(LinkError) {
        try sender.write(message.span, nothing.span, counting: &metrics)
      } catch {
        throw Self.failure(error)
      }
    }
  }

  /// Takes the next message and adds its bytes up; throws if it is not the one that was sent.
  func receive() throws(LabFailure) {
    let value = UInt64(UInt8(truncatingIfNeeded: received))
    received += 1
    let sum: UInt64
    switch way {
    case .queue(let queues):
      let message: [UInt8]?
      do throws(LinkError) { message = try queues.from.receive() } catch { throw Self.failure(error) }
      sum = message.map { $0.withUnsafeBufferPointer { clinux_lab_sum_of_bytes($0.baseAddress, $0.count) } } ?? .max
    case .stream(let reading, _), .spliced(let reading, _):
      try fill { Glibc.read(reading.number, $0, $1) }
      sum = incomingSum
    case .messages(let reading, _):
      let count = incoming.withUnsafeMutableBytes {
        clinux_lab_queue_receive(reading.number, $0.baseAddress, size, Self.patience)
      }
      guard count == size else { throw Self.failure() }
      sum = incomingSum
    case .ring(let receiver, _):
      try fillFromRing(receiver)
      sum = incomingSum
    }
    guard sum == value * UInt64(size) else {
      throw LabFailure("\(carrier.title): message \(received) of \(size) bytes is not the one that was sent")
    }
  }

  /// Waits until what was sent has been read, where it is read from this object's own memory: to be called before it goes.
  func settle() throws(LabFailure) {
    guard case .spliced(_, let writing) = way else { return }
    let deadline = MonotonicClock.now() + UInt64(Self.patience) * 1_000_000_000
    var waiting: Int32 = 0
    while true {
      guard ioctl(writing.number, UInt(FIONREAD), &waiting) == 0 else { throw Self.failure() }
      if waiting == 0 { return }
      guard MonotonicClock.now() < deadline else { throw Self.failure(ETIMEDOUT) }
      Pause.nanoseconds(20_000)
    }
  }

  private var incomingSum: UInt64 {
    incoming.withUnsafeBufferPointer { clinux_lab_sum_of_bytes($0.baseAddress, $0.count) }
  }

  /// Hands over all bytes of a slot.
  private func whole(_ start: Int, _ call: (UnsafeRawPointer, Int) -> Int) throws(LabFailure) {
    let failed: Int32? = outgoing.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return EINVAL }
      var done = 0
      while done < size {
        let count = call(base.advanced(by: start + done), size - done)
        if count > 0 { done += count } else if errno != EINTR { return errno }
      }
      return nil
    }
    if let failed { throw Self.failure(failed) }
  }

  /// Takes bytes until there is a whole message.
  private func fill(_ call: (UnsafeMutableRawPointer, Int) -> Int) throws(LabFailure) {
    let failed: Int32? = incoming.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return EINVAL }
      var done = 0
      while done < size {
        let count = call(base.advanced(by: done), size - done)
        if count == 0 { return EPIPE }
        if count > 0 { done += count } else if errno != EINTR { return errno }
      }
      return nil
    }
    if let failed { throw Self.failure(failed) }
  }

  private func fillFromRing(_ receiver: any ReceivingChannel) throws(LabFailure) {
    var metrics = LinkMetrics()
    do throws(LinkError) {
      try incoming.withUnsafeMutableBufferPointer { (bytes) throws(LinkError) in
        var done = 0
        while done < bytes.count {
          let rest = UnsafeMutableRawBufferPointer(bytes.extracting(done..<bytes.count))
          done += try receiver.read(into: rest, ahead: .init(start: nil, count: 0), counting: &metrics)
        }
      }
    } catch {
      throw Self.failure(error)
    }
  }

  private static func failure(_ errno: Int32 = Glibc.errno) -> LabFailure {
    LabFailure("a message could not be carried: \(TransportError.reason(of: errno))")
  }

  private static func failure(_ error: LinkError) -> LabFailure {
    LabFailure("a message could not be carried: \(error.description)")
  }
}
