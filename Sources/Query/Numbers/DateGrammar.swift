// Dates and timestamps as the type inference knows them: one fixed form of ISO 8601, checked against the calendar.

/// Dates `YYYY-MM-DD` of the Gregorian calendar, and timestamps `date (T| ) HH:MM[:SS[.digits]] [Z|(+|-)HH[:]MM]`.
enum DateGrammar {
  /// Whether the whole text is a date that exists.
  static func isDate(_ text: Span<UInt8>) -> Bool { text.count == 10 && startsWithDate(text) }

  /// Whether the whole text is a timestamp. A second may be 60, because leap seconds are.
  static func isTimestamp(_ text: Span<UInt8>) -> Bool {
    let end = text.count
    guard end >= 16, startsWithDate(text), text[10] == UInt8(ascii: "T") || text[10] == UInt8(ascii: " "),
      number(text, at: 11, most: 23) != nil, text[13] == UInt8(ascii: ":"), number(text, at: 14, most: 59) != nil
    else { return false }
    var index = 16
    if index < end, text[index] == UInt8(ascii: ":") {
      guard number(text, at: 17, most: 60) != nil else { return false }
      index = 19
      if index < end, text[index] == UInt8(ascii: ".") {
        index += 1
        let start = index
        while index < end, text[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
        guard index > start else { return false }
      }
    }
    return index == end || isZone(text, from: index)
  }

  private static func isZone(_ text: Span<UInt8>, from start: Int) -> Bool {
    let rest = text.count - start
    if text[start] == UInt8(ascii: "Z") { return rest == 1 }
    guard text[start] == UInt8(ascii: "+") || text[start] == UInt8(ascii: "-"),
      number(text, at: start + 1, most: 23) != nil
    else { return false }
    if rest == 5 { return number(text, at: start + 3, most: 59) != nil }
    return rest == 6 && text[start + 3] == UInt8(ascii: ":") && number(text, at: start + 4, most: 59) != nil
  }

  private static func startsWithDate(_ text: Span<UInt8>) -> Bool {
    guard text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"), let century = number(text, at: 0, most: 99),
      let year = number(text, at: 2, most: 99), let month = number(text, at: 5, most: 12), month > 0,
      let day = number(text, at: 8, most: 31), day > 0
    else { return false }
    return day <= days(inMonth: month, of: century * 100 + year)
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The two digits at `index`, at most `most`.
  private static func number(_ text: Span<UInt8>, at index: Int, most: Int) -> Int? {
    guard index + 2 <= text.count else { return nil }
    let tens = text[index] &- UInt8(ascii: "0")
    let ones = text[index + 1] &- UInt8(ascii: "0")
    guard tens <= 9, ones <= 9 else { return nil }
    let value = Int(tens) * 10 + Int(ones)
    return value <= most ? value : nil
  }
}
