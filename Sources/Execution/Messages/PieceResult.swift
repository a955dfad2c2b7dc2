// What a parser makes of one piece: how far it came, what it counted, what it rejected, and its partial state.

import CSV
import Query
import Transport

/// A rejected record of one piece; `reject.record` and `reject.line` count from the start of the piece.
package struct PieceReject: Sendable, Equatable {
  package var reject: Reject
  /// The record's bytes with its line end; empty unless rejects are kept.
  package var raw: [UInt8]
}

/// The result of one piece.
package struct PieceResult: Sendable {
  package enum Stop: UInt8, Sendable {
    /// The piece was read to its end, or to an open record.
    case none = 0
    case rowLimit = 1
    case rejectLimit = 2
    /// As many records were read as the piece allowed; what is left of it is still to be read.
    case recordLimit = 3
  }

  package var work: WorkName
  /// Where reading started, as the piece said.
  package var start: Boundary
  /// Behind the last byte that is accounted for.
  package var end: Int
  /// Whether the last reject goes on behind `end`.
  package var endsSkipping: Bool
  /// Whether a record is open at `end`, which then lies before the end of the piece.
  package var isOpen: Bool
  /// Whether the input ends where the piece ends.
  package var isLast: Bool
  package var stop: Stop
  package var tally: Tally
  /// Rows that the partial state prints by itself; 0 where rows wait for the end.
  package var rows: Int
  /// The piece's first bytes that belong to the reject before it, if rejects are kept; their count in any case.
  package var continuation: [UInt8]
  package var continuationLength: Int
  package var rejects: [PieceReject]
  package var partial: PartialState
  /// Why the bytes of the piece could not be read; then nothing else here counts. It fails the run, but only when
  /// everything before it is committed: a limit or a reject that comes earlier in the input decides first.
  package var failure: RunFailure?

  /// Where the next record starts.
  package var endBoundary: Boundary {
    Boundary(input: start.input, offset: end, isSkipping: endsSkipping)
  }
}

extension PieceResult {
  /// The result of a piece of which nothing has been read, or nothing could be.
  package init(nothingOf piece: Piece, failure: RunFailure? = nil) {
    self.init(
      work: piece.work, start: piece.start, end: Int(piece.work.first), endsSkipping: piece.isSkipping, isOpen: false,
      isLast: piece.isLast, stop: .none, tally: Tally(), rows: 0, continuation: [], continuationLength: 0, rejects: [],
      partial: .encoded([]), failure: failure)
  }
}

extension PieceResult: WireMessage {
  package static let endKind: UInt8 = 4
  package var frameKind: UInt8 { 3 }

  package func encodePayload() -> [[UInt8]] {
    var writer = ByteWriter(capacity: 256)
    writer.write(start.isSkipping)
    writer.write(end)
    writer.write(endsSkipping)
    writer.write(isOpen)
    writer.write(isLast)
    writer.write(stop.rawValue)
    tally.encode(into: &writer)
    writer.write(rows)
    writer.write(continuation)
    writer.write(continuationLength)
    writer.write(rejects) { writer, entry in
      entry.reject.encode(into: &writer)
      writer.write(entry.raw)
    }
    writer.write(failure) { $1.encode(into: &$0) }
    return [writer.bytes, partial.encoded()]
  }

  package init(frameKind: UInt8, work: WorkName, payload: [UInt8]) throws(LinkError) {
    self.work = work
    do throws(ByteCodingError) {
      guard frameKind == 3 else { throw ByteCodingError("frame kind \(frameKind) among results") }
      guard work.first <= work.end, work.end - work.first <= Piece.maximumLength, work.end <= UInt64(Int.max) / 4 else {
        throw ByteCodingError("an offset out of range")
      }
      var reader = ByteReader(payload)
      start = Boundary(input: Int(work.input), offset: Int(work.first), isSkipping: try reader.readBool())
      end = try reader.readInt()
      endsSkipping = try reader.readBool()
      isOpen = try reader.readBool()
      isLast = try reader.readBool()
      guard let stop = Stop(rawValue: try reader.read()) else { throw ByteCodingError("unknown reason to stop") }
      self.stop = stop
      tally = try Tally(from: &reader)
      rows = try reader.readInt()
      continuation = try reader.readBytes()
      continuationLength = try reader.readInt()
      rejects = try reader.readArray { (reader) throws(ByteCodingError) in
        PieceReject(reject: try Reject(from: &reader), raw: try reader.readBytes())
      }
      failure = try reader.readOptional { (reader) throws(ByteCodingError) in try RunFailure(from: &reader) }
      guard end >= Int(work.first), end <= Int(work.end), rows >= 0, tally.balances,
        (0...end - Int(work.first)).contains(continuationLength), rejects.count == tally.rejected,
        rejects.allSatisfy({ $0.reject.isWithin(input: Int(work.input)) }),
        // The rest is asked for behind a record: without one, the same bytes would be asked for again and again.
        stop != .recordLimit || (tally.records > 0 && end > Int(work.first))
      else {
        throw ByteCodingError("a result that contradicts itself")
      }
      partial = .encoded(Array(payload[reader.position...]))
    } catch {
      throw .corrupt(error.message)
    }
  }
}
