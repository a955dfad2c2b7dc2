// The states of all aggregates over the numbers of one argument, for every group of a table: `sum`, `mean`, `min`,
// `max`, `var` and the like of one column share them, so that a row is added once however many calls there are.
//
// A state is a few 64-bit words in the table's record of the group (`GroupTable`). Decimals are kept there at one
// scale for the whole lane; what does not fit goes to exact states, which are made when the first value needs them.
// Results are made of both together, so nothing depends on which way a value went.

import CSV

/// What a lane keeps of its numbers beyond their count.
package struct LaneParts: OptionSet, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let sum = LaneParts(rawValue: 1)
  package static let least = LaneParts(rawValue: 2)
  package static let greatest = LaneParts(rawValue: 4)
  package static let squares = LaneParts(rawValue: 8)

  /// What a call needs.
  init(_ function: AggregateFunction) {
    switch function {
    case .count: self = []
    case .sum, .mean: self = .sum
    case .min: self = .least
    case .max: self = .greatest
    case .variance, .stddev, .populationVariance, .populationStddev: self = [.sum, .squares]
    }
  }
}

/// Where the words of a lane lie, without what they cannot hold: whoever changes that must not hold a copy of it.
struct LaneWords: Sendable {
  let parts: LaneParts
  /// Places as in `NumberLane`.
  let sum: Int
  let least: Int
  let greatest: Int
  let squares: Int
  let scale: Int
}

/// One lane: where its words lie in a record, and what the words cannot hold.
package struct NumberLane: Sendable {
  let parts: LaneParts
  /// Places of the words in a record; -1 for those that are not kept. `squares` is the first of two.
  let sum: Int
  let least: Int
  let greatest: Int
  let squares: Int
  /// Fraction digits of everything in the words.
  var scale = 0
  /// Values that were null, by group; shorter than the table where the rest had none.
  var nulls: [Int64] = []
  var exact: ExactStates?

  /// - Parameter word: the place of the lane's first word; left behind its last.
  init(parts: LaneParts, word: inout Int) {
    self.parts = parts
    func take(_ part: LaneParts, _ count: Int) -> Int {
      guard parts.contains(part) else { return -1 }
      defer { word += count }
      return word
    }
    sum = take(.sum, 1)
    least = take(.least, 1)
    greatest = take(.greatest, 1)
    squares = take(.squares, 2)
  }

  var words: LaneWords {
    LaneWords(parts: parts, sum: sum, least: least, greatest: greatest, squares: squares, scale: scale)
  }

  /// States of numbers that the words cannot hold, by group; shorter than the table where the rest had none.
  struct ExactStates: Sendable {
    var sums: [ExactAccumulator] = []
    var squares: [ExactAccumulator] = []
    var least: [NumberExtreme] = []
    var greatest: [NumberExtreme] = []
    var layout = NumberLayout()

    /// Groups that have states.
    var groupCount: Int { max(sums.count, squares.count, least.count, greatest.count) }

    /// Makes states for groups up to this one.
    mutating func cover(_ group: Int, _ parts: LaneParts) {
      func widen<Element>(_ array: inout [Element], _ element: Element) {
        if array.count > group { return }
        // Doubled, so that groups that come one after the other do not move everything each time.
        array.append(contentsOf: repeatElement(element, count: max(group + 1, array.count * 2) - array.count))
      }
      if parts.contains(.sum) { widen(&sums, ExactAccumulator()) }
      if parts.contains(.squares) { widen(&squares, ExactAccumulator()) }
      if parts.contains(.least) { widen(&least, NumberExtreme()) }
      if parts.contains(.greatest) { widen(&greatest, NumberExtreme()) }
    }

    mutating func add(_ number: Number, _ group: Int, _ parts: LaneParts) {
      cover(group, parts)
      layout.note(number)
      if parts.contains(.least) { least[group].add(number, for: .least) }
      if parts.contains(.greatest) { greatest[group].add(number, for: .greatest) }
      switch number {
      case .decimal(let decimal):
        if parts.contains(.sum) { sums[group].add(decimal.mantissa, scale: decimal.scale) }
        if parts.contains(.squares) { squares[group].addSquare(of: decimal.mantissa, scale: decimal.scale) }
      case .binary(let double):
        if parts.contains(.sum) { sums[group].add(double) }
        if parts.contains(.squares) { squares[group].addSquare(of: double) }
      }
    }

    mutating func merge(_ other: ExactStates, _ sources: [UInt32], into targets: [UInt32], _ parts: LaneParts) {
      layout.merge(other.layout)
      let count = other.groupCount
      for (source, target) in zip(sources, targets) where Int(source) < count {
        let (index, group) = (Int(source), Int(target))
        cover(group, parts)
        if index < other.sums.count { sums[group].merge(other.sums[index]) }
        if index < other.squares.count { squares[group].merge(other.squares[index]) }
        if index < other.least.count { least[group].merge(other.least[index], for: .least) }
        if index < other.greatest.count { greatest[group].merge(other.greatest[index], for: .greatest) }
      }
    }

    func encode(into writer: inout ByteWriter) {
      layout.encode(into: &writer)
      writer.write(sums) { $1.encode(into: &$0) }
      writer.write(squares) { $1.encode(into: &$0) }
      writer.write(least) { $1.encode(into: &$0) }
      writer.write(greatest) { $1.encode(into: &$0) }
    }

    init() {}

    /// Reads states back.
    ///
    /// - Parameters:
    ///   - groups: groups of the table; what lies behind them is room that was made ahead.
    ///   - parts: what the lane keeps; there is nothing else.
    init(groups: Int, parts: LaneParts, from reader: inout ByteReader) throws(ByteCodingError) {
      func read<State>(
        _ part: LaneParts, _ element: (inout ByteReader) throws(ByteCodingError) -> State
      ) throws(ByteCodingError) -> [State] {
        var states = try reader.readArray(element)
        guard states.isEmpty || parts.contains(part) else { throw ByteCodingError("states that nobody asked for") }
        states.removeLast(max(0, states.count - groups))
        return states
      }
      layout = try NumberLayout(from: &reader)
      sums = try read(.sum) { (reader) throws(ByteCodingError) in try ExactAccumulator(from: &reader) }
      squares = try read(.squares) { (reader) throws(ByteCodingError) in try ExactAccumulator(from: &reader) }
      least = try read(.least) { (reader) throws(ByteCodingError) in try NumberExtreme(from: &reader) }
      greatest = try read(.greatest) { (reader) throws(ByteCodingError) in try NumberExtreme(from: &reader) }
    }
  }

  mutating func addNull(group: Int) { addNulls(1, group: group) }

  private mutating func addNulls(_ count: Int64, group: Int) {
    if nulls.count <= group {
      // Doubled, so that groups that come one after the other do not move everything each time.
      nulls.append(contentsOf: repeatElement(0, count: max(group + 1, 2 * nulls.count) - nulls.count))
    }
    nulls[group] &+= count
  }

  func nullCount(_ group: Int) -> Int { group < nulls.count ? Int(nulls[group]) : 0 }

  mutating func addExactly(_ number: Number, group: Int) {
    if exact == nil { exact = ExactStates() }
    exact?.add(number, group, parts)
  }

  /// Adds to the exact sum of a group what the word has no room for.
  mutating func spill(sum: Int64, group: Int) {
    if exact == nil { exact = ExactStates() }
    exact?.cover(group, parts)
    exact?.sums[group].add(Int128(sum), scale: scale)
  }

  mutating func spill(squares: Int128, group: Int) {
    if exact == nil { exact = ExactStates() }
    exact?.cover(group, parts)
    exact?.squares[group].add(squares, scale: 2 * scale)
  }

  mutating func spill(extreme: Int64, end: Extreme, group: Int) {
    if exact == nil { exact = ExactStates() }
    exact?.cover(group, parts)
    let number = Number.decimal(Decimal(mantissa: Int128(extreme), scale: scale))
    if end == .least {
      exact?.least[group].add(number, for: end)
    } else {
      exact?.greatest[group].add(number, for: end)
    }
  }

  /// Adds a total at a scale of its own to the exact sum of a group.
  mutating func addTotal(_ total: Int128, scale: Int, group: Int) {
    if exact == nil { exact = ExactStates() }
    exact?.cover(group, parts)
    exact?.sums[group].add(total, scale: scale)
  }

  /// Adds squares to a group's words or, where these have no room, to its exact states.
  mutating func addSquares(_ total: Int128, scale: Int, group: Int, to records: inout [Int64], word: Int) {
    let place = word + squares
    if let scaled = PowerOfTen.scale(total, by: 2 * self.scale - scale) {
      let own = Int128(records[place + 1]) << 64 | Int128(UInt64(bitPattern: records[place]))
      let (sum, overflow) = own.addingReportingOverflow(scaled)
      if !overflow {
        records[place] = Int64(truncatingIfNeeded: sum)
        records[place + 1] = Int64(truncatingIfNeeded: sum >> 64)
        return
      }
    }
    if exact == nil { exact = ExactStates() }
    exact?.cover(group, parts)
    exact?.squares[group].add(total, scale: scale)
  }

  mutating func addExtreme(_ number: Number, end: Extreme, group: Int) {
    if exact == nil { exact = ExactStates() }
    exact?.cover(group, parts)
    if end == .least {
      exact?.least[group].add(number, for: end)
    } else {
      exact?.greatest[group].add(number, for: end)
    }
  }

  /// Forgets everything but where the words are.
  mutating func clear() {
    scale = 0
    nulls.removeAll(keepingCapacity: true)
    exact = nil
  }

  /// Adds what another lane holds beyond its words for some of its groups.
  mutating func merge(rest other: NumberLane, _ sources: [UInt32], into targets: [UInt32]) {
    if !other.nulls.isEmpty {
      for (source, target) in zip(sources, targets) {
        let count = other.nullCount(Int(source))
        if count != 0 { addNulls(Int64(count), group: Int(target)) }
      }
    }
    guard let states = other.exact else { return }
    if exact == nil { exact = ExactStates() }
    exact?.merge(states, sources, into: targets, parts)
  }

  /// Adds what a lane at the same scale holds beyond its words for groups that come behind the `count` groups here.
  mutating func append(rest other: NumberLane, behind count: Int) {
    if !other.nulls.isEmpty {
      nulls.append(contentsOf: repeatElement(0, count: max(0, count - nulls.count)))
      nulls.removeLast(nulls.count - count)
      nulls.append(contentsOf: other.nulls)
    }
    guard let states = other.exact else { return }
    if exact == nil { exact = ExactStates() }
    let groups = states.groupCount
    let sources = (0..<groups).map { UInt32($0) }
    exact?.merge(states, sources, into: sources.map { $0 + UInt32(count) }, parts)
  }

  func encode(into writer: inout ByteWriter) {
    writer.write(UInt8(scale))
    writer.write(count: nulls.count)
    writer.write(integers: nulls)
    writer.write(exact) { $1.encode(into: &$0) }
  }

  /// Reads what is not in the words.
  mutating func decode(groups: Int, from reader: inout ByteReader) throws(ByteCodingError) {
    scale = Int(try reader.read(UInt8.self))
    guard scale <= NumberParser.maxDigits else { throw ByteCodingError("a scale of \(scale)") }
    nulls = try reader.readIntegers(try reader.readElementCount(size: 8))
    guard nulls.count <= 2 * groups + 2, nulls.allSatisfy({ (0...(1 << 56)).contains($0) }) else {
      throw ByteCodingError("counts of nulls")
    }
    // What lies behind the last group is room that was made ahead.
    nulls.removeLast(max(0, nulls.count - groups))
    exact = try reader.readOptional { (reader) throws(ByteCodingError) in
      try ExactStates(groups: groups, parts: parts, from: &reader)
    }
  }

  // MARK: Results

  /// What stands for no value: no decimal of at most 18 digits is it, and wider ones go to the exact states.
  static func emptyWord(_ end: Extreme) -> Int64 { end == .least ? .max : .min }

  private func total(_ words: ArraySlice<Int64>, group: Int) -> ExactAccumulator {
    var total = ExactAccumulator()
    total.add(Int128(words[words.startIndex + sum]), scale: scale)
    if let exact, group < exact.sums.count { total.merge(exact.sums[group]) }
    return total
  }

  /// The sum of a group with so many values; `words` is its record.
  func exactSum(_ words: ArraySlice<Int64>, group: Int, values: Int) -> ExactSum {
    ExactSum(values: total(words, group: group), count: values)
  }

  func exactMoments(_ words: ArraySlice<Int64>, group: Int, values: Int) -> ExactMoments {
    var all = ExactAccumulator()
    let low = UInt64(bitPattern: words[words.startIndex + squares])
    all.add(Int128(words[words.startIndex + squares + 1]) << 64 | Int128(low), scale: 2 * scale)
    if let exact, group < exact.squares.count { all.merge(exact.squares[group]) }
    return ExactMoments(values: total(words, group: group), squares: all, count: values)
  }

  /// The extreme of a group; nil of no values.
  func extreme(_ words: ArraySlice<Int64>, group: Int, end: Extreme) -> Number? {
    var best = NumberExtreme()
    let word = words[words.startIndex + (end == .least ? least : greatest)]
    if word != Self.emptyWord(end) { best.add(.decimal(Decimal(mantissa: Int128(word), scale: scale)), for: end) }
    if let exact {
      let states = end == .least ? exact.least : exact.greatest
      if group < states.count { best.merge(states[group], for: end) }
    }
    return best.number
  }

  /// How the numbers of the lane are printed.
  var layout: NumberLayout {
    var layout = exact?.layout ?? NumberLayout()
    layout.note(.decimal(Decimal(mantissa: 0, scale: scale)))
    return layout
  }
}
