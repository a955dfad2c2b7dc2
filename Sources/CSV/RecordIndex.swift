// Where the fields of a run of records lie. What every scanner fills and everything behind the scanner reads.

/// Positions of the fields of some records of one piece. A field lies in the piece itself or, where quoting made its
/// text differ from its bytes, in the arena.
package struct RecordIndex: Sendable {
  /// Where one field's text lies.
  package struct Field: Sendable, Equatable {
    package var offset: UInt32
    package var count: UInt32
    /// Whether the text lies in the arena rather than in the piece.
    package var isInArena: Bool

    package init(offset: Int, count: Int, isInArena: Bool) {
      self.offset = UInt32(offset)
      self.count = UInt32(count)
      self.isInArena = isInArena
    }
  }

  /// Why the bytes of a record could not be cut into fields.
  package enum Defect: UInt8, Sendable {
    /// Text after a closing quote. The reject reaches to the end of the physical line that holds the text.
    case quote = 1
    /// The end of the input or the record limit was met inside quotes. The reject is the first physical line only.
    case unterminated = 2
    /// The record limit was met outside quotes. The reject is the first physical line only.
    case tooLong = 3
  }

  /// One record, or one reject.
  package struct Record: Sendable, Equatable {
    /// Offset of the first byte in the piece.
    package var start: Int
    /// Offset behind its line end in the piece (behind the last byte where the line end is missing or still to come).
    package var end: Int
    /// Line ends in the piece before this record.
    package var line: Int
    /// Index of its first field in `fields`.
    package var firstField: Int
    package var fieldCount: Int
    package var defect: Defect?

    package init(start: Int, end: Int, line: Int, firstField: Int, fieldCount: Int, defect: Defect? = nil) {
      self.start = start
      self.end = end
      self.line = line
      self.firstField = firstField
      self.fieldCount = fieldCount
      self.defect = defect
    }
  }

  package var records: [Record] = []
  package var fields: [Field] = []
  /// Texts of fields whose bytes in the piece are not their text (doubled quotes).
  package var arena: [UInt8] = []

  package init() {}

  /// Forgets the records and keeps the memory.
  package mutating func removeAll() {
    records.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    arena.removeAll(keepingCapacity: true)
  }

  /// The text of field `field` of a record of this index; `source` is the piece.
  @_lifetime(borrow self, copy source)
  package func text(of field: Field, in source: Span<UInt8>) -> Span<UInt8> {
    let range = Int(field.offset)..<Int(field.offset) + Int(field.count)
    if field.isInArena { return arena.span.extracting(range) }
    return source.extracting(range)
  }
}
