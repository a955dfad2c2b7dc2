// The quick tests for dates and timestamps against the grammar: never true where it says no, and true for all usual ones.

import Testing

@testable import Query

@Suite struct DateWordsTests {
  private func isDate(_ text: [UInt8]) -> Bool {
    text.withUnsafeBytes { DateWords.isDate($0.baseAddress!, count: text.count) }
  }

  private func isTimestamp(_ text: [UInt8]) -> Bool {
    text.withUnsafeBytes { DateWords.isTimestamp($0.baseAddress!, count: text.count) }
  }

  private func grammarSaysDate(_ text: [UInt8]) -> Bool { DateGrammar.isDate(text.span) }

  private func grammarSaysTimestamp(_ text: [UInt8]) -> Bool { DateGrammar.isTimestamp(text.span) }

  @Test func takesUsualOnes() {
    for text in ["2024-02-28", "0001-01-01", "9999-12-28", "1999-09-09"] {
      #expect(isDate(Array(text.utf8)), "\(text)")
      for time in ["T00:00:00", " 23:59:59", " 19:08:07"] {
        #expect(isTimestamp(Array((text + time).utf8)), "\(text)\(time)")
      }
    }
  }

  /// One or two bytes of a text changed, to every value.
  @Test func neverSaysMoreThanTheGrammar() {
    var source = SplitMixSource(seed: 4)
    for text in ["2024-02-28", "2023-12-31", "2024-02-28 10:20:30", "1999-10-19T23:59:59"] {
      let original = Array(text.utf8)
      for place in original.indices {
        for byte in UInt8.min...UInt8.max {
          var changed = original
          changed[place] = byte
          if Bool.random(using: &source) {
            changed[Int.random(in: 0..<changed.count, using: &source)] = UInt8.random(in: 0x2C...0x3B, using: &source)
          }
          if isDate(changed) { #expect(grammarSaysDate(changed), "\(changed)") }
          if isTimestamp(changed) { #expect(grammarSaysTimestamp(changed), "\(changed)") }
        }
      }
      #expect(!isDate(original + [0x30]))
      #expect(!isTimestamp(original + [0x30]))
    }
  }

  /// Every day of some years: what is not told quickly are the last days of months and what does not exist.
  @Test func knowsTheFirstFourWeeksOfEveryMonth() {
    for year in ["1900", "2000", "2023", "2024"] {
      for month in 0...99 {
        for day in 0...99 {
          let text = Array("\(year)-\(month / 10)\(month % 10)-\(day / 10)\(day % 10)".utf8)
          #expect(isDate(text) == (grammarSaysDate(text) && day <= 28))
        }
      }
    }
  }
}
