// The keys of large results: the cells of key columns are encoded once, and each row copies those of its keys.
//
// Why the pointers hold: they are taken inside `withUnsafe...` for the time of one call; ranks are below the counts of
// their columns, because they were packed from them; the output has room for the longest cells and all tails that were
// counted, and 16 bytes more, because words are copied whole.

import CSV

/// Cells of key columns as they stand in rows: written once, and then only copied.
package struct EncodedKeys: Sendable {
  /// All cells, column after column, with room for loading whole words behind them.
  private var bytes: [UInt8] = []
  /// Where the cell of each rank starts, column after column; one more for the end of each column's last.
  private var starts: [Int] = []
  /// Index in `starts` of each column's first.
  private var firsts: [Int] = []
  private var shifts: [UInt64] = []
  private var masks: [UInt64] = []
  /// Bytes of the longest cells of a row together.
  private var longest = 0

  init() {}

  /// Adds the cells of the next key column.
  ///
  /// - Parameters:
  ///   - count: keys of the column.
  ///   - append: writes the cell of a rank.
  mutating func add(shift: UInt64, mask: UInt64, count: Int, append: (Int, inout [UInt8]) -> Void) {
    firsts.append(starts.count)
    shifts.append(shift)
    masks.append(mask)
    starts.append(bytes.count)
    var most = 0
    for rank in 0..<count {
      let start = bytes.count
      append(rank, &bytes)
      most = max(most, bytes.count - start)
      starts.append(bytes.count)
    }
    longest += most
  }

  /// Ends the cells.
  mutating func seal() { bytes.append(contentsOf: repeatElement(0, count: 16)) }

  /// Rows of keys and what follows them.
  ///
  /// - Parameters:
  ///   - keys: the packed keys of the rows.
  ///   - tails: what stands behind the keys of each row, one after the other, and `ends` where each ends.
  func rows(_ keys: ArraySlice<UInt64>, tails: [UInt8], ends: [Int]) -> [UInt8] {
    let room = keys.count * longest + tails.count + 16
    return [UInt8](unsafeUninitializedCapacity: room) { output, written in
      guard let target = output.baseAddress else { return }
      var at = 0
      bytes.withUnsafeBufferPointer { bytes in
        starts.withUnsafeBufferPointer { starts in
          tails.withUnsafeBufferPointer { tails in
            var tail = 0
            for (row, key) in keys.enumerated() {
              for column in firsts.indices {
                let rank = firsts[column] &+ Int(key &>> shifts[column] & masks[column])
                let start = starts[rank]
                let count = starts[rank &+ 1] &- start
                Self.copy(UnsafeRawPointer(bytes.baseAddress! + start), target + at, count)
                at &+= count
              }
              let count = ends[row] &- tail
              (target + at).update(from: tails.baseAddress! + tail, count: count)
              at &+= count
              tail = ends[row]
            }
          }
        }
      }
      written = at
    }
  }

  /// Copies a short text by words; up to 16 bytes behind both may be touched.
  @inline(__always)
  private static func copy(_ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<UInt8>, _ count: Int) {
    var offset = 0
    repeat {
      let word = (source + offset).loadUnaligned(as: UInt64.self)
      let next = (source + offset + 8).loadUnaligned(as: UInt64.self)
      UnsafeMutableRawPointer(target + offset).storeBytes(of: word, as: UInt64.self)
      UnsafeMutableRawPointer(target + offset + 8).storeBytes(of: next, as: UInt64.self)
      offset &+= 16
    } while offset < count
  }
}
