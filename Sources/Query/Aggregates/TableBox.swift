// Tables that are worked on side by side, and the dealing out of their groups to partitions.

import CSV

/// A table that one body of a loop at a time changes.
///
/// Why `@unchecked Sendable` is right: a body touches the box of its own index while others touch others; where all bodies
/// share the boxes they only read them.
final class TableBox: @unchecked Sendable {
  var table: GroupTable
  /// Groups by partition, one after the other, and where each partition starts.
  private var groups: [UInt32] = []
  private(set) var starts: [Int] = []

  init(_ table: GroupTable) { self.table = table }

  /// Deals the groups out by their hashes.
  ///
  /// - Parameter partitions: at most 256.
  func deal(_ partitions: Int, hash: (Int) -> UInt64) {
    let count = table.count
    var places = [UInt8](repeating: 0, count: count)
    var sizes = [Int](repeating: 0, count: partitions + 1)
    for group in 0..<count {
      // The lower bits, because the upper ones choose the slot within a partition.
      let partition = Int(((hash(group) & 0xFFFF) * UInt64(partitions)) >> 16)
      places[group] = UInt8(partition)
      sizes[partition + 1] += 1
    }
    for partition in 0..<partitions { sizes[partition + 1] += sizes[partition] }
    starts = sizes
    groups = [UInt32](repeating: 0, count: count)
    for group in 0..<count {
      let partition = Int(places[group])
      groups[sizes[partition]] = UInt32(group)
      sizes[partition] += 1
    }
  }

  /// The groups dealt out to a partition.
  func groups(of partition: Int) -> [UInt32] { Array(groups[starts[partition]..<starts[partition + 1]]) }

  func clear(like empty: GroupTable) {
    table = empty
    groups = []
  }
}
