// Faults on demand that are committed by what a stage sends: the frames are made as ever, and damaged on their way into
// the channel.

import Glibc
import Synchronization
import Transport

/// A fault that the next frame of a stage commits, on whichever of its links that is.
final class FrameFault: Sendable {
  let kind: FaultInjection.Kind
  private let isArmed = Atomic<Bool>(false)

  init(_ kind: FaultInjection.Kind) { self.kind = kind }

  func arm() { isArmed.store(true, ordering: .relaxed) }

  /// Whether it is due; it is not any more then.
  func take() -> Bool { isArmed.exchange(false, ordering: .relaxed) }
}

/// The sending side of a link with a fault.
struct FaultyChannel: SendingChannel {
  /// Bytes that a lying frame claims and does not have: more than the header that comes next.
  private static let lie = 2 * FrameHeader.size

  private let channel: any SendingChannel
  private let fault: FrameFault

  init(_ channel: any SendingChannel, _ fault: FrameFault) {
    self.channel = channel
    self.fault = fault
  }

  func write(_ head: Span<UInt8>, _ tail: Span<UInt8>, counting metrics: inout LinkMetrics) throws(LinkError) {
    // A message begins a write of its own. Where a write goes on with one, there is no header at its start.
    guard head.count >= FrameHeader.size, head.count + tail.count > FrameHeader.size,
      var header = try? FrameHeader(decoding: head.extracting(0..<FrameHeader.size)), header.length > 0, fault.take()
    else { return try channel.write(head, tail, counting: &metrics) }
    var bytes: [UInt8] = []
    for index in head.indices { bytes.append(head[index]) }
    for index in tail.indices { bytes.append(tail[index]) }
    switch fault.kind {
    case .corrupt: bytes[FrameHeader.size] ^= 1
    case .lyingLength:
      header.length += header.length + Self.lie <= FrameHeader.maximumLength ? Self.lie : -1
      var lying: [UInt8] = []
      header.encode(into: &lying)
      bytes.replaceSubrange(0..<FrameHeader.size, with: lying)
    case .shortWrite:
      bytes.removeLast((bytes.count - FrameHeader.size + 1) / 2)
    default: break
    }
    try channel.write(bytes.span, bytes.span.extracting(0..<0), counting: &metrics)
    if fault.kind == .shortWrite { _exit(1) }
  }

  func splice(_ range: FileRange, counting metrics: inout LinkMetrics) throws(LinkError) -> Int {
    try channel.splice(range, counting: &metrics)
  }
}
