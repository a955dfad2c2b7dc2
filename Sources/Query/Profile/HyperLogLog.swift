// An approximate count of distinct values in 16 KiB, whatever their number: the sketch that takes over where the exact
// count would need too much memory. The order of additions and merges does not matter to it.

import CSV

/// HyperLogLog of 2^14 registers over 64-bit hashes, after Flajolet, Fusy, Gandouet, Meunier: "HyperLogLog: the
/// analysis of a near-optimal cardinality estimation algorithm" (2007); estimated after Otmar Ertl: "New cardinality
/// estimation algorithms for HyperLogLog sketches" (arXiv:1702.01284, 2017, algorithms 2, 5 and 6), which needs no bias
/// tables.
package struct HyperLogLog: Equatable, Sendable {
  package static let precision = 14
  /// 1.04 / sqrt(2^14), as a share.
  package static let standardError = "0.0081"

  private static let registerCount = 1 << precision
  /// Bits of a hash behind the register's number; a register holds at most one more.
  private static let valueBits = 64 - precision

  private var registers: [UInt8]

  package init() { registers = Array(repeating: 0, count: Self.registerCount) }

  /// Adds the `FixedHash` of a value.
  package mutating func add(hash: UInt64) { withRegisters { Self.add(hash: hash, to: $0) } }

  /// Forgets all hashes.
  mutating func clear() {
    withRegisters { $0.update(repeating: 0, count: Self.registerCount) }
  }

  /// Lends the registers to a loop of additions.
  mutating func withRegisters(_ body: (UnsafeMutablePointer<UInt8>) -> Void) {
    registers.withUnsafeMutableBufferPointer { buffer in
      if let registers = buffer.baseAddress { body(registers) }
    }
  }

  /// Adds a hash to registers that are lent. A register's number has `precision` bits, so it is one of them.
  @inline(__always)
  static func add(hash: UInt64, to registers: UnsafeMutablePointer<UInt8>) {
    let register = Int(hash >> UInt64(Self.valueBits))
    // The bit set behind the value's bits ends a run of zeros that reaches them all.
    let rest = hash << UInt64(Self.precision) | 1 << UInt64(Self.precision - 1)
    let rank = UInt8(rest.leadingZeroBitCount + 1)
    if rank > registers[register] { registers[register] = rank }
  }

  package mutating func merge(_ other: HyperLogLog) {
    // Both have all registers. Written so that the loop becomes a few hundred vector operations.
    withRegisters { own in
      other.registers.withUnsafeBufferPointer { others in
        for index in 0..<Self.registerCount { own[index] = max(own[index], others[index]) }
      }
    }
  }

  /// The estimated number of distinct hashes added.
  package func estimate() -> Double {
    var histogram = [Int](repeating: 0, count: Self.valueBits + 2)
    for register in registers { histogram[Int(register)] += 1 }
    let total = Double(Self.registerCount)
    var weight = total * Self.tau(1 - Double(histogram[Self.valueBits + 1]) / total)
    for rank in stride(from: Self.valueBits, to: 0, by: -1) { weight = 0.5 * (weight + Double(histogram[rank])) }
    weight += total * Self.sigma(Double(histogram[0]) / total)
    // 1 / (2 ln 2).
    return 0.721_347_520_444_481_7 * total * total / weight
  }

  private static func sigma(_ share: Double) -> Double {
    if share == 1 { return .infinity }
    var power = share
    var factor = 1.0
    var sum = share
    while true {
      power *= power
      let before = sum
      sum += power * factor
      factor += factor
      if sum == before { return sum }
    }
  }

  private static func tau(_ share: Double) -> Double {
    if share == 0 || share == 1 { return 0 }
    var root = share
    var factor = 1.0
    var sum = 1 - share
    while true {
      root = root.squareRoot()
      let before = sum
      factor *= 0.5
      sum -= (1 - root) * (1 - root) * factor
      if sum == before { return sum / 3 }
    }
  }

  package func encode(into writer: inout ByteWriter) { writer.write(registers) }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    registers = try reader.readBytes()
    guard registers.count == Self.registerCount, registers.allSatisfy({ $0 <= Self.valueBits + 1 }) else {
      throw ByteCodingError("a sketch with wrong registers")
    }
  }
}
