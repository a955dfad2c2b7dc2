// The partial state of a grouped question: keys, row counts and the states of all aggregate calls, numbered alike. What
// parsers fill, what crosses to the aggregator, what is finished into the result.
//
// A group has one record of 64-bit words: its row count first, then the words of each lane of numbers (`NumberLane`).
// Aggregates over texts and booleans, which are rare, keep states of their own (`Aggregate`).
//
// Why the pointers hold: `addDecimals` lends the records to `LaneKernel` within `withUnsafeMutableBufferPointer`; the
// values and groups are its caller's for the time of the call, and every group has a record.

import CSV

/// Groups and their aggregate states. Tables of the same calls merge in any order and shape with the same finished
/// rows.
package struct GroupTable: Sendable {
  /// Where the results of a call are kept.
  enum Place: Sendable {
    /// In the row counts.
    case rows
    /// In a lane; `isFirst` for the call through which values are added to it.
    case lane(Int, isFirst: Bool)
    /// In `others`.
    case other(Int)
  }

  package let calls: [AggregateCall]
  /// Key columns; without any there is one group.
  package let keyColumns: Int
  let places: [Place]
  /// Words in a record.
  let stride: Int
  /// The texts of each key column. With one key column its numbers are those of the groups.
  var dictionaries: [KeyDictionary]
  /// With several key columns: the tuples of key numbers.
  var tuples: TupleTable
  var records: [Int64] = []
  /// A record of no rows.
  let emptyRecord: [Int64]
  var lanes: [NumberLane]
  var others: [any Aggregate]
  /// Changes when groups get other numbers.
  var version = 0

  package init(calls: [AggregateCall], keyColumns: Int) {
    self.calls = calls
    self.keyColumns = keyColumns
    var parts: [(argument: Int?, parts: LaneParts)] = []
    var places: [Place] = []
    var others: [any Aggregate] = []
    for call in calls {
      switch call.kind {
      case nil: places.append(.rows)
      case .number:
        let wanted = LaneParts(call.function)
        if let argument = call.argument, let lane = parts.firstIndex(where: { $0.argument == argument }) {
          parts[lane].parts.formUnion(wanted)
          places.append(.lane(lane, isFirst: false))
        } else {
          places.append(.lane(parts.count, isFirst: true))
          parts.append((call.argument, wanted))
        }
      default:
        places.append(.other(others.count))
        others.append(call.makeAggregate())
      }
    }
    self.places = places
    self.others = others
    var word = 1
    lanes = parts.map { NumberLane(parts: $0.parts, word: &word) }
    stride = word
    var empty = [Int64](repeating: 0, count: word)
    for lane in lanes {
      if lane.least >= 0 { empty[lane.least] = NumberLane.emptyWord(.least) }
      if lane.greatest >= 0 { empty[lane.greatest] = NumberLane.emptyWord(.greatest) }
    }
    emptyRecord = empty
    dictionaries = Array(repeating: KeyDictionary(), count: keyColumns)
    tuples = TupleTable(width: max(2, keyColumns))
    coverGroups()
  }

  /// The number of groups.
  package var count: Int {
    switch keyColumns {
    case 0: 1
    case 1: dictionaries[0].count
    default: tuples.count
    }
  }

  /// About how many bytes the binary form takes, without long keys and what the words cannot hold.
  package var approximateSize: Int { count * (16 * keyColumns + 8 * stride) }

  /// The rows added to a group.
  package func rowCount(group: Int) -> Int { Int(records[group * stride]) }

  /// The rows added to all groups.
  package var rowCount: Int {
    var rows = 0
    for word in Swift.stride(from: 0, to: records.count, by: stride) { rows &+= Int(records[word]) }
    return rows
  }

  /// The record of a group.
  func record(_ group: Int) -> ArraySlice<Int64> { records[group * stride..<(group + 1) * stride] }

  /// Makes records for groups that have none yet.
  mutating func coverGroups() {
    let wanted = count * stride
    if records.count == wanted { return }
    if records.capacity < wanted { records.reserveCapacity(max(wanted, records.count * 2)) }
    if stride == emptyRecord.count, emptyRecord.allSatisfy({ $0 == 0 }) {
      records.append(contentsOf: repeatElement(0, count: wanted - records.count))
    } else {
      while records.count < wanted { records.append(contentsOf: emptyRecord) }
    }
    for index in others.indices { others[index].cover(groups: count) }
  }

  // MARK: Row by row

  /// The number of a text among the keys of a column.
  package mutating func keyNumber(column: Int, _ text: Span<UInt8>) -> UInt32 {
    UInt32(dictionaries[column].insert(text).id)
  }

  /// The number of null among the keys of a column.
  package mutating func nullNumber(column: Int) -> UInt32 { UInt32(dictionaries[column].insertNull().id) }

  /// The group of the key with these numbers.
  package mutating func group(numbers: [UInt32]) -> Int {
    defer { coverGroups() }
    switch keyColumns {
    case 0: return 0
    case 1: return Int(numbers[0])
    default: return tuples.insert(numbers)
    }
  }

  /// Counts a row of a group.
  package mutating func addRow(group: Int) { records[group * stride] &+= 1 }

  /// Adds the value that one row gives the argument of a call.
  ///
  /// Calls that share an argument share its state: the value is added once, at the first of them.
  package mutating func add(_ value: Value, in row: borrowing RowScratch, call: Int, group: Int) {
    switch places[call] {
    case .rows: break
    case .other(let index): others[index].add(value, in: row, group: group)
    case .lane(_, isFirst: false): break
    case .lane(let index, isFirst: true):
      if case .number(let number) = value {
        add(number, lane: index, group: group)
      } else {
        lanes[index].addNull(group: group)
      }
    }
  }

  /// Adds a number to a lane.
  mutating func add(_ number: Number, lane index: Int, group: Int) {
    guard case .decimal(let decimal) = number, let value = laneValue(decimal, lane: index) else {
      lanes[index].addExactly(number, group: group)
      return
    }
    withUnsafePointer(to: value) { values in
      withUnsafePointer(to: UInt32(group)) { groups in
        addDecimals(values, rows: 1, lane: index, groups: groups, counting: false)
      }
    }
  }

  /// A decimal at the scale of the lane, which is raised to it; nil where it does not fit.
  private mutating func laneValue(_ decimal: Decimal, lane: Int) -> Int64? {
    guard decimal.scale <= NumberParser.maxDigits else { return nil }
    // The ends of the range stand for no value (`NumberLane.emptyWord`).
    guard let mantissa = Int64(exactly: decimal.mantissa), mantissa != .min, mantissa != .max else { return nil }
    raise(lane: lane, to: decimal.scale)
    return LaneScale.scaled(mantissa, by: lanes[lane].scale - decimal.scale)
  }

  // MARK: Batches

  /// Adds decimals, one a row, all at the scale of the lane; counts the rows too if asked.
  mutating func addDecimals(
    _ values: UnsafePointer<Int64>, rows: Int, lane index: Int, groups: UnsafePointer<UInt32>, counting: Bool
  ) {
    var done = 0
    while done < rows {
      let lane = lanes[index].words
      done = records.withUnsafeMutableBufferPointer { records in
        // There are records, because there are groups.
        guard let first = records.baseAddress else { return rows }
        let isFar = records.count >= LaneKernel.farAway
        let kernel = LaneKernel(records: first, stride: stride, groups: groups, isFar: isFar)
        if isFar, counting, done == 0, lane.parts != .sum { kernel.prefetch(rows: rows) }
        return kernel.add(values, from: done, rows: rows, lane: lane, counting: counting)
      }
      if done < rows { makeRoom(lane: index, group: Int(groups[done])) }
    }
  }

  /// Empties the sums of a group into the exact states.
  private mutating func makeRoom(lane index: Int, group: Int) {
    let lane = lanes[index].words
    let word = group * stride
    if lane.sum >= 0 {
      lanes[index].spill(sum: records[word + lane.sum], group: group)
      records[word + lane.sum] = 0
    }
    if lane.squares >= 0 {
      let low = UInt64(bitPattern: records[word + lane.squares])
      lanes[index].spill(squares: Int128(records[word + lane.squares + 1]) << 64 | Int128(low), group: group)
      records[word + lane.squares] = 0
      records[word + lane.squares + 1] = 0
    }
  }

  /// Raises the scale of a lane; sums and extremes that have no room for it go to the exact states.
  package mutating func raise(lane index: Int, to scale: Int) {
    let lane = lanes[index].words
    if scale <= lane.scale { return }
    let by = scale - lane.scale
    for group in 0..<count {
      let word = group * stride
      if lane.sum >= 0 || lane.squares >= 0 {
        let sum = lane.sum >= 0 ? LaneScale.scaled(records[word + lane.sum], by: by) : 0
        var squares: Int128? = 0
        if lane.squares >= 0 {
          let low = UInt64(bitPattern: records[word + lane.squares])
          squares = PowerOfTen.scale(Int128(records[word + lane.squares + 1]) << 64 | Int128(low), by: 2 * by)
        }
        if let sum, let squares {
          if lane.sum >= 0 { records[word + lane.sum] = sum }
          if lane.squares >= 0 {
            records[word + lane.squares] = Int64(truncatingIfNeeded: squares)
            records[word + lane.squares + 1] = Int64(truncatingIfNeeded: squares >> 64)
          }
        } else {
          makeRoom(lane: index, group: group)
        }
      }
      for (place, end) in [(lane.least, Extreme.least), (lane.greatest, .greatest)] where place >= 0 {
        let value = records[word + place]
        if value == NumberLane.emptyWord(end) { continue }
        if let scaled = LaneScale.scaled(value, by: by) {
          records[word + place] = scaled
        } else {
          lanes[index].spill(extreme: value, end: end, group: group)
          records[word + place] = NumberLane.emptyWord(end)
        }
      }
    }
    lanes[index].scale = scale
  }

  // MARK: Emptying

  /// Forgets all rows. Keys are kept, so that the next piece finds them again, unless there are many: groups without
  /// rows count for nothing until a row comes.
  package mutating func clear() {
    for index in lanes.indices { lanes[index].clear() }
    if count > Self.keptKeys || keyColumns == 0 || !others.isEmpty {
      for column in dictionaries.indices { dictionaries[column].removeAll() }
      tuples.removeAll()
      records.removeAll(keepingCapacity: true)
      others = makeOthers()
      version &+= 1
      coverGroups()
    } else if stride == 1 {
      for index in records.indices { records[index] = 0 }
    } else {
      for start in Swift.stride(from: 0, to: records.count, by: stride) where records[start] != 0 {
        for word in 0..<stride { records[start + word] = emptyRecord[word] }
      }
    }
  }

  private func makeOthers() -> [any Aggregate] {
    calls.filter { $0.kind != nil && $0.kind != .number }.map { $0.makeAggregate() }
  }

  /// Groups up to which keys are kept when a table is cleared.
  private static let keptKeys = 4096

  // MARK: The binary form

  package func encode(into writer: inout ByteWriter) {
    guard hasOnlyUsedGroups else { return used.encode(into: &writer) }
    for dictionary in dictionaries { dictionary.encode(into: &writer) }
    if keyColumns > 1 { tuples.encode(into: &writer) }
    writer.write(integers: records)
    for lane in lanes { lane.encode(into: &writer) }
    for other in others { other.encode(into: &writer) }
  }

  /// The groups that have rows.
  var used: GroupTable {
    if hasOnlyUsedGroups { return self }
    var used = GroupTable(calls: calls, keyColumns: keyColumns)
    used.merge(self)
    return used
  }

  private var hasOnlyUsedGroups: Bool {
    if keyColumns == 0 { return true }
    for word in Swift.stride(from: 0, to: records.count, by: stride) where records[word] == 0 { return false }
    return true
  }

  /// Reads a table of these calls back.
  package init(
    calls: [AggregateCall], keyColumns: Int, from reader: inout ByteReader
  ) throws(ByteCodingError) {
    self.init(calls: calls, keyColumns: keyColumns)
    for column in dictionaries.indices { dictionaries[column] = try KeyDictionary(from: &reader) }
    if keyColumns > 1 { tuples = try TupleTable(limits: dictionaries.map(\.count), from: &reader) }
    records = try reader.readIntegers(count * stride)
    // Only the one group that is there from the start can be without rows.
    let rows: ClosedRange<Int64> = (keyColumns == 0 ? 0 : 1)...(1 << 56)
    for group in 0..<count {
      guard rows.contains(records[group * stride]) else { throw ByteCodingError("a count of rows") }
    }
    for index in lanes.indices {
      try lanes[index].decode(groups: count, from: &reader)
      for (group, nulls) in lanes[index].nulls.enumerated() where nulls > records[group * stride] {
        throw ByteCodingError("more nulls than rows")
      }
    }
    // Without key columns there is a group from the start: its states are replaced, not added to.
    others = makeOthers()
    for index in others.indices { try others[index].decode(groupCount: count, from: &reader) }
  }
}

/// Scaling of the decimals in lanes.
enum LaneScale {
  /// `mantissa` x 10^`by`; nil where that has no room, or is what stands for nothing.
  @inline(__always)
  static func scaled(_ mantissa: Int64, by: Int) -> Int64? {
    if by == 0 { return mantissa }
    guard by <= NumberParser.maxDigits else { return mantissa == 0 ? 0 : nil }
    let (product, overflow) = mantissa.multipliedReportingOverflow(by: powers[by])
    return overflow || product == .max || product == .min ? nil : product
  }

  /// 10^0 ... 10^18.
  static let powers: [Int64] = {
    var powers: [Int64] = [1]
    for _ in 1...NumberParser.maxDigits { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()
}
