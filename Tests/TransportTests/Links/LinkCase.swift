// The links that the same tests run over: every carrier, at sizes at which everything or nothing fits.

import Transport

/// A carrier, and how many bytes a link of it holds.
struct LinkCase: Sendable, CustomStringConvertible {
  var carrier: Carrier
  var capacity: Int

  init(_ carrier: Carrier, capacity: Int = Carrier.standardCapacity) {
    self.carrier = carrier
    self.capacity = capacity
  }

  var description: String { "\(carrier.rawValue) of \(capacity)" }

  static let wide = Carrier.allCases.map { LinkCase($0) }
  /// As small as pipes can be, and a ring that holds hardly more than a header.
  static let narrow = Carrier.allCases.map { LinkCase($0, capacity: 4096) } + [LinkCase(.shm, capacity: 64)]

  /// Both ends in this process.
  func open(
    frameLength: Int = FrameHeader.maximumLength
  ) throws -> (outlet: PipeOutlet<Parcel>, inlet: PipeInlet<Parcel>) {
    ProcessSelf.ignoreBrokenPipes()
    let (sending, receiving) = try carrier.makeEnds(capacity: capacity)
    return (
      try PipeOutlet(end: sending, nonce: 5, frameLength: frameLength), try PipeInlet(end: receiving, nonce: 5)
    )
  }
}
