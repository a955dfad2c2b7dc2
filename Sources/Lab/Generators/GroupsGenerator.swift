// The nine-column table of the db-benchmark groupby task: groups of every size from a hundred to about one a row. What
// is measured on it is the group table.

/// `id1,id2,id3,id4,id5,id6,v1,v2,v3`, each column drawn evenly and on its own: id1 and id2 `id001`...`id100`, id3
/// `id0000000001`...`id0000100000`, id4 and id5 1...100, id6 1...100,000, v1 1...5, v2 1...15, v3 0.000000...100.000000.
///
/// The task itself draws id3 and id6 from N/K values, N rows and K = 100. Here they are drawn from 100,000, as for
/// N = 10 million, whatever the number of rows: otherwise the first rows of a longer table would be other rows.
package struct GroupsGenerator: Generator {
  /// Distinct values of id1, id2, id4 and id5: K.
  package static let largeGroups = 100
  /// Distinct values of id3 and id6: N/K for 10 million rows.
  package static let smallGroups = 100_000

  package init() {}

  package func write<Failure: Error>(
    rows: Int, seed: UInt64, to sink: (borrowing [UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let comma = UInt8(ascii: ",")
    var random = RandomSource(seed: seed)
    var block = RowBlock(capacity: RowBlock.threshold + RowBlock.spare)
    block.append("id1,id2,id3,id4,id5,id6,v1,v2,v3\n")
    for _ in 0..<max(0, rows) {
      block.append("id")
      block.append(1 + random.below(Self.largeGroups), width: 3)
      block.append(",id")
      block.append(1 + random.below(Self.largeGroups), width: 3)
      block.append(",id")
      block.append(1 + random.below(Self.smallGroups), width: 10)
      block.append(comma)
      block.append(1 + random.below(Self.largeGroups))
      block.append(comma)
      block.append(1 + random.below(Self.largeGroups))
      block.append(comma)
      block.append(1 + random.below(Self.smallGroups))
      block.append(comma)
      block.append(1 + random.below(5))
      block.append(comma)
      block.append(1 + random.below(15))
      block.append(comma)
      block.append(random.below(100_000_001), scale: 6)
      block.append(UInt8(ascii: "\n"))
      if block.isFull {
        try sink(block.bytes)
        block.clear()
      }
    }
    if !block.bytes.isEmpty { try sink(block.bytes) }
  }
}
