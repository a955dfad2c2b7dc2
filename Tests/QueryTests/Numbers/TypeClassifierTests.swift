// The type of single values: numbers, dates, timestamps, truth values, and what only looks like one.

import Query
import Testing

@Suite struct TypeClassifierTests {
  private func type(_ text: String) -> ColumnType {
    let bytes = Array(text.utf8)
    return TypeClassifier.type(of: bytes.span)
  }

  @Test(arguments: ["0", "-0", "+5", "42", "-17", "999999999999999999"]) func integers(text: String) {
    #expect(type(text) == .integer)
  }

  @Test(arguments: ["0.5", "-0.50", "1.0", "0.000000000000000000000001", "123456789012345.678"]) func decimals(
    text: String
  ) {
    #expect(type(text) == .decimal)
  }

  @Test(arguments: ["1e5", "1.5E-7", "1000000000000000000", "0.1234567890123456789", "1e999", "0e0"]) func floats(
    text: String
  ) {
    #expect(type(text) == .float)
  }

  @Test(arguments: ["true", "FALSE", "True", "fAlSe"]) func booleans(text: String) { #expect(type(text) == .boolean) }

  @Test(arguments: ["2024-02-29", "2000-02-29", "1999-12-31", "0000-01-01", "9999-12-31", "2023-04-30"]) func dates(
    text: String
  ) {
    #expect(type(text) == .date)
  }

  @Test(arguments: [
    "2024-02-29T00:00", "2024-02-29 23:59", "2024-02-29T23:59:60", "2024-02-29T12:00:00.5", "2024-02-29T12:00Z",
    "2024-02-29 12:00:00+02:00", "2024-02-29T12:00:00.123456789-0930", "2024-02-29T12:00+0000",
  ]) func timestamps(text: String) { #expect(type(text) == .timestamp) }

  @Test(arguments: [
    "", "007", "-007", "00", "00.5", "01e5", "5.", ".5", "nan", "abc", " 1", "1 ", "yes", "t", "truE ", "trve",
    "tru\u{14}",
    "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "2024-04-31", "2024-1-01", "2024/01/01",
    "24-01-01", "2024-01-01T", "2024-01-01T24:00", "2024-01-01T12:60", "2024-01-01T12:00:61", "2024-01-01T12:00:",
    "2024-01-01T12:00:0", "2024-01-01T12:00:00.", "2024-01-01T12:00z", "2024-01-01T12:00Z0", "2024-01-01T12:00+2",
    "2024-01-01T12:00+02", "2024-01-01T12:00+02:0", "2024-01-01T12:00+24:00", "2024-01-01T12:00+02:60",
    "2024-01-01t12:00",
    "2024-01-01T12:00:00.5x", "2024-01-01  12:00", "2024-01-0112:00:00", "2024-01-01T12:00+", "2024-02-30T12:00",
  ]) func texts(text: String) { #expect(type(text) == .text) }

  @Test func everyShortTextHasAType() {
    // Nothing is read past the end, whatever the length: every prefix of the longest forms.
    for whole in [
      "2024-02-29T12:00:00.123456789-09:30", "-123456789.123456789e-12345", "false", "2024-02-29 12:00:00Z",
    ] {
      for count in 0...whole.utf8.count { _ = type(String(whole.prefix(count))) }
    }
  }
}
