// What a thread of a stage did, and when: the events of `--trace`, and their binary form.

import CSV
import Transport

/// A stretch of time in which a thread did one thing.
package struct TraceEvent: Equatable, Sendable {
  /// What it did.
  package enum Kind: UInt8, CaseIterable, Sendable {
    case works = 0
    /// It waited for the stage before it.
    case waitsForInput = 1
    /// It waited for the stage behind it.
    case waitsForOutput = 2
    /// The reader waited to hear from the aggregator.
    case waitsForFeedback = 3
    /// It read the source.
    case reads = 4
    /// It waited for the source, which is slow on purpose or far away.
    case waitsForSource = 5
    /// The aggregator dealt with a result.
    case merges = 6

    /// Whether it is about one piece, where one is known.
    var isOfPiece: Bool { self != .waitsForInput && self != .waitsForFeedback }
  }

  package var kind: Kind
  /// `MonotonicClock`'s time; the end is not before the start.
  package var start: UInt64
  package var end: UInt64
  /// The piece that it is about.
  package var work: WorkName?

  package init(_ kind: Kind, _ start: UInt64, _ end: UInt64, _ work: WorkName? = nil) {
    self.kind = kind
    self.start = start
    self.end = end
    self.work = work
  }
}

/// What one thread of a stage did.
package struct TraceLane: Equatable, Sendable {
  /// How many pieces were given out and not committed, from a moment on.
  package struct Count: Equatable, Sendable {
    package var moment: UInt64
    package var pieces: Int

    package init(moment: UInt64, pieces: Int) {
      self.moment = moment
      self.pieces = pieces
    }
  }

  /// Which thread of the stage, counted from 0.
  package var thread: Int
  /// The kernel's number for it.
  package var threadId: Int32 = 0
  /// One after the other, in the order of time.
  package var events: [TraceEvent] = []
  /// Of the reader only.
  package var counts: [Count] = []
  /// Events and counts for which there was no more room.
  package var omitted = 0

  package init(thread: Int) { self.thread = thread }

  package func encode(into writer: inout ByteWriter) {
    writer.write(thread)
    writer.write(threadId)
    writer.write(omitted)
    writer.write(counts) { writer, count in
      writer.write(count.moment)
      writer.write(count.pieces)
    }
    writer.write(events) { writer, event in
      writer.write(event.kind.rawValue)
      writer.write(event.start)
      writer.write(event.end)
      writer.write(event.work) { $1.encode(into: &$0) }
    }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    thread = try reader.readInt()
    threadId = try reader.read()
    omitted = try reader.readInt()
    counts = try reader.readArray { (reader) throws(ByteCodingError) in
      Count(moment: try reader.read(), pieces: try reader.readInt())
    }
    events = try reader.readArray { (reader) throws(ByteCodingError) in
      guard let kind = TraceEvent.Kind(rawValue: try reader.read()) else { throw ByteCodingError("unknown event") }
      let (start, end) = (try reader.read(UInt64.self), try reader.read(UInt64.self))
      guard start <= end else { throw ByteCodingError("an event that ends before it begins") }
      let work = try reader.readOptional { (reader) throws(ByteCodingError) in try WorkName(from: &reader) }
      return TraceEvent(kind, start, end, work)
    }
    guard (0..<1024).contains(thread), (0..<1 << 56).contains(omitted) else {
      throw ByteCodingError("a lane of a thread that there is not")
    }
  }
}
