// The partial state of the profile, the answer where no question is asked: one row of facts for each column.

import CSV

/// Profiles of all columns of some rows. States of the same columns merge in any order and shape with the same result.
package struct ProfileState: Sendable {
  private var rows = 0
  private var columns: [ColumnProfile]

  package init(columnCount: Int) { columns = Array(repeating: ColumnProfile(), count: columnCount) }

  /// Adds the value of one column of the current row.
  package mutating func add(column: Int, text: Span<UInt8>, isNull: Bool) {
    if isNull {
      columns[column].addNull()
    } else {
      columns[column].add(text)
    }
  }

  package var columnCount: Int { columns.count }

  /// Adds the values of one column of a batch of rows; `endRows` counts them. The state is the same as after adding them
  /// one by one.
  ///
  /// - Parameter base: what `slices` are relative to; 64 bytes before and behind each text can be read
  ///   (`PieceBuffer.margin`).
  package mutating func add(
    column: Int, base: UnsafePointer<UInt8>, slices: UnsafePointer<FieldSlice>, count: Int, scratch: ProfileScratch
  ) {
    for start in stride(from: 0, to: count, by: ProfileScratch.capacity) {
      columns[column].add(
        base: base, slices: slices + start, count: min(ProfileScratch.capacity, count - start), scratch)
    }
  }

  /// Forgets everything, to be used for another part of the same answer.
  ///
  /// - Parameter other: a state that will be part of that answer for certain: columns that have too many distinct values
  ///   there are not counted exactly here from now on. The answer is the same without, only slower to come by.
  package mutating func clear(besides other: ProfileState? = nil) {
    rows = 0
    for index in columns.indices { columns[index].clear(besides: other?.columns[index]) }
  }

  /// Rows that were added.
  package var rowCount: Int { rows }

  /// Counts the current row.
  package mutating func endRow() { rows &+= 1 }

  /// Counts the rows of a batch.
  package mutating func endRows(_ count: Int) { rows &+= count }

  package mutating func merge(_ other: ProfileState) {
    precondition(columns.count == other.columns.count, "profiles of different columns cannot be merged")
    rows &+= other.rows
    for index in columns.indices { columns[index].merge(other.columns[index]) }
  }

  /// The columns of the result:
  /// - `column`: the name in the input;
  /// - `type`: the least type that holds every value;
  /// - `rows`: all rows, the same in every line; `nulls`: those without a value;
  /// - `min`, `max`: by value and at the column's scale in columns of numbers, else by bytes;
  /// - `mean`, `stddev` (of a sample): of columns of numbers;
  /// - `distinct`: distinct values, exact up to `DistinctValues.bound`, then estimated;
  /// - `distinct_error`: `0` where that is exact, else the relative standard error of the estimate, `0.0081`;
  /// - `longest`: bytes of the longest value;
  /// - `top`, `top_count`: the most frequent value (of several the smallest by bytes) and how often it occurs, while
  ///   the distinct values are counted exactly.
  package static let resultColumns: [ResultColumn] = [
    ("column", false), ("type", false), ("rows", true), ("nulls", true), ("min", false), ("max", false),
    ("mean", true), ("stddev", true), ("distinct", true), ("distinct_error", true), ("longest", true),
    ("top", false), ("top_count", true),
  ].map { ResultColumn(name: Array($0.0.utf8), isNumeric: $0.1) }

  /// The rows of the result, one a column.
  ///
  /// - Parameter names: the names of the columns, as many as there are columns.
  package func finish(names: [[UInt8]]) throws(AnswerError) -> [[Cell]] {
    var result: [[Cell]] = []
    for (name, column) in zip(names, columns) { result.append(try column.finish(name: name, rows: rows)) }
    return result
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(count: columns.count)
    writer.write(count: rows)
    for column in columns { column.encode(into: &writer) }
  }

  /// Reads a state back; of `wanted` columns, where that is given.
  package init(columnCount wanted: Int? = nil, from reader: inout ByteReader) throws(ByteCodingError) {
    let count = try reader.readElementCount(size: 1)
    guard wanted == nil || wanted == count else { throw ByteCodingError("a profile of \(count) columns") }
    rows = try reader.readCount()
    columns = []
    for _ in 0..<count { columns.append(try ColumnProfile(from: &reader)) }
  }
}
