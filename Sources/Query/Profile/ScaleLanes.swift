// Sums, squares and extremes of the decimals of a batch in machine integers: what goes into the exact states once a batch
// instead of once a value.
//
// Why nothing overflows: a lane takes at most `valueLimit` values. Their total is below 2^64 x 2^12. A square of a mantissa
// below 2^57 is below 2^114, and so is 2^12 of them below 2^126; where a mantissa is larger (never beyond 10^18 < 2^60) the
// values are added again in runs of `wideRun`, whose squares are below 2^120 x 2^7.
//
// Why the pointers hold: mantissas and marks are a `NumberColumn`'s, of at least `count` values each; a lane's number is
// five bits of a mark, and there are 32 lanes.

import CSV

/// The decimals of one scale in a batch.
struct ScaleLane {
  var count = 0
  var least = Int64.max
  var greatest = Int64.min
  var total: Int128 = 0
  /// Total of the squares of the mantissas.
  var squares: UInt128 = 0

  @inline(__always)
  mutating func add(_ mantissa: Int64) {
    count &+= 1
    if mantissa < least { least = mantissa }
    if mantissa > greatest { greatest = mantissa }
    total &+= Int128(mantissa)
    let square = mantissa.multipliedFullWidth(by: mantissa)
    squares &+= UInt128(truncatingIfNeeded: square.high) &<< 64 | UInt128(square.low)
  }

  /// Whether so many values of such sizes leave the squares in range.
  @inline(__always)
  var isWide: Bool { least < -(1 << 57) || greatest > 1 << 57 }
}

extension NumericProfile {
  /// The most values that a lane takes.
  private static let valueLimit = 1 << 12
  /// The most values that a lane takes where some have more than 57 bits.
  private static let wideRun = 1 << 7

  /// Adds the decimals of a column; nulls and exceptions are passed over.
  mutating func add(_ column: NumberColumn) {
    var start = 0
    while start < column.count {
      let end = min(start + Self.valueLimit, column.count)
      if !addRun(column, from: start, to: end) {
        for place in stride(from: start, to: end, by: Self.wideRun) {
          _ = addRun(column, from: place, to: min(place + Self.wideRun, end), takesWide: true)
        }
      }
      start = end
    }
  }

  /// Adds the decimals of a column that was added once more often: so many times in all.
  mutating func addAgain(_ column: NumberColumn, times: UnsafePointer<Int>) {
    for index in 0..<column.count where times[index] != 1 && column.marks[index] <= NumberColumn.maxScale {
      let decimal = Decimal(mantissa: Int128(column.mantissas[index]), scale: Int(column.marks[index]))
      add(.decimal(decimal), times: times[index] - 1)
    }
  }

  /// Adds a run of values. False, with nothing added, where their squares might not fit.
  private mutating func addRun(_ column: NumberColumn, from start: Int, to end: Int, takesWide: Bool = false) -> Bool {
    let mantissas = column.mantissas
    if let scale = column.uniformScale {
      var lane = ScaleLane()
      for index in start..<end { lane.add(mantissas[index]) }
      if lane.isWide && !takesWide { return false }
      add(lane, scale: Int(scale))
      return true
    }
    let marks = column.marks
    return withUnsafeTemporaryAllocation(of: ScaleLane.self, capacity: 32) { lanes in
      lanes.initialize(repeating: ScaleLane())
      guard let lanes = lanes.baseAddress else { return false }
      // Nulls and exceptions get lanes of their own, 31 and 30, which nobody reads.
      for index in start..<end { lanes[Int(marks[index] & 31)].add(mantissas[index]) }
      let scales = 0...Int(NumberColumn.maxScale)
      if !takesWide, scales.contains(where: { lanes[$0].count > 0 && lanes[$0].isWide }) { return false }
      for scale in scales where lanes[scale].count > 0 { add(lanes[scale], scale: scale) }
      return true
    }
  }
}
