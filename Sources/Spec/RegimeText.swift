// The circumstances that a run is put under, as users write them: `throttled=100MB/s,latency=2ms,cpu=50`.

import Execution
import Query

/// Reads and writes the value of `--regime`.
package enum RegimeText {
  /// The words that there are, with what stands behind them.
  package static let forms = ["throttled=100MB/s", "latency=2ms", "cpu=50"]
  private static let remedy = "give \(forms.joined(separator: ", ")), or several of them with commas between"

  private static let rates: [(unit: String, factor: UInt64)] = [
    ("GB/s", 1_000_000_000), ("GiB/s", 1 << 30), ("MB/s", 1_000_000), ("MiB/s", 1 << 20), ("kB/s", 1000),
    ("KiB/s", 1 << 10), ("B/s", 1),
  ]
  private static let times: [(unit: String, factor: UInt64)] = [
    ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000), ("ns", 1),
  ]
  private static let rateRange: ClosedRange<UInt64> = 1...1_000_000_000_000
  private static let timeRange: ClosedRange<UInt64> = 1...3_600_000_000_000

  /// - Throws: `QuestionError` when the text is no list of circumstances, or names one twice.
  package static func parse(_ text: String) throws(QuestionError) -> Regime {
    var regime = Regime()
    var known: Set<Substring> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = words[0]
      guard words.count == 2, ["throttled", "latency", "cpu"].contains(name) else {
        throw QuestionError("\(ShownValue.quoted(String(part))) is not a regime", remedy: remedy)
      }
      guard known.insert(name).inserted else {
        throw QuestionError("\(name) is given twice", remedy: "give each once")
      }
      let value = String(words[1])
      switch name {
      case "throttled": regime.bytesPerSecond = try rate(value)
      case "latency": regime.latency = try time(value)
      default: regime.hashRounds = try rounds(value)
      }
    }
    return regime
  }

  /// The shortest exact form; empty for no circumstances.
  package static func text(_ regime: Regime) -> String {
    var parts: [String] = []
    if let rate = regime.bytesPerSecond { parts.append("throttled=\(shortest(rate, rates))") }
    if regime.latency > 0 { parts.append("latency=\(shortest(regime.latency, times))") }
    if regime.hashRounds > 0 { parts.append("cpu=\(regime.hashRounds)") }
    return parts.joined(separator: ",")
  }

  private static func rate(_ text: String) throws(QuestionError) -> UInt64 {
    guard let rate = quantity(text, rates) else {
      throw QuestionError(
        "\(ShownValue.quoted(text)) is not a rate", remedy: "give bytes a second, such as 100MB/s, 500kB/s or 1.5GiB/s")
    }
    guard rateRange.contains(rate) else {
      throw QuestionError("\(text) is out of range", remedy: "give 1B/s to 1000GB/s")
    }
    return rate
  }

  private static func rounds(_ text: String) throws(QuestionError) -> Int {
    do throws(QuestionError) {
      return try OptionRange.parse(text, in: OptionRange.hashRounds)
    } catch {
      throw QuestionError(
        "cpu: \(error.message)",
        remedy: "give rounds of hashing for each row, cpu=1 to cpu=\(OptionRange.hashRounds.upperBound)")
    }
  }

  private static func time(_ text: String) throws(QuestionError) -> UInt64 {
    guard let time = quantity(text, times) else {
      throw QuestionError("\(ShownValue.quoted(text)) is not a time", remedy: "give one such as 2ms, 500us or 0.1s")
    }
    guard timeRange.contains(time) else {
      throw QuestionError("\(text) is out of range", remedy: "give 1ns to 3600s")
    }
    return time
  }

  /// A number, with decimals if it has any, and its unit; nil for anything else. What is left of a whole is dropped, and
  /// what is too great for the type is its greatest value.
  private static func quantity(_ text: String, _ units: [(unit: String, factor: UInt64)]) -> UInt64? {
    let number = text.prefix { $0 == "." || $0.isASCII && $0.isWholeNumber }
    let unit = text[number.endIndex...]
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard let factor = units.first(where: { $0.unit == unit })?.factor, (1...2).contains(parts.count),
      parts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 18 })
    else { return nil }
    var (digits, scale) = (UInt64(0), UInt64(1))
    for digit in parts.joined().utf8 {
      let product = digits.multipliedReportingOverflow(by: 10)
      let sum = product.partialValue.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
      if product.overflow || sum.overflow { return .max }
      digits = sum.partialValue
    }
    for _ in 0..<(parts.count == 2 ? parts[1].utf8.count : 0) { scale *= 10 }
    let product = digits.multipliedFullWidth(by: factor)
    return product.high < scale ? scale.dividingFullWidth(product).quotient : .max
  }

  private static func shortest(_ value: UInt64, _ units: [(unit: String, factor: UInt64)]) -> String {
    let unit = units.first { value.isMultiple(of: $0.factor) } ?? ("", 1)
    return "\(value / unit.factor)\(unit.unit)"
  }
}
