// That a difference is shown where it is.

import Testing

extension EndToEndTests {
  @Suite struct FirstDifferenceTests {
    private func difference(_ got: String, _ want: String) -> String {
      FirstDifference(got: Array(got.utf8), want: Array(want.utf8)).description
    }

    @Test func namesTheLine() {
      #expect(difference("a\nb\n", "a\nc\n") == "line 2\n    got:  b\\n\n    want: c\\n")
    }

    @Test func seesLineEnds() {
      #expect(difference("a\nb", "a\nb\n") == "line 2\n    got:  b\n    want: b\\n")
      #expect(difference("a\r\n", "a\n") == "line 1\n    got:  a\\r\\n\n    want: a\\n")
    }

    @Test func seesWhatIsMissing() {
      #expect(difference("", "é\n") == "line 1\n    got:  the end\n    want: \\xc3\\xa9\\n")
      #expect(difference("a\n\u{0}\n", "a\n") == "line 2\n    got:  \\x00\\n\n    want: the end")
    }
  }
}
