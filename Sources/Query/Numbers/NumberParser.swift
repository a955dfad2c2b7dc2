// Reads numbers by the project's own grammar, from bytes, without strings in between: the hottest parser of the program
// after the scanner itself.

/// What a text is as a number.
package enum ParsedNumber: Equatable, Sendable {
  case number(Number)
  /// By the grammar a number, but outside the doubles (`1e999`).
  case outOfRange
  case notANumber
}

/// The grammar `[+-]? digits [. digits] [(e|E) [+-]? digits]`: nothing else is a number, so no `5.`, `.5`, `0x10`, `nan`, no spaces.
package enum NumberParser {
  /// The most digits, from the first that is not 0, of a decimal.
  package static let maxDigits = 18

  /// Reads a number. Up to 18 significant digits (from the first that is not 0 on), without exponent and with at most
  /// 1000 fraction digits, make a decimal; anything else makes the nearest double.
  package static func parse(_ text: Span<UInt8>) -> ParsedNumber {
    guard let shape = NumberShape(text) else { return .notANumber }
    if shape.isDecimal {
      let mantissa = Int128(shape.isNegative ? 0 &- Int64(bitPattern: shape.digits) : Int64(bitPattern: shape.digits))
      return .number(.decimal(Decimal(mantissa: mantissa, scale: shape.fractionCount)))
    }
    let double = NearestDouble.read(text, shape: shape)
    guard double.isFinite else { return .outOfRange }
    return .number(.binary(double == 0 ? 0 : double))
  }

  /// Whether `parse` gives a number.
  package static func isNumber(_ text: Span<UInt8>) -> Bool {
    if case .number = parse(text) { return true }
    return false
  }
}
