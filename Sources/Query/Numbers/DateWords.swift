// Dates and timestamps in their usual forms told by words of eight characters, for the columns of a profile: one test a
// value instead of one a character. What it does not tell, `DateGrammar` decides.
//
// Why the pointers hold: the caller has `count` bytes from `text` on, and only those are loaded.

/// Sure and quick answers about `YYYY-MM-DD` and `YYYY-MM-DD HH:MM:SS`.
enum DateWords {
  /// "0000-00-", "00" and "00:00:00", the first character lowest.
  private static let date: UInt64 = 0x2D30_302D_3030_3030
  private static let day: UInt16 = 0x3030
  private static let time: UInt64 = 0x3030_3A30_303A_3030

  /// Whether the text surely is a date. False where it is none, and for days that not every month has.
  @inline(__always)
  static func isDate(_ text: UnsafeRawPointer, count: Int) -> Bool { count == 10 && startsWithDate(text) }

  /// Whether the text surely is a timestamp. False where it is none, and for other forms of timestamps.
  @inline(__always)
  static func isTimestamp(_ text: UnsafeRawPointer, count: Int) -> Bool {
    guard count == 19, startsWithDate(text) else { return false }
    let separator = text.load(fromByteOffset: 10, as: UInt8.self)
    // Digits become their values, colons 0.
    let digits = UInt64(littleEndian: (text + 11).loadUnaligned(as: UInt64.self)) ^ time
    let hour = (digits & 0xFF) &* 10 &+ digits &>> 8 & 0xFF
    return (separator == UInt8(ascii: "T") || separator == UInt8(ascii: " "))
      && foreign(digits, colonBytes: 0x0000_FF00_00FF_0000) == 0 && hour <= 23
      && digits &>> 24 & 0xFF <= 5 && digits &>> 48 & 0xFF <= 5
  }

  @inline(__always)
  private static func startsWithDate(_ text: UnsafeRawPointer) -> Bool {
    let digits = UInt64(littleEndian: text.loadUnaligned(as: UInt64.self)) ^ date
    let days = UInt16(littleEndian: (text + 8).loadUnaligned(as: UInt16.self)) ^ day
    let month = (digits &>> 40 & 0xFF) &* 10 &+ digits &>> 48 & 0xFF
    let (tens, ones) = (days & 0xFF, days &>> 8)
    let day = tens &* 10 &+ ones
    return foreign(digits, colonBytes: 0xFF00_00FF_0000_0000) == 0 && month &- 1 <= 11
      && tens <= 9 && ones <= 9 && day &- 1 <= 27
  }

  /// Not 0 where a byte is above 9, or one that must be 0 is not.
  @inline(__always)
  private static func foreign(_ digits: UInt64, colonBytes: UInt64) -> UInt64 {
    // A carry out of a byte comes only from one that is above 9 itself.
    ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080 | digits & colonBytes
  }
}
