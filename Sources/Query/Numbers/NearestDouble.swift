// Texts to nearest doubles. The one place of the numbers that touches memory by pointer, because `strtod` wants a C string.

import Glibc

/// Correctly rounded reading of numbers that are not kept as decimals.
enum NearestDouble {
  /// The nearest double (half to even) of a text that follows the number grammar; infinite where it is outside.
  static func read(_ text: Span<UInt8>, shape: NumberShape) -> Double {
    if shape.significantCount <= 19, shape.digits <= 1 << 53, let exponent = exponent(of: text, shape: shape) {
      // Digits and power of ten are exact doubles, so the one operation rounds once.
      let magnitude: Double? =
        exponent < 0
        ? PowerOfTen.exactDouble(-exponent).map { Double(shape.digits) / $0 }
        : PowerOfTen.exactDouble(exponent).map { Double(shape.digits) * $0 }
      if let magnitude { return shape.isNegative ? -magnitude : magnitude }
    }
    // The copy ends in NUL and outlives the call; `strtod` reads no further than that. It is correctly rounded in glibc,
    // and reads "." as the point because the program never calls `setlocale`.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { copy in
      for index in text.indices { copy.initializeElement(at: index, to: CChar(bitPattern: text[index])) }
      copy.initializeElement(at: text.count, to: 0)
      guard let start = copy.baseAddress else { return .infinity }
      return strtod(start, nil)
    }
  }

  /// The power of ten that the digits are to be multiplied by, or nil where it is large.
  private static func exponent(of text: Span<UInt8>, shape: NumberShape) -> Int? {
    guard shape.hasExponent else { return -shape.fractionCount }
    var index = text.count - 1
    var value = 0
    var place = 1
    while true {
      let byte = text[index]
      index -= 1
      switch byte {
      case UInt8(ascii: "-"): return -value - shape.fractionCount
      case UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"): return value - shape.fractionCount
      default:
        let digit = Int(byte &- UInt8(ascii: "0"))
        if place > 10_000 {
          if digit != 0 { return nil }
        } else {
          value += digit * place
          place *= 10
        }
      }
    }
  }
}
