// A message for the tests of links between processes, and the streams that they take apart.

import Testing
import Transport

/// A message of any bytes.
struct Parcel: WireMessage, Equatable {
  static let endKind: UInt8 = 0
  static let poisonKind: UInt8 = 66

  var frameKind: UInt8
  var work: WorkName
  var pieces: [[UInt8]]

  init(_ pieces: [[UInt8]], kind: UInt8 = 1, work: WorkName = WorkName(input: 0, first: 10, end: 20, attempt: 0)) {
    self.pieces = pieces
    frameKind = kind
    self.work = work
  }

  init(frameKind: UInt8, work: WorkName, payload: [UInt8]) throws(LinkError) {
    guard frameKind != Self.poisonKind else { throw .corrupt("poison") }
    self.init([payload], kind: frameKind, work: work)
  }

  func encodePayload() -> [[UInt8]] { pieces }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for piece in pieces { bytes.append(contentsOf: piece) }
    return bytes
  }

  static func == (left: Parcel, right: Parcel) -> Bool {
    left.frameKind == right.frameKind && left.work == right.work && left.bytes == right.bytes
  }

  /// The bytes of one frame, with right checksums.
  static func frame(
    _ payload: [UInt8], kind: UInt8 = 1, isLast: Bool = true, nonce: UInt64 = 5, fragment: UInt32 = 0,
    work: WorkName = WorkName(input: 0, first: 10, end: 20, attempt: 0)
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    FrameHeader(
      kind: kind, isLast: isLast, nonce: nonce, work: work, fragment: fragment, length: payload.count,
      payloadChecksum: Checksum.of(payload.span)
    ).encode(into: &bytes)
    return bytes + payload
  }

  static var endFrame: [UInt8] { frame([], kind: endKind, work: .none) }

  /// An inlet whose stream is these bytes, at most some 2,000, and then ends.
  static func inlet(
    _ stream: [UInt8], over carrier: Carrier, messageLimit: Int = 1 << 30, requiresSums: Bool = true
  ) throws -> PipeInlet<Parcel> {
    let (sending, receiving) = try carrier.makeEnds(capacity: 4096)
    let inlet = try PipeInlet<Parcel>(
      end: receiving, nonce: 5, messageLimit: messageLimit, requiresSums: requiresSums)
    var metrics = LinkMetrics()
    try sending.openSender().write(stream.span, [UInt8]().span, counting: &metrics)
    return inlet
  }
}
