// What the aggregator produces for the outside: bytes of the result or of the reject files, in order.

import CSV
import Transport

/// Some bytes of one of the outputs.
package struct OutputBlock: Sendable, Equatable {
  package enum Stream: UInt8, CaseIterable, Sendable {
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

/// Bytes of each output so far.
package struct OutputCounts: Equatable, Sendable {
  private var result = 0
  private var rejects = 0
  private var reasons = 0

  package init() {}

  package subscript(_ stream: OutputBlock.Stream) -> Int {
    get {
      switch stream {
      case .result: result
      case .rejects: rejects
      case .reasons: reasons
      }
    }
    set {
      switch stream {
      case .result: result = newValue
      case .rejects: rejects = newValue
      case .reasons: reasons = newValue
      }
    }
  }

  /// Adds bytes, and says how many of them, the last ones, are beyond what was delivered.
  mutating func add(_ count: Int, to stream: OutputBlock.Stream, delivered: OutputCounts) -> Int {
    let known = max(0, min(count, delivered[stream] - self[stream]))
    self[stream] += count
    return count - known
  }

  /// Whether there are at most as many bytes of each output as there.
  package func isWithin(_ other: OutputCounts) -> Bool {
    result <= other.result && rejects <= other.rejects && reasons <= other.reasons
  }

  /// At most as many bytes of each output as there.
  package func limited(to other: OutputCounts) -> OutputCounts {
    var counts = self
    for stream in OutputBlock.Stream.allCases { counts[stream] = min(self[stream], other[stream]) }
    return counts
  }

  package func encode(into writer: inout ByteWriter) {
    for count in [result, rejects, reasons] { writer.write(count) }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    result = try reader.readInt()
    rejects = try reader.readInt()
    reasons = try reader.readInt()
    guard result >= 0, rejects >= 0, reasons >= 0 else { throw ByteCodingError("a count below zero") }
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
