// A batch of values of a column with many distinct ones: hash, sketch, length, extremes and type in one pass over the
// texts, then the numbers.
//
// Why the pointers hold: `base` and `slices` are the caller's for the time of the call, and 16 bytes from the start of each
// text on can be read (`PieceBuffer.margin`); what lies behind a text's end is masked away. A register's number is the
// upper 14 bits of a hash, and there are 2^14 registers.

import CSV

extension SketchedValues {
  /// Adds values that are not null.
  ///
  /// - Parameter times: how often each is to be added; nil for once.
  mutating func add(
    base: UnsafePointer<UInt8>, slices: UnsafePointer<FieldSlice>, count: Int, times: UnsafePointer<Int>? = nil,
    numbers: NumberColumn
  ) {
    if count == 0 { return }
    let hasLeadingZeros = scan(base, slices, count)
    // Texts cannot widen any more.
    if facts.type == .text { return }
    guard facts.numbers != nil, !hasLeadingZeros else { return addTyped(base, slices, count, times) }
    numbers.parse(base: base, slices: slices, count: count, nullTexts: Self.noNulls)
    if numbers.hasExceptions {
      for index in 0..<count where numbers.marks[index] == NumberColumn.exception {
        addTyped(base, slices[index], times?[index] ?? 1)
      }
    }
    if numbers.scales == 0 { return }
    facts.widen(to: numbers.greatestScale == 0 ? .integer : .decimal)
    facts.numbers?.add(numbers)
    if let times { facts.numbers?.addAgain(numbers, times: times) }
  }

  private static let noNulls = NullTexts(Dialect())

  /// Adds values to the type and the numbers one by one.
  private mutating func addTyped(
    _ base: UnsafePointer<UInt8>, _ slices: UnsafePointer<FieldSlice>, _ count: Int, _ times: UnsafePointer<Int>?
  ) {
    for index in 0..<count {
      let slice = slices[index]
      switch facts.type {
      case .text: return
      case .date: if DateWords.isDate(base + Int(slice.start), count: Int(slice.count)) { continue }
      case .timestamp: if DateWords.isTimestamp(base + Int(slice.start), count: Int(slice.count)) { continue }
      default: break
      }
      addTyped(base, slice, times?[index] ?? 1)
    }
  }

  private mutating func addTyped(_ base: UnsafePointer<UInt8>, _ slice: FieldSlice, _ times: Int) {
    facts.addTyped(Span(_unsafeStart: base + Int(slice.start), count: Int(slice.count)), times: times)
  }

  /// Adds values to the sketch, the extremes and the longest; says whether some value, if it is a number, may be one with
  /// leading zeros.
  private mutating func scan(
    _ base: UnsafePointer<UInt8>, _ slices: UnsafePointer<FieldSlice>, _ count: Int
  ) -> Bool {
    var ends = TextEnds(facts)
    var longest: UInt32 = 0
    var zeros = false
    sketch.withRegisters { registers in
      for index in 0..<count {
        let slice = slices[index]
        let text = UnsafeRawPointer(base + Int(slice.start))
        longest = max(longest, slice.count)
        let prefix = TextPrefix(text, count: slice.count)
        if ends.mayReach(prefix, slice.count) {
          ends.add(Span(_unsafeStart: base + Int(slice.start), count: Int(slice.count)), to: &facts)
        }
        zeros = zeros || prefix.hasLeadingZero
        HyperLogLog.add(hash: FixedHash.hash(text, count: Int(slice.count), first: prefix.first), to: registers)
      }
    }
    facts.longest = max(facts.longest, Int(longest))
    return zeros
  }
}

/// The first 16 bytes of a text, zeros behind its end.
struct TextPrefix {
  /// The first 8 bytes, the first of them lowest.
  var first: UInt64
  /// All 16, so that the order of numbers is that of the bytes.
  var order: UInt128

  @inline(__always)
  init(_ text: UnsafeRawPointer, count: UInt32) {
    // Two half shifts, because one by 64 would be none.
    let firstHalf = UInt64(32 &- 4 &* min(count, 8))
    let secondHalf = UInt64(32 &- 4 &* (max(min(count, 16), 8) &- 8))
    let firstMask: UInt64 = (.max &>> firstHalf) &>> firstHalf
    first = UInt64(littleEndian: text.loadUnaligned(as: UInt64.self)) & firstMask
    let secondMask: UInt64 = (.max &>> secondHalf) &>> secondHalf
    let second = UInt64(littleEndian: (text + 8).loadUnaligned(as: UInt64.self)) & secondMask
    order = UInt128(first.byteSwapped) &<< 64 | UInt128(second.byteSwapped)
  }

  /// Whether the text begins, behind one byte that might be a sign, with 0 and a digit. Of texts that are no numbers the
  /// answer can be wrong.
  @inline(__always)
  var hasLeadingZero: Bool {
    // Bit 4 is set in digits and not in signs.
    let digits = first &>> ((~first & 0x10) &>> 1)
    return digits & 0xF0FF == 0x3030
  }
}

/// The first 16 bytes of the extremes of a column: nearly every value is told by them to lie between.
private struct TextEnds {
  private var least: UInt128 = .max
  private var greatest: UInt128 = 0
  /// The length of an extreme that lies in its 16 bytes, else a length that no text has: texts with such an extreme's
  /// bytes and length are equal to it.
  private var leastCount = UInt32.max
  private var greatestCount = UInt32.max

  init(_ facts: borrowing ColumnFacts) { read(facts) }

  private mutating func read(_ facts: borrowing ColumnFacts) {
    if let text = facts.extremes.least { (least, leastCount) = Self.prefix(text) }
    if let text = facts.extremes.greatest { (greatest, greatestCount) = Self.prefix(text) }
  }

  private static func prefix(_ text: [UInt8]) -> (UInt128, UInt32) {
    var order: UInt128 = 0
    for index in 0..<16 { order = order << 8 | (index < text.count ? UInt128(text[index]) : 0) }
    return (order, text.count <= 16 ? UInt32(text.count) : .max)
  }

  /// Whether a text may be a new extreme.
  @inline(__always)
  func mayReach(_ text: TextPrefix, _ count: UInt32) -> Bool {
    if text.order > least && text.order < greatest { return false }
    if text.order == least && count == leastCount { return false }
    return !(text.order == greatest && count == greatestCount)
  }

  @inline(never)
  mutating func add(_ text: Span<UInt8>, to facts: inout ColumnFacts) {
    let isLeast = facts.least.add(text, for: .least)
    let isGreatest = facts.greatest.add(text, for: .greatest)
    if isLeast || isGreatest { read(facts) }
  }
}
