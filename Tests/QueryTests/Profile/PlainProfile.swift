// The profile of a column as it is described: every value looked at by itself, nothing made from counts, no batches. The
// slow twin of `ColumnProfile`.

import CSV

@testable import Query

struct PlainProfile {
  private var rows = 0
  private var nulls = 0
  private var type = ColumnType.null
  private var moments = ExactMoments()
  private var layout = NumberLayout()
  private var (least, greatest) = (NumberExtreme(), NumberExtreme())
  private var texts: (least: [UInt8], greatest: [UInt8])?
  private var longest = 0
  private var sketch = HyperLogLog()
  private var counts: [[UInt8]: Int] = [:]

  /// Adds values; nil stands for null.
  mutating func add(_ values: [[UInt8]?]) {
    for value in values {
      rows += 1
      if let value { add(value) } else { nulls += 1 }
    }
  }

  private mutating func add(_ value: [UInt8]) {
    type = type.joined(with: Self.type(of: value))
    if case .number(let number) = NumberParser.parse(value.span) {
      moments.add(number)
      layout.note(number)
      least.add(number, for: .least)
      greatest.add(number, for: .greatest)
    }
    let held = texts ?? (value, value)
    texts = (
      value.lexicographicallyPrecedes(held.least) ? value : held.least,
      held.greatest.lexicographicallyPrecedes(value) ? value : held.greatest
    )
    longest = max(longest, value.count)
    sketch.add(hash: FixedHash.hash(value.span))
    counts[value, default: 0] += 1
  }

  private static func type(of value: [UInt8]) -> ColumnType {
    let type = TypeClassifier.type(of: value.span)
    return type == .float && !NumberParser.isNumber(value.span) ? .text : type
  }

  /// The finished row, without the column's name.
  var row: [Cell] {
    let isExact = counts.count <= 10_000
    let most = counts.values.max() ?? 0
    let top =
      isExact ? counts.keys.filter { counts[$0] == most }.min { $0.lexicographicallyPrecedes($1) } : nil
    let isNumeric = type.isNumeric
    let text = { (bytes: [UInt8]?) in bytes.map { Cell(kind: .text, bytes: $0) } ?? .null }
    let number = { (extreme: NumberExtreme) in extreme.number.map { Cell.number(layout.text($0)) } ?? .null }
    return [
      .text(type.rawValue), .number(String(rows)), .number(String(nulls)),
      isNumeric ? number(least) : text(texts?.least), isNumeric ? number(greatest) : text(texts?.greatest),
      isNumeric ? .shortest(moments.sum.mean()) ?? .null : .null,
      isNumeric && moments.count > 1 ? .shortest(moments.standardDeviation(sample: true)) ?? .null : .null,
      .number(String(isExact ? counts.count : max(10_001, Int(sketch.estimate().rounded())))),
      .number(isExact ? "0" : "0.0081"),
      texts == nil ? .null : .number(String(longest)),
      top.map { Cell(kind: isNumeric ? .number : .text, bytes: $0) } ?? .null,
      top == nil ? .null : .number(String(most)),
    ]
  }
}
