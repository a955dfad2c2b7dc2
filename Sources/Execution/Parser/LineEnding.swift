// Line ends of records and rejects that are looked at as a whole: to show their text without them, and to tell the rest
// of a reject from what follows.

/// Line ends in some bytes.
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

  /// The length of the first line, with its line end if it has one.
  static func lineLength(atStartOf bytes: Span<UInt8>) -> Int {
    var offset = 0
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\n") { break }
      if byte == UInt8(ascii: "\r") {
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "\n") { offset += 1 }
        break
      }
    }
    return offset
  }
}
