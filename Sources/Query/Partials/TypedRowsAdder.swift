// Adds rows that came as typed columns to groups or to a profile, in batches, as a parser would have added them.
//
// Why the pointers hold: texts lie in buffers of this object, with the margins that the batch loops read; slices lie
// within the texts, which `TypedRows` has checked; both are used within one call.

import CSV

/// The memory that typed rows are read in: one for each aggregator, used again for every piece.
package final class TypedRowsAdder {
  private static let batch = 2048

  private let nulls: NullKeys
  private let profileScratch: ProfileScratch
  private let scratch: GroupScratch
  private let keys: [PieceBuffer]
  private var slices: [[FieldSlice]]
  private let texts = TextColumn()
  private let numbers = NumberColumn()

  package init(plan: Plan) {
    var keyColumns = 0
    var columns = 1
    if case .groups(let task) = plan.task {
      keyColumns = task.keys.count
      columns = keyColumns
    }
    nulls = NullKeys(plan.dialect)
    profileScratch = ProfileScratch(plan.dialect)
    scratch = GroupScratch(keyColumns: keyColumns, capacity: Self.batch)
    keys = (0..<columns).map { _ in PieceBuffer() }
    slices = Array(repeating: [], count: columns)
  }

  /// Makes the texts of a column ready to be read.
  private func load(_ column: TypedTexts, at place: Int) {
    keys[place].load(column.bytes.span)
    slices[place].removeAll(keepingCapacity: true)
    slices[place].reserveCapacity(column.lengths.count)
    var start: UInt32 = 0
    for length in column.lengths {
      let count = length == TypedTexts.null ? 0 : length
      slices[place].append(FieldSlice(start: start, count: count))
      start += count
    }
  }

  /// Adds all rows to a profile.
  package func add(_ rows: TypedRows, to profile: inout ProfileState) {
    for (index, column) in rows.texts.enumerated() {
      load(column, at: 0)
      slices[0].withUnsafeBufferPointer { slices in
        guard let first = slices.baseAddress else { return }
        profile.add(
          column: index, base: UnsafePointer(keys[0].base), slices: first, count: rows.count, scratch: profileScratch)
      }
    }
    profile.endRows(rows.count)
  }

  /// Adds all rows to groups.
  package func add(_ rows: TypedRows, to table: inout GroupTable, task: GroupTask) {
    for (column, source) in task.keys.enumerated() {
      if case .column = source { load(rows.texts[column], at: column) }
    }
    // Where in the texts of each column the batch starts, for those that are read one by one.
    var starts = Array(repeating: 0, count: rows.texts.count)
    for first in stride(from: 0, to: rows.count, by: Self.batch) {
      let count = min(Self.batch, rows.count - first)
      for (column, source) in task.keys.enumerated() {
        if case .column = source {
          slices[column].withUnsafeBufferPointer { slices in
            guard let start = slices.baseAddress else { return }
            table.identifyKeys(
              column: column, base: UnsafePointer(keys[column].base), slices: start + first, rows: count, nulls: nulls,
              in: scratch)
          }
        } else {
          show(rows.texts[column], from: first, rows: count, &starts[column])
          table.identifyKeys(column: column, texts: texts, from: 0, rows: count, in: scratch)
        }
      }
      table.identifyGroups(rows: count, in: scratch)
      var isCounted = false
      for (call, place) in rows.places.enumerated() {
        switch place {
        case .numbers(let index):
          guard let lane = table.lane(ofCall: call) else { continue }
          show(rows.numbers[index], from: first, rows: count)
          table.add(numbers, from: 0, rows: count, lane: lane, counting: !isCounted, in: scratch)
          isCounted = true
        case .texts(let index):
          show(rows.texts[index], from: first, rows: count, &starts[index])
          table.addTexts(texts, from: 0, rows: count, call: call, in: scratch)
        case nil: break
        }
      }
      if !isCounted { table.countRows(count, in: scratch) }
    }
  }

  private func show(_ column: TypedTexts, from first: Int, rows: Int, _ start: inout Int) {
    texts.begin(count: rows)
    for row in 0..<rows {
      let length = column.lengths[first + row]
      if length == TypedTexts.null {
        texts.setNull(row)
      } else {
        texts.set(row, column.bytes.span.extracting(start..<start + Int(length)))
        start += Int(length)
      }
    }
    texts.finish()
  }

  private func show(_ column: TypedNumbers, from first: Int, rows: Int) {
    numbers.reserve(rows)
    for row in 0..<rows {
      numbers.mantissas[row] = column.mantissas[first + row]
      numbers.marks[row] = column.marks[first + row]
    }
    numbers.seal()
  }
}
