// The results of one aggregate call as text, for a block of groups at a time.

import CSV

/// One result column: how the states of a call are finished.
struct GroupColumn: Sendable {
  private enum Source: Sendable {
    case rows
    /// A word that is the result, at a scale: the usual case, where no group is without values.
    case word(Int, scale: Int)
    /// A word that is the sum of a group's rows, times a power of ten.
    case mean(Int, power: Int64)
    case lane(NumberLayout)
    case cells
  }

  private let call: AggregateCall
  private let source: Source
  /// The lane of the call, if it has one.
  private let lane: Int
  /// Finished cells of a call that is no lane.
  private let cells: [Cell?]

  init(call index: Int, of table: GroupTable) {
    call = table.calls[index]
    switch table.places[index] {
    case .rows:
      lane = -1
      source = .rows
      cells = []
    case .lane(let lane, _):
      self.lane = lane
      source = Self.plain(call, table.lanes[lane]) ?? .lane(table.lanes[lane].layout)
      cells = []
    case .other(let other):
      lane = -1
      source = .cells
      cells = table.others[other].finish()
    }
  }

  /// How the result of a call is found in the words alone, if it is.
  private static func plain(_ call: AggregateCall, _ lane: NumberLane) -> Source? {
    guard lane.exact == nil, lane.nulls.isEmpty else { return nil }
    switch call.function {
    case .sum: return .word(lane.sum, scale: lane.scale)
    case .min: return .word(lane.least, scale: lane.scale)
    case .max: return .word(lane.greatest, scale: lane.scale)
    case .mean where lane.scale <= NumberParser.maxDigits:
      return .mean(lane.sum, power: LaneScale.powers[lane.scale])
    default: return nil
    }
  }

  /// Appends the results of groups.
  func append(
    _ groups: ArraySlice<UInt32>, of table: borrowing GroupTable, to block: inout CellBlock
  ) throws(AnswerError) {
    switch source {
    case .rows:
      for value in Self.words(0, of: groups, in: table) {
        DigitText.append(value, scale: 0, to: &block.bytes)
        block.close(.number)
      }
    case .word(let word, let scale):
      for (place, value) in Self.words(word, of: groups, in: table).enumerated() {
        // A group without rows is there only where there are no key columns.
        let isEmpty = table.keyColumns == 0 && table.rowCount(group: Int(groups[groups.startIndex + place])) == 0
        if !isEmpty { DigitText.append(value, scale: scale, to: &block.bytes) }
        block.close(isEmpty ? .null : .number)
      }
    case .mean(let word, let power):
      let sums = Self.words(word, of: groups, in: table)
      for (place, rows) in Self.words(0, of: groups, in: table).enumerated() {
        guard let mean = Self.quotient(sums[place], rows, power) else {
          let group = Int(groups[groups.startIndex + place])
          let lane = table.lanes[lane]
          block.close(try append(group, of: table, lane, lane.layout, to: &block.bytes))
          continue
        }
        DoubleText.append(mean, to: &block.bytes)
        block.close(.number)
      }
    case .lane(let layout):
      let lane = table.lanes[lane]
      for group in groups { block.close(try append(Int(group), of: table, lane, layout, to: &block.bytes)) }
    case .cells:
      for group in groups {
        guard let cell = cells[Int(group)] else { throw outOfRange }
        block.bytes.append(copying: cell.bytes.span)
        block.close(cell.kind)
      }
    }
  }

  /// One word of each group's record. Nothing else is done in the loop, so that its loads wait for memory together.
  private static func words(
    _ word: Int, of groups: ArraySlice<UInt32>, in table: borrowing GroupTable
  ) -> [Int64] {
    let (records, stride) = (table.records.span, table.stride)
    return [Int64](unsafeUninitializedCapacity: groups.count) { words, count in
      for group in groups {
        words[count] = records[Int(group) &* stride &+ word]
        count &+= 1
      }
    }
  }

  /// `sum` / (`count` x `power`), rounded once: the division of doubles is correctly rounded, and both integers are
  /// doubles. nil where they might not be.
  @inline(__always)
  private static func quotient(_ sum: Int64, _ count: Int64, _ power: Int64) -> Double? {
    let (divisor, overflow) = count.multipliedReportingOverflow(by: power)
    guard !overflow, divisor > 0, divisor <= 1 << 53, sum.magnitude <= 1 << 53 else { return nil }
    return Double(sum) / Double(divisor)
  }

  private func append(
    _ group: Int, of table: borrowing GroupTable, _ lane: borrowing NumberLane, _ layout: NumberLayout,
    to bytes: inout [UInt8]
  ) throws(AnswerError) -> Cell.Kind {
    let word = group * table.stride
    let values = Int(table.records[word]) - lane.nullCount(group)
    if call.function == .count {
      DigitText.append(Int64(values), to: &bytes)
      return .number
    }
    if values == 0 { return .null }
    let isPlain = lane.exact == nil && layout.scale == lane.scale && !layout.isBinary
    switch call.function {
    case .count: break
    case .sum:
      if isPlain {
        DigitText.append(table.records[word + lane.sum], scale: lane.scale, to: &bytes)
      } else {
        let sum = lane.exactSum(table.record(group), group: group, values: values)
        if layout.isBinary { return try append(sum.double(), to: &bytes) }
        bytes.append(contentsOf: sum.decimalText(scale: layout.scale).utf8)
      }
    case .mean:
      return try append(lane.exactSum(table.record(group), group: group, values: values).mean(), to: &bytes)
    case .min, .max:
      let end: Extreme = call.function == .min ? .least : .greatest
      if isPlain {
        DigitText.append(
          table.records[word + (end == .least ? lane.least : lane.greatest)], scale: lane.scale, to: &bytes)
      } else if let number = lane.extreme(table.record(group), group: group, end: end) {
        bytes.append(contentsOf: layout.text(number).utf8)
      }
    case .variance: return try append(.sampleVariance, lane, table, group, values, to: &bytes)
    case .stddev: return try append(.sampleDeviation, lane, table, group, values, to: &bytes)
    case .populationVariance: return try append(.populationVariance, lane, table, group, values, to: &bytes)
    case .populationStddev: return try append(.populationDeviation, lane, table, group, values, to: &bytes)
    }
    return .number
  }

  private func append(
    _ measure: SpreadMeasure, _ lane: borrowing NumberLane, _ table: borrowing GroupTable, _ group: Int, _ values: Int,
    to bytes: inout [UInt8]
  ) throws(AnswerError) -> Cell.Kind {
    if values < measure.least { return .null }
    let moments = lane.exactMoments(table.record(group), group: group, values: values)
    return try append(measure.finish(moments), to: &bytes)
  }

  private func append(_ double: Double?, to bytes: inout [UInt8]) throws(AnswerError) -> Cell.Kind {
    guard let double else { throw outOfRange }
    DoubleText.append(double, to: &bytes)
    return .number
  }

  private var outOfRange: AnswerError {
    AnswerError(
      "\(String(decoding: call.name, as: UTF8.self)): a result is outside the range of doubles",
      remedy: "use --where to leave out the values that are too large")
  }
}
