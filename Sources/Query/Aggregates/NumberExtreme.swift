// The least or greatest of some numbers, and what printing it needs to know of all of them. Shared by `min`, `max` and
// the profile.

import CSV

/// How the numbers of one call or column are printed: as decimals at the scale of the one with the most fraction
/// digits, or as doubles once any was binary.
package struct NumberLayout: Equatable, Sendable {
  private(set) var scale = 0
  private(set) var isBinary = false

  package init() {}

  package mutating func note(_ number: Number) {
    switch number {
    case .decimal(let decimal): if decimal.scale > scale { scale = decimal.scale }
    case .binary: isBinary = true
    }
  }

  package mutating func merge(_ other: NumberLayout) {
    scale = max(scale, other.scale)
    isBinary = isBinary || other.isBinary
  }

  package func text(_ number: Number) -> String {
    if !isBinary, case .decimal(let decimal) = number { return decimal.text(scale: scale) }
    return DoubleText.shortest(number.nearestDouble)
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(UInt16(scale))
    writer.write(isBinary)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    scale = Int(try reader.read(UInt16.self))
    guard scale <= Decimal.maxScale else { throw ByteCodingError("a scale of \(scale)") }
    isBinary = try reader.readBool()
  }
}

/// The least or greatest of some numbers by exact value. Of equal ones the first stays; a layout prints them alike.
package struct NumberExtreme: Sendable {
  package private(set) var number: Number?

  package init() {}

  package mutating func add(_ other: Number, for end: Extreme) {
    if let number, !end.isReplaced(at: Number.compare(other, number)) { return }
    number = other
  }

  package mutating func merge(_ other: NumberExtreme, for end: Extreme) {
    if let number = other.number { add(number, for: end) }
  }

  package func encode(into writer: inout ByteWriter) {
    switch number {
    case nil:
      writer.write(UInt8(0))
    case .decimal(let decimal):
      writer.write(UInt8(1))
      writer.write(decimal.mantissa)
      writer.write(UInt16(decimal.scale))
    case .binary(let double):
      writer.write(UInt8(2))
      writer.write(double)
    }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    switch try reader.read(UInt8.self) {
    case 0:
      number = nil
    case 1:
      let mantissa = try reader.read(Int128.self)
      let scale = Int(try reader.read(UInt16.self))
      guard scale <= Decimal.maxScale else { throw ByteCodingError("a scale of \(scale)") }
      number = .decimal(Decimal(mantissa: mantissa, scale: scale))
    case 2:
      let double = try reader.readDouble()
      guard double.isFinite else { throw ByteCodingError("a number that is not finite") }
      number = .binary(double)
    default:
      throw ByteCodingError("a number of unknown kind")
    }
  }
}
