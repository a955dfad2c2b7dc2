// The line end of a record that is looked at as a whole, for showing its text without it.

/// Line ends at the end of some bytes.
enum LineEnding {
  /// The length of the line end that the bytes end with: 2 for CR LF, 1 for LF or CR, else 0.
  static func length(atEndOf bytes: ArraySlice<UInt8>) -> Int {
    switch bytes.last {
    case UInt8(ascii: "\n"): bytes.dropLast().last == UInt8(ascii: "\r") ? 2 : 1
    case UInt8(ascii: "\r"): 1
    default: 0
    }
  }
}
