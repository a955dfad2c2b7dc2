// What the sniffer is sure of, and what it refuses.

import Testing

@testable import CSV

@Suite struct DelimiterSnifferTests {
  private func sniff(_ text: String, isWhole: Bool = true, quote: UInt8? = 0x22) -> DelimiterSniffer.Sniffing {
    DelimiterSniffer.sniff(Array(text.utf8).span, isWhole: isWhole, quote: quote)
  }

  @Test(arguments: [
    ("a,b\n1,2\n", ","), ("a;b\n1;2\n", ";"), ("a\tb\n1\t2\n", "\t"), ("a|b\n1|2\n", "|"),
    // Other candidates in the data, not in the header; quoted ones in the header.
    ("a;b\n1,5;2,5\n3,5;4,5\n", ";"), ("\"a,x\";b\n\"1\";2\n", ";"), ("\u{FEFF}\"a\";\"b\"\n1;2\n", ";"),
    // Another candidate in the header that cuts the data otherwise.
    ("a;b, c;d\n1;2;3\n4;5;6\n7;8;9\n", ";"),
    // A single column, also of quoted text; nothing but a header.
    ("a\n1\n2\n", ","), ("\"a;b\"\n1\n", ","), ("a,b\n", ","), ("a;b", ";"), ("a", ","), ("", ","), ("\n\n", ","),
    // Some ragged records.
    ("a,b\n1,2\n3\n4,5\n6,7,8\n9,10\n", ","), ("a,b\n1\n", ","), ("a;b\n\"x\"y;1\n2;3\n", ";"),
  ])
  func isSure(text: String, expected: String) {
    let sniffing = sniff(text)
    #expect(sniffing.isSure, "\(sniffing.evidence)")
    #expect(sniffing.delimiter == expected.utf8.first)
    #expect(sniffing.confidence >= 0.5 && sniffing.confidence <= 1)
  }

  @Test(arguments: [
    // Two candidates agree with the header; none does; the header cannot be cut.
    "a;b,c\n1;2,3\n", "a,b;c\n", "a,b\n1\n2\n3\n", "\"a\"b;c\n1;2\n", "\"a;b\n1;2\n",
  ])
  func refuses(text: String) {
    let sniffing = sniff(text)
    #expect(!sniffing.isSure)
    #expect(sniffing.confidence < 0.5)
    #expect(!sniffing.evidence.isEmpty)
  }

  @Test func doesNotLookAtTheRecordThatTheSampleCuts() {
    #expect(sniff("a,b\n1,2\n3", isWhole: false).confidence == 1)
    #expect(sniff("a,b\n1,2\n3", isWhole: true).confidence == 2.0 / 3)
  }

  @Test func looksAtAThousandRecords() {
    let text = "a,b\n" + String(repeating: "1,2\n", count: 999) + String(repeating: "1\n", count: 5_000)
    let sniffing = sniff(text)
    #expect(sniffing.confidence == 1)
    #expect(sniffing.evidence == "\",\" cuts 1000 of 1000 records into the header's 2 fields")
  }

  @Test func obeysTheQuoteOfTheDialect() {
    #expect(sniff("'a;b',c\n'1;2',3\n", quote: 0x27).delimiter == 0x2C)
    #expect(sniff("'a;b',c\n'1;2',3\n", quote: 0x27).isSure)
    #expect(!sniff("'a;b',c\n'1;2',3\n", quote: nil).isSure)
  }

  @Test func doesNotTryTheQuote() {
    #expect(sniff("|a|,|b|\n|1|,|2|\n", quote: 0x7C).delimiter == 0x2C)
  }
}
