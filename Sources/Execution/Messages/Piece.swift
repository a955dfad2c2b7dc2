// The work that the reader hands to a parser: a run of bytes that is believed to start at a record, and how to read it.

import CSV
import Transport

/// One piece of one input.
package struct Piece: Sendable {
  /// Which bytes these are, and which attempt at them this is.
  package var work: WorkName
  /// The bytes [work.first, work.end).
  package var bytes: [UInt8]
  /// Whether the input ends where the piece ends.
  package var isLast: Bool
  /// Whether the bytes before the end are known to be a whole line end.
  package var endsLine: Bool
  /// Whether the piece starts with the rest of a rejected line.
  package var isSkipping: Bool
  /// Bytes at the start that hold no data: byte order mark and header. Only the first piece of an input has any.
  package var headerLength: Int
  /// Line ends within those bytes.
  package var headerLines: Int
  /// The parser stops behind this many rows or rejects; nil for no bound.
  package var rowLimit: Int?
  package var rejectLimit: Int?

  package var start: Boundary {
    Boundary(input: Int(work.input), offset: Int(work.first), isSkipping: isSkipping)
  }
}

extension Piece: WireMessage {
  package static let endKind: UInt8 = 2
  package var frameKind: UInt8 { 1 }

  package func encodePayload() -> [[UInt8]] {
    var writer = ByteWriter(capacity: 64)
    writer.write(isLast)
    writer.write(endsLine)
    writer.write(isSkipping)
    writer.write(headerLength)
    writer.write(headerLines)
    writer.write(rowLimit) { $0.write($1) }
    writer.write(rejectLimit) { $0.write($1) }
    return [writer.bytes, bytes]
  }

  package init(frameKind: UInt8, work: WorkName, payload: [UInt8]) throws(LinkError) {
    self.work = work
    do throws(ByteCodingError) {
      guard frameKind == 1 else { throw ByteCodingError("frame kind \(frameKind) among pieces") }
      guard work.first <= work.end, work.end <= UInt64(Int.max) else { throw ByteCodingError("an offset out of range") }
      var reader = ByteReader(payload)
      isLast = try reader.readBool()
      endsLine = try reader.readBool()
      isSkipping = try reader.readBool()
      headerLength = try reader.readInt()
      headerLines = try reader.readInt()
      rowLimit = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() }
      rejectLimit = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() }
      guard work.end >= work.first, UInt64(reader.remaining) == work.end - work.first else {
        throw ByteCodingError("a piece of \(reader.remaining) bytes for [\(work.first), \(work.end))")
      }
      guard headerLength >= 0, headerLength <= reader.remaining else {
        throw ByteCodingError("header beyond the piece")
      }
      bytes = Array(payload[reader.position...])
    } catch {
      throw .corrupt(error.message)
    }
  }
}
