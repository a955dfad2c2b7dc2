// The order of the keys of one column, decided from all of them: by number where every key is one, else by bytes.

import CSV

/// The keys of a dictionary in the order in which results show them.
struct KeyOrder: Sendable {
  /// Whether every key that is not null is a number without leading zeros: then keys sort by value, equal values by
  /// bytes; otherwise all sort by bytes. Null comes first.
  let isNumeric: Bool
  /// Numbers of keys in order.
  private(set) var ids: [UInt32] = []

  /// The order of the keys of several dictionaries that have no key in common; their numbers are counted on from one to
  /// the next.
  init(_ dictionaries: [KeyDictionary]) {
    isNumeric = dictionaries.allSatisfy(Self.isNumeric)
    var entries: [SortEntry] = []
    entries.reserveCapacity(dictionaries.reduce(0) { $0 + $1.count })
    var firsts: [Int] = []
    var text: [UInt8] = []
    var places = 0
    for keys in dictionaries {
      firsts.append(places)
      for id in 0..<keys.count {
        let place = UInt32(places + id)
        if keys.isNull(id) {
          ids.append(place)
        } else if isNumeric {
          text.removeAll(keepingCapacity: true)
          keys.append(id, to: &text)
          entries.append(SortEntry(key: Self.numericKey(text.span), place: place))
        } else {
          entries.append(SortEntry(key: keys.followingBytes(id), place: place))
        }
      }
      places += keys.count
    }
    let source = Source(dictionaries: dictionaries, firsts: firsts)
    RadixSort.sort(&entries)
    if !isNumeric {
      // The sort is stable: by the later bytes first, then by the earlier ones.
      for index in entries.indices {
        let (keys, id) = source.key(entries[index].place)
        entries[index].key = dictionaries[keys].leadingBytes(id)
      }
      RadixSort.sort(&entries)
    }
    settleTies(&entries, source)
    ids.reserveCapacity(ids.count + entries.count)
    for entry in entries { ids.append(entry.place) }
  }

  /// Keys by their numbers over all dictionaries.
  private struct Source {
    let dictionaries: [KeyDictionary]
    let firsts: [Int]

    func key(_ place: UInt32) -> (dictionary: Int, id: Int) {
      var index = firsts.count - 1
      while firsts[index] > Int(place) { index -= 1 }
      return (index, Int(place) - firsts[index])
    }

    func text(_ place: UInt32) -> [UInt8] {
      let (dictionary, id) = key(place)
      return dictionaries[dictionary].key(id)
    }

    /// Whether the words that keys were sorted by leave the order of these two open.
    func areTied(_ left: SortEntry, _ right: SortEntry, isNumeric: Bool) -> Bool {
      guard left.key == right.key else { return false }
      if isNumeric { return true }
      let (first, second) = (key(left.place), key(right.place))
      let bytes = dictionaries[first.dictionary].followingBytes(first.id)
      return bytes == dictionaries[second.dictionary].followingBytes(second.id)
    }
  }

  /// The place of each key in the order, by its number.
  var ranks: [UInt32] {
    var ranks = [UInt32](repeating: 0, count: ids.count)
    for (rank, id) in ids.enumerated() { ranks[Int(id)] = UInt32(rank) }
    return ranks
  }

  private static func isNumeric(_ keys: KeyDictionary) -> Bool {
    var text: [UInt8] = []
    for id in 0..<keys.count where !keys.isNull(id) {
      text.removeAll(keepingCapacity: true)
      keys.append(id, to: &text)
      guard TypeClassifier.type(of: text.span).isNumeric, NumberParser.isNumber(text.span) else { return false }
    }
    return true
  }

  /// A key that rises with the value: the nearest double, as an integer.
  private static func numericKey(_ text: Span<UInt8>) -> UInt64 {
    guard case .number(let number) = NumberParser.parse(text) else { return 0 }
    let bits = (number.nearestDouble + 0).bitPattern
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }

  /// Sorts runs of keys that are still tied by all that their texts say.
  private func settleTies(_ entries: inout [SortEntry], _ source: Source) {
    let isNumeric = isNumeric
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, source.areTied(entries[start], entries[end], isNumeric: isNumeric) { end += 1 }
      if end - start > 1 {
        let sorted = entries[start..<end].map { ($0, source.text($0.place)) }.sorted { left, right in
          if isNumeric, case .number(let first) = NumberParser.parse(left.1.span),
            case .number(let second) = NumberParser.parse(right.1.span)
          {
            let order = Number.compare(first, second)
            if order != 0 { return order < 0 }
          }
          return ByteOrder.compare(left.1.span, right.1.span) < 0
        }
        for (offset, element) in sorted.enumerated() { entries[start + offset] = element.0 }
      }
      start = end
    }
  }
}

extension KeyDictionary {
  /// The first eight bytes of a key as a big-endian integer, zeros behind its end: sorts as the bytes do, as far as
  /// they reach.
  func leadingBytes(_ id: Int) -> UInt64 {
    let second = words[2 * id + 1]
    guard second >= Self.longMark else { return words[2 * id].byteSwapped }
    let key = longKey(second)
    var word: UInt64 = 0
    for index in 0..<8 { word = word << 8 | UInt64(key[index]) }
    return word
  }

  /// The bytes behind those, as far as they tell short keys from all others: seven bytes, then the count, or the
  /// largest value for a long key, which any short key that begins like it precedes.
  func followingBytes(_ id: Int) -> UInt64 {
    let second = words[2 * id + 1]
    guard second >= Self.longMark else { return second.byteSwapped }
    let key = longKey(second)
    var word: UInt64 = 0
    for index in 8..<15 { word = word << 8 | UInt64(key[index]) }
    return word << 8 | 0xFF
  }
}
