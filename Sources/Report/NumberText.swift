// Figures for people: groups of thousands, three digits, the unit that keeps them short. Without Foundation, so that it
// does not depend on a locale.

/// Writes counts, sizes, rates and times.
package enum NumberText {
  /// A count with commas between the thousands: `391,022`.
  package static func grouped<Integer: BinaryInteger>(_ value: Integer) -> String {
    grouped(digits: "\(value.magnitude)", isNegative: value < 0)
  }

  /// Bytes as `312 B`, `12.3 KiB`, `1.32 MiB`, `1,316 MiB`. MiB is the largest unit, so that sizes compare at a glance.
  package static func bytes(_ count: Int) -> String {
    if count < 1024 { return "\(count) B" }
    if count < 1 << 20 { return "\(threeDigits(Double(count) / 1024)) KiB" }
    return "\(threeDigits(Double(count) / 1_048_576)) MiB"
  }

  /// Bytes a second as `1.23 GB/s`, `85.3 MB/s`, `12.0 kB/s`; `-` where no time has passed.
  package static func rate(bytes: Int, seconds: Double) -> String {
    guard seconds > 0 else { return "-" }
    let rate = Double(bytes) / seconds
    if rate >= 99_950_000 { return "\(threeDigits(rate / 1e9)) GB/s" }
    if rate >= 999_500 { return "\(threeDigits(rate / 1e6)) MB/s" }
    return "\(threeDigits(rate / 1e3)) kB/s"
  }

  /// A time in the unit that gives three digits: `870 ns`, `12.3 ms`, `3.58 s`, `16.7 min`, `16.7 h`.
  package static func duration(seconds: Double) -> String {
    let units: [(name: String, seconds: Double)] = [
      ("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1), ("min", 60),
    ]
    for unit in units where (seconds / unit.seconds) < 999.5 {
      if unit.name == "ns" { return "\(Int((seconds * 1e9).rounded())) ns" }
      return "\(threeDigits(seconds / unit.seconds)) \(unit.name)"
    }
    return "\(threeDigits(seconds / 3600)) h"
  }

  package static func duration(nanoseconds: UInt64) -> String { duration(seconds: Double(nanoseconds) / 1e9) }

  /// A time that is counted down, in whole units: `8 s`, `2 min 05 s`, `1 h 04 min`. Rounded up.
  package static func countdown(seconds: Double) -> String {
    let whole = Int(min(seconds, 1e9).rounded(.up))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
    return "\(grouped(whole / 3600)) h \(two(whole % 3600 / 60)) min"
  }

  /// Three digits: `0.512`, `1.23`, `12.3`, `123`; larger numbers keep all digits before the point: `1,234`.
  package static func threeDigits(_ value: Double) -> String {
    let size = abs(value)
    let decimals = size < 0.9995 ? 3 : size < 9.995 ? 2 : size < 99.95 ? 1 : 0
    return fixed(value, decimals: decimals)
  }

  /// A number with so many decimals, 0 to 6, rounded to the nearest, halves away from zero.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "-" }
    let factor = (0..<decimals).reduce(1) { factor, _ in factor * 10 }
    let scaled = (abs(value) * Double(factor)).rounded(.toNearestOrAwayFromZero)
    guard scaled < 9e18 else { return "\(value)" }
    let digits = Int(scaled)
    let whole = grouped(digits: "\(digits / factor)", isNegative: value < 0 && digits > 0)
    if decimals == 0 { return whole }
    let fraction = "\(digits % factor)"
    return whole + "." + String(repeating: "0", count: decimals - fraction.utf8.count) + fraction
  }

  private static func grouped(digits: String, isNegative: Bool) -> String {
    var text = isNegative ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.utf8.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }
}
