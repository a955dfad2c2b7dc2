// Keys of several columns as integers: the ranks of the columns' keys side by side, so that sorting rows is sorting
// integers. Where the ranks fit one word, a row's keys are found in the integer that it was sorted by.

import CSV

/// The keys of rows in order, each in one word.
struct PackedKeys: Sendable {
  /// Where the rank of each column lies.
  struct Layout: Sendable {
    /// Columns from the right, packed into as few words as they need; each word counts for more than those before.
    fileprivate let words: [[(column: Int, shift: UInt64)]]
    fileprivate let shifts: [UInt64]
    fileprivate let masks: [UInt64]

    /// - Parameter counts: keys of each column.
    init(counts: [Int]) {
      var words: [[(column: Int, shift: UInt64)]] = [[]]
      var shifts = [UInt64](repeating: 0, count: counts.count)
      var masks = shifts
      var used: UInt64 = 0
      for column in counts.indices.reversed() {
        let bits = UInt64(UInt64.bitWidth - (UInt64(max(2, counts[column])) - 1).leadingZeroBitCount)
        if used + bits > 64 {
          words.append([])
          used = 0
        }
        words[words.count - 1].append((column, used))
        shifts[column] = used
        masks[column] = (1 << bits) - 1
        used += bits
      }
      self.words = words
      self.shifts = shifts
      self.masks = masks
    }

    var isOneWord: Bool { words.count == 1 }

    /// The groups of a table, numbered from `first` on, with their keys, which fit one word.
    func entries(_ tuples: TupleTable, ranks: [[UInt32]], from first: Int) -> [SortEntry] {
      var entries: [SortEntry] = []
      entries.reserveCapacity(tuples.count)
      let fields = words[0]
      for group in 0..<tuples.count {
        var key: UInt64 = 0
        for (column, shift) in fields {
          key |= UInt64(ranks[column][Int(tuples.ids[group * tuples.width + column])]) << shift
        }
        entries.append(SortEntry(key: key, place: UInt32(first + group)))
      }
      return entries
    }

    /// The groups of a table in the order of their keys.
    func sorted(_ tuples: TupleTable, ranks: [[UInt32]]) -> [SortEntry] {
      var entries: [SortEntry] = []
      entries.reserveCapacity(tuples.count)
      for group in 0..<tuples.count { entries.append(SortEntry(key: 0, place: UInt32(group))) }
      for fields in words {
        // The sort is stable, so what earlier words decided stays among equals.
        for index in entries.indices {
          let first = Int(entries[index].place) * tuples.width
          var key: UInt64 = 0
          for (column, shift) in fields { key |= UInt64(ranks[column][Int(tuples.ids[first + column])]) << shift }
          entries[index].key = key
        }
        RadixSort.sort(&entries)
      }
      return entries
    }
  }

  private let layout: Layout
  private(set) var keys: [UInt64]

  init(layout: Layout, keys: [UInt64]) {
    self.layout = layout
    self.keys = keys
  }

  /// The rank of a row's key in a column.
  @inline(__always)
  func rank(row: Int, column: Int) -> Int { Int(keys[row] >> layout.shifts[column] & layout.masks[column]) }

  /// Where the rank of a column lies: behind so many bits, under this mask.
  func field(_ column: Int) -> (shift: UInt64, mask: UInt64) { (layout.shifts[column], layout.masks[column]) }

  /// Puts the rows into another order.
  mutating func reorder(_ rows: [Int]) { keys = rows.map { keys[$0] } }
}
