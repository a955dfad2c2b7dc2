// Temperatures by station, the shape of the One Billion Row Challenge: two columns, few groups, short rows. What is
// measured on it is how fast bytes become groups.

/// `station;temperature`: a city drawn evenly from `Station.all`, and a temperature with one digit behind the point,
/// normal around the city's mean with a deviation of 10 degrees.
package struct MeasurementsGenerator: Generator {
  package init() {}

  package func write<Failure: Error>(
    rows: Int, seed: UInt64, to sink: (borrowing [UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let names = Station.all.map { Array($0.name.utf8) + [UInt8(ascii: ";")] }
    let means = Station.all.map(\.meanTenths)
    var random = RandomSource(seed: seed)
    var block = RowBlock(capacity: RowBlock.threshold + RowBlock.spare)
    block.append("station;temperature\n")
    for _ in 0..<max(0, rows) {
      let station = random.below(names.count)
      // 100 tenths are one deviation; the half rounds. At most 60 degrees from the mean, so two digits before the point.
      let tenths = means[station] + (random.bell() * 100 + 32_768) >> 16
      block.append(names[station])
      block.append(tenths, scale: 1)
      block.append(UInt8(ascii: "\n"))
      if block.isFull {
        try sink(block.bytes)
        block.clear()
      }
    }
    if !block.bytes.isEmpty { try sink(block.bytes) }
  }
}
