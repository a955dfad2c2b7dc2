// The words of errors about whole inputs.

import Testing

@testable import CSV

@Suite struct InputErrorTests {
  @Test func saysWhatWhereAndWhatWouldHelp() {
    #expect(InputError.empty.message(file: "a.csv") == "a.csv: the input is empty, so there is no header")
    #expect(InputError.foreign(.gzip).message(file: "a.csv") == "a.csv: this is gzip-compressed data, not CSV text")
    #expect(InputError.foreign(.gzip).remedy == ForeignContent.gzip.remedy)
    #expect(
      InputError.foreign(.gzip).remedy(file: "a b.gz") == "decompress it first: `zcat 'a b.gz' | pipe run ...`")
    let sniffing = DelimiterSniffer.sniff(Array("a;b,c\n".utf8).span, isWhole: true, quote: nil)
    #expect(
      InputError.unsureDelimiter(sniffing).message(file: "a.csv")
        == #"a.csv: the delimiter is not clear: "," cuts 1 of 1 records into the header's 2 fields; "#
        + #"";" cuts 1 of 1 records into the header's 2 fields (confidence 0 %)"#)
  }

  @Test func placesABrokenHeader() {
    let place = Reject.Place(input: 0, record: 0, line: 1, byte: 3, length: 9)
    let error = InputError.brokenHeader(.defect(.quote, maxRecord: 9, text: [], at: place))
    #expect(error.message(file: "a.csv") == "a.csv: line 1 (byte 3): text after a closing quote")
    #expect(error.remedy == "repair the header, or name another --quote or --delimiter")
  }

  @Test func comparesHeaders() {
    func message(_ got: String?, _ want: String?) -> String {
      let error = InputError.differentHeader(
        column: 2, got: got.map { Array($0.utf8) }, want: want.map { Array($0.utf8) }, first: "a.csv")
      return error.message(file: "b.csv")
    }
    #expect(message("x", "y") == #"b.csv: line 1: column 2 of the header is "x", but "y" in a.csv"#)
    #expect(message(nil, "y") == #"b.csv: line 1: column 2 of the header is missing, but "y" in a.csv"#)
    #expect(message("x", nil) == #"b.csv: line 1: the header has a column 2, "x", that a.csv does not have"#)
  }
}
