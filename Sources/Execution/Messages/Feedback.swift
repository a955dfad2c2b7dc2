// What the aggregator tells the reader: what has arrived, what is committed, what must be read again.

import CSV
import Transport

/// A range to be given out again, from a record start that is now known.
package struct RedoRequest: Equatable, Sendable {
  package var from: Boundary
  /// The new piece ends at this offset or behind it.
  package var minimumEnd: Int
  package var rowLimit: Int?
  package var rejectLimit: Int?

  package init(from: Boundary, minimumEnd: Int, rowLimit: Int? = nil, rejectLimit: Int? = nil) {
    self.from = from
    self.minimumEnd = minimumEnd
    self.rowLimit = rowLimit
    self.rejectLimit = rejectLimit
  }
}

/// A piece that a parser died of, and what ended it.
package struct Suspect: Equatable, Sendable {
  package enum Kind: UInt8, Sendable {
    /// A signal of its own doing.
    case crash
    /// The wall around its memory.
    case memory
    /// The kernel, which had no memory left: that need not be the parser's doing.
    case kernelMemory
  }

  package var work: WorkName
  /// 0 for want of memory.
  package var signal: Int32
  package var kind: Kind

  package init(work: WorkName, signal: Int32, kind: Kind = .crash) {
    self.work = work
    self.signal = signal
    self.kind = kind
  }
}

/// One message to the reader: from the aggregator one for every result that arrived, from the supervisor what has become
/// of workers.
package enum Feedback: Equatable, Sendable {
  /// A result arrived; everything before `committed` is merged.
  case received(WorkName, committed: Boundary, redo: RedoRequest?)
  /// The answer is complete: give out nothing more.
  case finished
  /// A parser is gone and its results have arrived as far as they ever will: what else it was given is to be given out
  /// again. Counted from 0. Where it died of a piece, by its own doing, that is named; where it worked on several, all of them.
  case lost(parser: Int, suspects: [Suspect] = [])
  /// There is a new aggregator, to which everything before this is committed and nothing behind it has arrived.
  ///
  /// `generation` counts how often reading has begun anew in this run; `redo` is what the one before has asked for there.
  case rewound(to: Boundary, generation: Int, redo: RedoRequest? = nil)

  package func encode(into writer: inout ByteWriter) {
    switch self {
    case .finished:
      writer.write(UInt8(0))
    case .received(let work, let committed, let redo):
      writer.write(UInt8(1))
      work.encode(into: &writer)
      committed.encode(into: &writer)
      writer.write(redo) { $1.encode(into: &$0) }
    case .lost(let parser, let suspects):
      writer.write(UInt8(2))
      writer.write(parser)
      writer.write(suspects) { writer, suspect in
        suspect.work.encode(into: &writer)
        writer.write(suspect.signal)
        writer.write(suspect.kind.rawValue)
      }
    case .rewound(let boundary, let generation, let redo):
      writer.write(UInt8(3))
      boundary.encode(into: &writer)
      writer.write(generation)
      writer.write(redo) { $1.encode(into: &$0) }
    }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    switch try reader.read(UInt8.self) {
    case 0: self = .finished
    case 1:
      let work = try WorkName(from: &reader)
      let committed = try Boundary(from: &reader)
      let redo = try reader.readOptional { (reader) throws(ByteCodingError) in try RedoRequest(from: &reader) }
      self = .received(work, committed: committed, redo: redo)
    case 2:
      let parser = try reader.readInt()
      let suspects = try reader.readArray { (reader) throws(ByteCodingError) in
        let work = try WorkName(from: &reader)
        let signal = try reader.read(Int32.self)
        guard let kind = Suspect.Kind(rawValue: try reader.read()) else { throw ByteCodingError("unknown death") }
        return Suspect(work: work, signal: signal, kind: kind)
      }
      self = .lost(parser: parser, suspects: suspects)
    case 3:
      self = .rewound(
        to: try Boundary(from: &reader), generation: try reader.readInt(),
        redo: try reader.readOptional { (reader) throws(ByteCodingError) in try RedoRequest(from: &reader) })
    default: throw ByteCodingError("unknown feedback")
    }
  }
}

extension RedoRequest {
  func encode(into writer: inout ByteWriter) {
    from.encode(into: &writer)
    writer.write(minimumEnd)
    writer.write(rowLimit) { $0.write($1) }
    writer.write(rejectLimit) { $0.write($1) }
  }

  init(from reader: inout ByteReader) throws(ByteCodingError) {
    self.init(
      from: try Boundary(from: &reader), minimumEnd: try reader.readInt(),
      rowLimit: try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() },
      rejectLimit: try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() })
  }
}

extension Boundary {
  package func encode(into writer: inout ByteWriter) {
    writer.write(input)
    writer.write(offset)
    writer.write(isSkipping)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    self.init(input: try reader.readInt(), offset: try reader.readInt(), isSkipping: try reader.readBool())
  }
}
