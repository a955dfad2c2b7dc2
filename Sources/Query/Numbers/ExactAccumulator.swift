// The exact running total under sums and moments: decimals in one 128-bit lane as long as that holds them, the rest in
// parts that are made when the first value needs them.

import CSV

/// An exact total of decimals and doubles. The state depends on the order of additions; the total and the scale do not.
struct ExactAccumulator: Sendable {
  /// Total of the decimals so far, less what was moved to `wide`, in units of 10^-scale.
  private var lane: Int128 = 0
  /// Empty until needed, then one element: an array so that groups without it stay small, and adding works in place.
  private var wide: [WideParts] = []
  /// The most fraction digits among the decimals added.
  private(set) var scale: UInt16 = 0

  /// What the lane cannot hold.
  private struct WideParts: Sendable {
    /// Decimal totals in units of 10^-scale, by rising scale. Kept per scale, because scaling up would make huge
    /// integers of them at every addition.
    var decimals: [ScaledTotal] = []
    var binary = FixedPointAccumulator()
    var sawBinary = false

    mutating func withTotal(atScale scale: UInt16, _ body: (inout FixedPointAccumulator) -> Void) {
      var index = 0
      while index < decimals.count, decimals[index].scale < scale { index += 1 }
      if index == decimals.count || decimals[index].scale != scale {
        decimals.insert(ScaledTotal(scale: scale, total: FixedPointAccumulator()), at: index)
      }
      body(&decimals[index].total)
    }
  }

  private struct ScaledTotal: Sendable {
    var scale: UInt16
    var total: FixedPointAccumulator
  }

  /// The largest scale: that of the square of a decimal.
  private static let scaleLimit = UInt16(2 * Decimal.maxScale)

  init() {}

  /// Whether a double was added.
  var sawBinary: Bool { wide.first?.sawBinary ?? false }

  /// Adds `mantissa` / 10^`scale`.
  @inline(__always)
  mutating func add(_ mantissa: Int128, scale: Int) {
    if scale == Int(self.scale) {
      let (sum, overflow) = lane.addingReportingOverflow(mantissa)
      if !overflow {
        lane = sum
        return
      }
    }
    addSlowly(mantissa, scale: scale)
  }

  @inline(never)
  private mutating func addSlowly(_ mantissa: Int128, scale: Int) {
    let scale = UInt16(truncatingIfNeeded: scale)
    raise(to: scale)
    guard let scaled = PowerOfTen.scale(mantissa, by: Int(self.scale - scale)) else {
      spill(mantissa, scale: scale)
      return
    }
    let (sum, overflow) = lane.addingReportingOverflow(scaled)
    if overflow {
      spill(lane, scale: self.scale)
      lane = scaled
    } else {
      lane = sum
    }
  }

  /// Adds the square of `mantissa` / 10^`scale`.
  @inline(__always)
  mutating func addSquare(of mantissa: Int128, scale: Int) {
    let small = Int64(truncatingIfNeeded: mantissa)
    if Int128(small) == mantissa {
      // Both factors fit 64 bits, so the product fits 126.
      add(Int128(small) &* Int128(small), scale: 2 * scale)
    } else {
      addWideSquare(of: mantissa, scale: 2 * scale)
    }
  }

  /// Adds `mantissa` / 10^`scale` so many times.
  mutating func add(_ mantissa: Int128, scale: Int, times: Int) {
    let (product, overflow) = mantissa.multipliedReportingOverflow(by: Int128(times))
    if !overflow { return add(product, scale: scale) }
    let scale = UInt16(truncatingIfNeeded: scale)
    raise(to: scale)
    withWide { parts in
      parts.withTotal(atScale: scale) {
        $0.add(mantissa.magnitude, times: UInt64(times), isNegative: mantissa < 0, exponent: 0)
      }
    }
  }

  /// Adds the square of `mantissa` / 10^`scale` so many times.
  mutating func addSquare(of mantissa: Int128, scale: Int, times: Int) {
    let (square, overflow) = mantissa.multipliedReportingOverflow(by: mantissa)
    if !overflow { return add(square, scale: 2 * scale, times: times) }
    let scale = UInt16(truncatingIfNeeded: 2 * scale)
    raise(to: scale)
    let (high, low) = mantissa.magnitude.multipliedFullWidth(by: mantissa.magnitude)
    withWide { parts in
      parts.withTotal(atScale: scale) { total in
        total.add(low, times: UInt64(times), isNegative: false, exponent: 0)
        total.add(high, times: UInt64(times), isNegative: false, exponent: 128)
      }
    }
  }

  private mutating func addWideSquare(of mantissa: Int128, scale: Int) {
    let scale = UInt16(truncatingIfNeeded: scale)
    raise(to: scale)
    let (high, low) = mantissa.magnitude.multipliedFullWidth(by: mantissa.magnitude)
    withWide { parts in
      parts.withTotal(atScale: scale) { total in
        total.add(low, isNegative: false, exponent: 0)
        total.add(high, isNegative: false, exponent: 128)
      }
    }
  }

  /// Adds a finite double.
  mutating func add(_ double: Double) {
    withWide { parts in
      parts.sawBinary = true
      parts.binary.add(double)
    }
  }

  /// Adds a finite double so many times.
  mutating func add(_ double: Double, times: Int) {
    withWide { parts in
      parts.sawBinary = true
      parts.binary.add(double, times: UInt64(times))
    }
  }

  /// Adds the square of a finite double.
  mutating func addSquare(of double: Double) {
    withWide { parts in
      parts.sawBinary = true
      parts.binary.addSquare(of: double)
    }
  }

  /// Adds the square of a finite double so many times.
  mutating func addSquare(of double: Double, times: Int) {
    withWide { parts in
      parts.sawBinary = true
      parts.binary.addSquare(of: double, times: UInt64(times))
    }
  }

  /// Adds another total.
  mutating func merge(_ other: ExactAccumulator) {
    add(other.lane, scale: Int(other.scale))
    guard let parts = other.wide.first else { return }
    withWide { own in
      own.sawBinary = own.sawBinary || parts.sawBinary
      own.binary.merge(parts.binary)
      for decimal in parts.decimals { own.withTotal(atScale: decimal.scale) { $0.merge(decimal.total) } }
    }
  }

  /// The total of the decimals, in units of 10^-scale.
  var decimalTotal: BigInteger {
    var total = BigInteger(lane)
    for part in wide.first?.decimals ?? [] {
      let (integer, exponent) = part.total.value
      total = total + integer.shiftedLeft(by: exponent) * .powerOfTen(Int(scale - part.scale))
    }
    return total
  }

  /// The total of the decimals in units of 10^-scale, where it is the whole total and fits.
  var smallTotal: Int128? { wide.isEmpty ? lane : nil }

  /// The whole total.
  var total: ExactRatio {
    let decimals = ExactRatio(decimalTotal, over: .powerOfTen(Int(scale)))
    guard let parts = wide.first, parts.sawBinary else { return decimals }
    let (integer, exponent) = parts.binary.value
    if exponent >= 0 { return decimals + ExactRatio(integer.shiftedLeft(by: exponent)) }
    return decimals + ExactRatio(integer, exponent: exponent)
  }

  /// Makes `scale` the lane's, unless the lane's is larger.
  private mutating func raise(to scale: UInt16) {
    guard scale > self.scale else { return }
    if let scaled = PowerOfTen.scale(lane, by: Int(scale - self.scale)) {
      lane = scaled
    } else {
      spill(lane, scale: self.scale)
      lane = 0
    }
    self.scale = scale
  }

  private mutating func spill(_ mantissa: Int128, scale: UInt16) {
    withWide { parts in
      parts.withTotal(atScale: scale) { $0.add(mantissa.magnitude, isNegative: mantissa < 0, exponent: 0) }
    }
  }

  private mutating func withWide(_ body: (inout WideParts) -> Void) {
    if wide.isEmpty { wide.append(WideParts()) }
    body(&wide[0])
  }

  func encode(into writer: inout ByteWriter) {
    writer.write(lane)
    writer.write(scale)
    writer.write(wide) { writer, parts in
      writer.write(parts.sawBinary)
      if parts.sawBinary { parts.binary.encode(into: &writer) }
      writer.write(parts.decimals) { writer, part in
        writer.write(part.scale)
        part.total.encode(into: &writer)
      }
    }
  }

  init(from reader: inout ByteReader) throws(ByteCodingError) {
    lane = try reader.read()
    let scale = try reader.read(UInt16.self)
    guard scale <= ExactAccumulator.scaleLimit else { throw ByteCodingError("a sum has \(scale) fraction digits") }
    self.scale = scale
    wide = try reader.readArray { (reader) throws(ByteCodingError) in
      var parts = WideParts()
      parts.sawBinary = try reader.readBool()
      if parts.sawBinary { parts.binary = try FixedPointAccumulator(from: &reader) }
      parts.decimals = try reader.readArray { (reader) throws(ByteCodingError) in
        let partScale = try reader.read(UInt16.self)
        guard partScale <= scale else { throw ByteCodingError("a part of a sum has \(partScale) fraction digits") }
        return ScaledTotal(scale: partScale, total: try FixedPointAccumulator(from: &reader))
      }
      return parts
    }
    guard wide.count <= 1 else { throw ByteCodingError("a sum has \(wide.count) wide parts") }
  }
}
