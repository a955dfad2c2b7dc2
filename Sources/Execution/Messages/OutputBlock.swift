// What the aggregator produces for the outside: bytes of the result or of the reject files, in order.

import Transport

/// Some bytes of one of the outputs.
package struct OutputBlock: Sendable, Equatable {
  package enum Stream: UInt8, Sendable {
    /// The result in its final form or, for laid-out formats, as cells.
    case result = 8
    /// Rejected records as they stood in the input.
    case rejects = 9
    /// One line a reject: position and reason.
    case reasons = 10
  }

  package var stream: Stream
  package var bytes: [UInt8]

  package init(_ stream: Stream, _ bytes: [UInt8]) {
    self.stream = stream
    self.bytes = bytes
  }
}

extension OutputBlock: WireMessage {
  package static let endKind: UInt8 = 11
  package var frameKind: UInt8 { stream.rawValue }
  package var work: WorkName { WorkName(input: 0, first: 0, end: 0, attempt: 0) }
  package func encodePayload() -> [[UInt8]] { [bytes] }

  package init(frameKind: UInt8, work: WorkName, payload: [UInt8]) throws(LinkError) {
    guard let stream = Stream(rawValue: frameKind) else { throw .corrupt("frame kind \(frameKind) among outputs") }
    self.init(stream, payload)
  }
}
