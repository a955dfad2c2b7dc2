// Times as users write them: `90s`, `5min`, `1.5h`.

import Query

/// Reads times.
package enum DurationText {
  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ms", 1e6), ("s", 1e9), ("min", 60e9), ("h", 3600e9),
  ]

  /// Nanoseconds; a time has a unit.
  ///
  /// - Throws: `QuestionError` when the text is no time, or none between 1 ms and 1,000 h.
  package static func parse(_ text: String) throws(QuestionError) -> UInt64 {
    let number = text.prefix { $0 == "." || $0.isASCII && $0.isWholeNumber }
    let isNumber = number.first != "." && number.last != "." && number.filter { $0 == "." }.count <= 1
    guard isNumber, let value = Double(number), let unit = units.first(where: { $0.name == text[number.endIndex...] })
    else {
      throw QuestionError(
        "\(ShownValue.quoted(text)) is not a time", remedy: "give one such as 60s, 500ms, 5min or 1.5h")
    }
    let nanoseconds = value * unit.nanoseconds
    guard (1e6...3.6e15).contains(nanoseconds) else {
      throw QuestionError("\(text) is out of range", remedy: "give 1ms to 1000h")
    }
    return UInt64(nanoseconds)
  }
}
