// Sizes as users write them: a count of bytes with or without a unit.

import Query

/// Reads and writes sizes such as `64`, `64KiB`, `1M` and `1MB`.
///
/// As in the GNU core utilities, a bare letter counts in 1024s like the `KiB` form, and `KB`, `MB` count in 1000s.
/// Case does not matter, and one blank may stand before the unit.
package enum ByteSize {
  private static let letters: [Character] = ["K", "M", "G", "T"]

  /// The number of bytes that `text` stands for.
  ///
  /// - Throws: `QuestionError` when the text is no size or lies outside `range`.
  package static func parse(_ text: String, in range: ClosedRange<Int> = 0...Int.max) throws(QuestionError) -> Int {
    let digits = text.prefix { $0.isASCII && $0.isWholeNumber }
    var unit = text.dropFirst(digits.count)
    if unit.first == " " && unit.count > 1 { unit = unit.dropFirst() }
    guard !digits.isEmpty, let factor = factor(of: unit.uppercased()) else {
      throw QuestionError(
        "\(ShownValue.quoted(text)) is not a size",
        remedy: "give whole bytes such as 65536, 64KiB, 1MiB (1024s) or 1MB (1000s)")
    }
    guard let count = Int(digits), case (let bytes, let overflow) = count.multipliedReportingOverflow(by: factor),
      !overflow, range.contains(bytes)
    else {
      throw QuestionError("\(text) is out of range", remedy: OptionRange.remedy(range, unit: "bytes"))
    }
    return bytes
  }

  /// The shortest exact form: `1MiB`, `64KiB`, `1000`.
  package static func text(_ bytes: Int) -> String {
    var count = bytes
    var unit = ""
    for letter in letters where count > 0 && count % 1024 == 0 {
      count /= 1024
      unit = "\(letter)iB"
    }
    return "\(count)\(unit)"
  }

  private static func factor(of unit: String) -> Int? {
    if unit.isEmpty || unit == "B" { return 1 }
    guard let power = letters.firstIndex(of: unit[unit.startIndex]) else { return nil }
    let base: Int
    switch unit.dropFirst() {
    case "", "IB": base = 1024
    case "B": base = 1000
    default: return nil
    }
    return (0...power).reduce(1) { factor, _ in factor * base }
  }
}
