// The work that the reader hands to a parser: a run of bytes that is believed to start at a record, and how to get at
// them and read them.

import CSV
import Transport

/// One piece of one input.
package struct Piece: Sendable {
  /// Where the bytes of a piece are.
  package enum Content: Equatable, Sendable {
    /// Here: they come from a stream, which can be read only once.
    case bytes([UInt8])
    /// In the input, a regular file: the parser reads them by itself.
    case range
    /// Behind the message, in the pipe that it comes through.
    case enclosed
  }

  /// Which bytes these are, [work.first, work.end), and which attempt at them this is.
  package var work: WorkName
  package var content: Content
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
  /// The parser stops behind this many records, used or not, at least 1; nil for no bound. It reads them the plain way,
  /// which looks at nothing behind the last of them: so a record that ends parsers can be told from its neighbours, and
  /// one that only the fast ways do not survive is read.
  package var recordLimit: Int?
  /// Set where the first record of the piece is known to end parsers: it becomes a reject, and the piece ends there.
  package var poison: PoisonFact?

  /// No bytes of no input.
  package static let none = Piece(
    work: .none, content: .bytes([]), isLast: false, endsLine: false, isSkipping: false, headerLength: 0, headerLines: 0
  )

  package var start: Boundary {
    Boundary(input: Int(work.input), offset: Int(work.first), isSkipping: isSkipping)
  }

  /// Where the piece behind this one starts, if this one ends behind a record.
  var nextStart: Boundary {
    isLast ? Boundary(input: Int(work.input) + 1, offset: 0) : Boundary(input: Int(work.input), offset: Int(work.end))
  }

  /// How many records the parser may take; nil for no bound.
  var recordBound: Int? { poison == nil ? recordLimit : 1 }

  /// How many bytes there are.
  package var length: Int { Int(work.end - work.first) }
}

extension Piece: WireMessage {
  package static let endKind: UInt8 = 2
  /// More than a chunk and a record can be: what says to be longer is not given memory.
  package static let maximumLength: UInt64 = 4 << 30
  package var frameKind: UInt8 { 1 }

  /// The bytes do not count: they go where the receiver wants them, behind the message.
  package func encodePayload() -> [[UInt8]] {
    var writer = ByteWriter(capacity: 64)
    writer.write(isLast)
    writer.write(endsLine)
    writer.write(isSkipping)
    writer.write(headerLength)
    writer.write(headerLines)
    writer.write(rowLimit) { $0.write($1) }
    writer.write(rejectLimit) { $0.write($1) }
    writer.write(recordLimit) { $0.write($1) }
    writer.write(poison) { $1.encode(into: &$0) }
    writer.write(content != .range)
    return [writer.bytes]
  }

  package init(frameKind: UInt8, work: WorkName, payload: [UInt8]) throws(LinkError) {
    self.work = work
    do throws(ByteCodingError) {
      guard frameKind == 1 else { throw ByteCodingError("frame kind \(frameKind) among pieces") }
      guard work.first <= work.end, work.end <= UInt64(Int.max) else { throw ByteCodingError("an offset out of range") }
      guard work.end - work.first <= Self.maximumLength else { throw ByteCodingError("a piece too long to be one") }
      var reader = ByteReader(payload)
      isLast = try reader.readBool()
      endsLine = try reader.readBool()
      isSkipping = try reader.readBool()
      headerLength = try reader.readInt()
      headerLines = try reader.readInt()
      rowLimit = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() }
      rejectLimit = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() }
      recordLimit = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() }
      poison = try reader.readOptional { (reader) throws(ByteCodingError) in try PoisonFact(from: &reader) }
      content = try reader.readBool() ? .enclosed : .range
      guard reader.remaining == 0 else { throw ByteCodingError("\(reader.remaining) bytes behind a piece") }
      guard headerLength >= 0, UInt64(headerLength) <= work.end - work.first else {
        throw ByteCodingError("header beyond the piece")
      }
      guard recordLimit ?? 1 > 0 else { throw ByteCodingError("a piece that ends before its first record") }
    } catch {
      throw .corrupt(error.message)
    }
  }
}
