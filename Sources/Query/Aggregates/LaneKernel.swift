// The loops that add a batch of rows to the records of their groups: with the look-up of keys the hottest code of a
// grouped query.
//
// Why the pointers hold: they are the caller's for the time of the call. `groups` and `values` hold `rows` elements;
// every group is below the number of records, so each word lies within the records.

import CColumns
import CSV

/// Adds rows to records.
struct LaneKernel {
  /// The records of all groups, `stride` words each.
  let records: UnsafeMutablePointer<Int64>
  let stride: Int
  let groups: UnsafePointer<UInt32>
  /// Whether there are so many groups that their records lie far away.
  var isFar = false

  /// Asks for the records of rows that are to be added, where there are so many groups that they lie far away.
  func prefetch(rows: Int) {
    for row in 0..<rows { ccolumns_prefetch(records + Int(groups[row]) &* stride) }
  }

  /// Records from which on `prefetch` pays, in words: more than the nearest caches hold.
  static let farAway = 1 << 14

  /// Counts rows: one for each group named.
  func count(rows: Int) {
    for row in 0..<rows { records[Int(groups[row]) &* stride] &+= 1 }
  }

  /// Adds one value a row to a lane; counts the rows too if asked.
  ///
  /// - Returns: the row at which a sum has no room left, which is not added (nor counted); `rows` if there is none.
  func add(_ values: UnsafePointer<Int64>, from first: Int, rows: Int, lane: LaneWords, counting: Bool) -> Int {
    // The first lane that is added to brings the records near for the others.
    if counting, lane.parts == .sum, isFar {
      return run(values, first, rows, lane, true, true, false, false, ahead: 32)
    }
    switch (counting, lane.parts) {
    case (true, .sum): return run(values, first, rows, lane, true, true, false, false)
    case (false, .sum): return run(values, first, rows, lane, false, true, false, false)
    case (true, [.sum, .least, .greatest]): return run(values, first, rows, lane, true, true, true, true)
    case (false, [.sum, .least, .greatest]): return run(values, first, rows, lane, false, true, true, true)
    case (true, [.least, .greatest]): return run(values, first, rows, lane, true, false, true, true)
    case (_, let parts):
      let end = run(
        values, first, rows, lane, counting, parts.contains(.sum), parts.contains(.least), parts.contains(.greatest),
        parts.contains(.squares))
      return end
    }
  }

  @inline(__always)
  private func run(
    _ values: UnsafePointer<Int64>, _ first: Int, _ rows: Int, _ lane: LaneWords, _ counts: Bool, _ sums: Bool,
    _ least: Bool, _ greatest: Bool, _ squares: Bool = false, ahead: Int = 0
  ) -> Int {
    let (sumWord, leastWord, greatestWord, squareWord) = (lane.sum, lane.least, lane.greatest, lane.squares)
    for row in first..<rows {
      if ahead > 0 { ccolumns_prefetch(records + Int(groups[min(row &+ ahead, rows &- 1)]) &* stride) }
      let record = records + Int(groups[row]) &* stride
      let value = values[row]
      if squares {
        let (high, low) = value.multipliedFullWidth(by: value)
        let (newLow, carry) = UInt64(bitPattern: record[squareWord]).addingReportingOverflow(low)
        let (partial, first) = record[squareWord &+ 1].addingReportingOverflow(high)
        let (newHigh, second) = partial.addingReportingOverflow(carry ? 1 : 0)
        if first || second { return row }
        if sums, record[sumWord].addingReportingOverflow(value).overflow { return row }
        record[squareWord] = Int64(bitPattern: newLow)
        record[squareWord &+ 1] = newHigh
      }
      if sums {
        let (sum, overflow) = record[sumWord].addingReportingOverflow(value)
        if overflow { return row }
        record[sumWord] = sum
      }
      if counts { record[0] &+= 1 }
      if least { record[leastWord] = min(record[leastWord], value) }
      if greatest { record[greatestWord] = max(record[greatestWord], value) }
    }
    return rows
  }
}
