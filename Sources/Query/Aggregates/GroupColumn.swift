// The results of one aggregate call as text, group by group.

import CSV

/// One result column: how the states of a call are finished.
struct GroupColumn: Sendable {
  private enum Source: Sendable {
    case rows
    /// A word that is the result, at a scale: the usual case, where no group is without values.
    case word(Int, scale: Int)
    case lane(Int, NumberLayout)
    case cells
  }

  private let call: AggregateCall
  private let source: Source
  /// Finished cells of a call that is no lane.
  private let cells: [Cell?]

  init(call index: Int, of table: GroupTable) {
    call = table.calls[index]
    switch table.places[index] {
    case .rows:
      source = .rows
      cells = []
    case .lane(let lane, _):
      source = Self.plainWord(call, table.lanes[lane]).map { .word($0, scale: table.lanes[lane].scale) }
        ?? .lane(lane, table.lanes[lane].layout)
      cells = []
    case .other(let other):
      source = .cells
      cells = table.others[other].finish()
    }
  }

  /// The word that is the result of a call as it stands, if there is one.
  private static func plainWord(_ call: AggregateCall, _ lane: NumberLane) -> Int? {
    guard lane.exact == nil, lane.nulls.isEmpty else { return nil }
    switch call.function {
    case .sum: return lane.sum
    case .min: return lane.least
    case .max: return lane.greatest
    default: return nil
    }
  }

  /// Appends the result of a group.
  func append(
    _ group: Int, of table: borrowing GroupTable, to bytes: inout [UInt8]
  ) throws(AnswerError) -> Cell.Kind {
    switch source {
    case .rows:
      DigitText.append(table.records[group * table.stride], to: &bytes)
      return .number
    case .word(let word, let scale):
      // A group without rows is there only where there are no key columns.
      if table.records[group * table.stride] == 0 { return .null }
      DigitText.append(table.records[group * table.stride + word], scale: scale, to: &bytes)
      return .number
    case .lane(let index, let layout):
      return try append(group, of: table, table.lanes[index], layout, to: &bytes)
    case .cells:
      guard let cell = cells[group] else { throw outOfRange }
      bytes.append(contentsOf: cell.bytes)
      return cell.kind
    }
  }

  private func append(
    _ group: Int, of table: borrowing GroupTable, _ lane: borrowing NumberLane, _ layout: NumberLayout, to bytes: inout [UInt8]
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
        DigitText.append(table.records[word + (end == .least ? lane.least : lane.greatest)], scale: lane.scale, to: &bytes)
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
    bytes.append(contentsOf: DoubleText.shortest(double).utf8)
    return .number
  }

  private var outOfRange: AnswerError {
    AnswerError(
      "\(String(decoding: call.name, as: UTF8.self)): a result is outside the range of doubles",
      remedy: "use --where to leave out the values that are too large")
  }
}
