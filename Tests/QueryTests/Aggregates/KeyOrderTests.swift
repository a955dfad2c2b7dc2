// The order of keys against a plain sort by comparison.

import CSV
import Testing

@testable import Query

@Suite struct KeyOrderTests {
  private enum Kind: CaseIterable {
    case integers, numbers, leadingZeros, tiedNumbers, texts, prefixes, sharedStart, mixed
  }

  private func key(_ kind: Kind, using source: inout SplitMixSource) -> [UInt8] {
    let small = Int.random(in: -999...999, using: &source)
    switch kind {
    case .integers: return Array(String(small * Int.random(in: 1...1_000_000, using: &source)).utf8)
    case .leadingZeros: return Array((Bool.random(using: &source) ? "0" : "").utf8) + Array(String(abs(small)).utf8)
    case .numbers:
      let exponent = Int.random(in: -300...300, using: &source)
      let fraction = String(repeating: "0", count: Int.random(in: 0...12, using: &source)) + "7"
      return Array(
        ["\(small).\(fraction)", "\(small)e\(exponent)", "\(small)", "-0", "+\(abs(small))"].randomElement(
          using: &source)!.utf8)
    case .tiedNumbers:
      // Far more digits than a double tells apart, and the same value in many spellings.
      let tail = String(Int.random(in: 100...999, using: &source))
      return Array(
        [
          "123456789012345\(tail)", "0.123456789012345\(tail)", "1\(String(repeating: "0", count: small & 3))", "1.0",
          "1e0", "+1", "-0.0", "0",
          "12345678901234567890123\(tail)",
        ].randomElement(using: &source)!.utf8)
    case .texts: return KeyTexts.random(using: &source)
    case .prefixes:
      let whole = Array("a\0prefix of the others, which is long\0\0\0".utf8)
      return Array(whole.prefix(Int.random(in: 0...whole.count, using: &source)))
        + (Bool.random(using: &source) ? [.random(in: 0...255, using: &source)] : [])
    case .sharedStart:
      let count = [6, 7, 8, 14, 15, 16, 30].randomElement(using: &source)!
      return [UInt8](repeating: 0x7A, count: count) + Array(String(small).utf8)
    case .mixed: return key(Kind.allCases.dropLast().randomElement(using: &source)!, using: &source)
    }
  }

  /// What decides the order of two texts.
  private func precedes(_ left: [UInt8], _ right: [UInt8], isNumeric: Bool) -> Bool {
    if isNumeric, case .number(let first) = NumberParser.parse(left.span),
      case .number(let second) = NumberParser.parse(right.span)
    {
      let order = Number.compare(first, second)
      if order != 0 { return order < 0 }
    }
    return left.lexicographicallyPrecedes(right)
  }

  private func check(_ keys: Set<[UInt8]>, withNull: Bool, tables: Int, using source: inout SplitMixSource) throws {
    // Places of keys by their numbers, one dictionary behind the other.
    var parts = deal(Array(keys), parts: tables, using: &source).map { $0.map { Optional($0) } }
    if withNull { parts[tables - 1].insert(nil, at: Int.random(in: 0...parts[tables - 1].count, using: &source)) }
    let dictionaries = parts.map { part in
      var dictionary = KeyDictionary()
      for key in part { _ = key.map { dictionary.insert($0.span) } ?? dictionary.insertNull() }
      return dictionary
    }
    let isNumeric = keys.allSatisfy {
      TypeClassifier.type(of: $0.span).isNumeric && NumberParser.isNumber($0.span)
    }
    let all = parts.flatMap { $0 }
    let expected = all.indices.sorted { left, right in
      guard let second = all[right] else { return false }
      guard let first = all[left] else { return true }
      return precedes(first, second, isNumeric: isNumeric)
    }
    let order = KeyOrder(dictionaries)
    try #require(order.isNumeric == isNumeric)
    try #require(order.ids == expected.map { UInt32($0) })
    let ranks = order.ranks
    for (rank, id) in expected.enumerated() { try #require(ranks[id] == UInt32(rank)) }
  }

  @Test(arguments: UInt64(1)...3)
  func isThatOfAPlainSort(seed: UInt64) throws {
    var source = SplitMixSource(seed: seed)
    for kind in Kind.allCases {
      for count in [0, 1, 2, 60, 700] {
        let keys = Set((0..<count).map { _ in key(kind, using: &source) })
        try check(
          keys, withNull: Bool.random(using: &source), tables: [1, 2, 5].randomElement(using: &source)!, using: &source)
      }
    }
  }

  @Test func oneTextAmongManyNumbersSortsAllByBytes() throws {
    var source = SplitMixSource(seed: 8)
    let numbers = (0..<600).map { Array(String($0 * 7).utf8) }
    for other in ["x", "007", "", "1e999", " 1"] {
      try check(Set(numbers + [Array(other.utf8)]), withNull: true, tables: 3, using: &source)
    }
  }
}
