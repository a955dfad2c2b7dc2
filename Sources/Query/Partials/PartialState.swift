// The mergeable outcome of one piece. Groups and profiles merge in any order; rows are strung together in the order of
// the input by whoever merges.

import CSV

/// Rows that are encoded already.
package struct RowBlock: Sendable, Equatable {
  /// Rows with separators between them.
  package var bytes: [UInt8] = []
  package var count = 0

  package init() {}
}

/// The partial state of one piece.
package enum PartialState: Sendable {
  case rows(RowBlock)
  case sorted(SortedRows)
  case groups(GroupTable)
  /// Many groups, by partition (`GroupParts`).
  case parts([GroupTable])
  case profile(ProfileState)
  /// Rows that were not combined, and the state of those that columns cannot hold.
  indirect case typed(TypedRows, rest: PartialState)
  /// Kept by the parser until the end of the run; `isWaiting` says that it waits to hear whether the piece is committed.
  case kept(isWaiting: Bool)
  /// The binary form of one of the above, as it arrived from another process.
  case encoded([UInt8])

  /// What the binary form of groups and of a profile begins with.
  private enum Form: UInt8 {
    case whole, parts, typed
  }

  /// The binary form.
  package func encoded() -> [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .rows(let block):
      writer = ByteWriter(capacity: block.bytes.count + 16)
      writer.write(block.count)
      writer.write(block.bytes)
    case .sorted(let rows): rows.encode(into: &writer)
    case .groups(let table):
      if let parts = table.parts() { return PartialState.parts(parts).encoded() }
      writer.write(Form.whole.rawValue)
      table.encode(into: &writer)
    case .parts(let tables):
      writer.write(Form.parts.rawValue)
      for table in tables {
        var part = ByteWriter()
        table.encode(into: &part)
        writer.write(part.bytes)
      }
    case .profile(let state):
      writer.write(Form.whole.rawValue)
      state.encode(into: &writer)
    case .typed(let rows, let rest):
      writer = ByteWriter(capacity: rows.encodedSize)
      writer.write(Form.typed.rawValue)
      rows.encode(into: &writer)
      writer.write(bytes: rest.encoded().span)
    case .encoded(let bytes): return bytes
    case .kept: preconditionFailure("states that are kept do not cross to another process")
    }
    return writer.bytes
  }

  /// This state in its working form, read from the binary form if need be.
  ///
  /// - Parameter loop: how the work on many groups is spread.
  package func decoded(plan: Plan, in loop: ParallelLoop = .serial) throws(ByteCodingError) -> PartialState {
    guard case .encoded(let bytes) = self else { return self }
    var reader = ByteReader(bytes)
    let state = try Self.decoded(from: &reader, plan: plan, in: loop)
    guard reader.remaining == 0 else { throw ByteCodingError("\(reader.remaining) bytes too many") }
    return state
  }

  private static func decoded(
    from reader: inout ByteReader, plan: Plan, in loop: ParallelLoop, isRest: Bool = false
  ) throws(ByteCodingError) -> PartialState {
    let state: PartialState
    switch plan.task {
    case .profile:
      switch try form(&reader, isRest) {
      case .whole: state = .profile(try ProfileState(columnCount: plan.columnCount, from: &reader))
      case .parts: throw ByteCodingError("a profile in parts")
      case .typed:
        var rows = TypedRows(columns: plan.columnCount)
        try rows.decode(from: &reader)
        state = .typed(rows, rest: try decoded(from: &reader, plan: plan, in: loop, isRest: true))
      }
    case .groups(let task):
      switch try form(&reader, isRest) {
      case .whole: state = .groups(try GroupTable(calls: task.calls, keyColumns: task.keys.count, from: &reader))
      case .parts:
        state = .parts(try parts(calls: task.calls, keyColumns: task.keys.count, from: &reader, in: loop))
      case .typed:
        guard var rows = TypedRows(table: GroupTable(calls: task.calls, keyColumns: task.keys.count)) else {
          throw ByteCodingError("rows of a question that has none")
        }
        try rows.decode(from: &reader)
        state = .typed(rows, rest: try decoded(from: &reader, plan: plan, in: loop, isRest: true))
      }
    case .rows(let task) where task.sort.isEmpty:
      var block = RowBlock()
      block.count = try reader.readInt()
      block.bytes = try reader.readBytes()
      state = .rows(block)
    case .rows: state = .sorted(try SortedRows(from: &reader))
    }
    return state
  }

  private static func form(_ reader: inout ByteReader, _ isRest: Bool) throws(ByteCodingError) -> Form {
    guard let form = Form(rawValue: try reader.read()), form != .typed || !isRest else {
      throw ByteCodingError("a state of an unknown form")
    }
    return form
  }

  private static func parts(
    calls: [AggregateCall], keyColumns: Int, from reader: inout ByteReader, in loop: ParallelLoop
  ) throws(ByteCodingError) -> [GroupTable] {
    guard keyColumns > 0 else { throw ByteCodingError("parts of one group") }
    var blocks: [[UInt8]] = []
    for _ in 0..<GroupParts.count { blocks.append(try reader.readBytes()) }
    let bytes = blocks
    let results = loop.map(bytes.count) { index in
      Result { () throws(ByteCodingError) in
        var part = ByteReader(bytes[index])
        let table = try GroupTable(calls: calls, keyColumns: keyColumns, from: &part)
        guard part.remaining == 0 else { throw ByteCodingError("\(part.remaining) bytes too many in a part") }
        return table
      }
    }
    var tables: [GroupTable] = []
    for result in results { tables.append(try result.get()) }
    return tables
  }
}
