// The line end of a record that is looked at as a whole, for showing its text without it.

/// Line ends at the end of some bytes.
enum LineEnding {
  /// The length of the line end that the bytes end with: 2 for CR LF, 1 for LF or CR, else 0.
  static func length(atEndOf bytes: Span<UInt8>) -> Int {
    let count = bytes.count
    guard count > 0 else { return 0 }
    switch bytes[count - 1] {
    case UInt8(ascii: "\n"): return count > 1 && bytes[count - 2] == UInt8(ascii: "\r") ? 2 : 1
    case UInt8(ascii: "\r"): return 1
    default: return 0
    }
  }
}
