// The words of rejects: what, where, remedy; and their binary form.

import Testing

@testable import CSV

@Suite struct RejectTests {
  private let place = Reject.Place(input: 0, record: 4710, line: 4711, byte: 391_022, length: 30)
  private let column = Array("dep_delay".utf8)

  @Test func namesAColumnAndItsText() {
    let reject = Reject.number(Array("N/A".utf8), column: column, at: place)
    #expect(
      reject.message(file: "flights.csv")
        == #"flights.csv: line 4711 (record 4710, byte 391,022): column dep_delay: "N/A" is not a number"#)
    #expect(
      reject.remedy == "use --null N/A to read it as missing, --types 'dep_delay=text', or --on-error skip")
  }

  @Test func namesTheWholeRecord() {
    let columns = Reject.columns(got: 1, want: 5, text: [], at: place)
    #expect(columns.message(file: "a.csv") == "a.csv: line 4711 (record 4710, byte 391,022): got 1 field, want 5")
    #expect(Reject.columns(got: 4, want: 5, text: [], at: place).reason == "got 4 fields, want 5")
    #expect(Reject.defect(.quote, maxRecord: 9, text: [], at: place).kind == .quote)
    #expect(
      Reject.defect(.unterminated, maxRecord: 16 << 20, text: [], at: place).reason
        == "no closing quote before the end or within 16,777,216 bytes")
    #expect(Reject.defect(.tooLong, maxRecord: 99, text: [], at: place).reason == "record is longer than 99 bytes")
    #expect(RejectKind.tooLong.rawValue == "too long")
  }

  @Test func leavesOutARecordNumberThatIsNotKnown() {
    let header = Reject.Place(input: 0, record: 0, line: 1, byte: 0, length: 3)
    #expect(
      Reject.defect(.quote, maxRecord: 9, text: [], at: header).message(file: "-")
        == "-: line 1 (byte 0): text after a closing quote")
  }

  @Test(arguments: [
    ("not known", "use --null 'not known' to read it as missing, --types 'dep_delay=text', or --on-error skip"),
    ("it's", "use --null 'it'\\''s' to read it as missing, --types 'dep_delay=text', or --on-error skip"),
    ("-", "use --null '-' to read it as missing, --types 'dep_delay=text', or --on-error skip"),
    ("a\nb", "use --types 'dep_delay=text', or --on-error skip"),
    ("", "use --types 'dep_delay=text', or --on-error skip"),
  ])
  func suggestsWhatAShellUnderstands(text: String, remedy: String) {
    #expect(Reject.number(Array(text.utf8), column: column, at: place).remedy == remedy)
  }

  @Test func escapesTheText() {
    let reject = Reject.number([0x61, 0x0A, 0x22, 0x1B, 0xFF], column: column, at: place)
    #expect(reject.reason == "\"a\\n\\\"\\u{1b}\u{FFFD}\" is not a number")
    #expect(reject.remedy == "use --types 'dep_delay=text', or --on-error skip")
  }

  @Test func namesTypes() {
    let text = Array("1,5".utf8)
    #expect(
      Reject.number(text, isOutOfRange: true, column: column, at: place).reason == "\"1,5\" is a number out of range")
    #expect(Reject.type(text, wanted: "date", column: column, at: place).reason == "\"1,5\" is not a date")
    #expect(Reject.type(text, wanted: "integer", column: column, at: place).reason == "\"1,5\" is not an integer")
  }

  @Test func poisonNamesTheSignal() {
    let reject = Reject.poison(signal: 11, name: "SIGSEGV", text: Array("a,b".utf8), at: place)
    #expect(
      reject.message(file: "a.csv")
        == "a.csv: line 4711 (record 4710, byte 391,022): the record ended three parser processes by signal 11 (SIGSEGV)"
    )
    #expect(
      reject.remedy
        == "use --on-error skip or quarantine to leave the record out, and report it: this is a defect of the program")
    #expect(reject.label == "poison: SIGSEGV")
    #expect(reject.text == Array("a,b".utf8) && reject.column == nil)
    #expect(Reject.columns(got: 1, want: 2, text: [], at: place).label == "columns")
  }

  @Test func cutsLongText() {
    let long = [UInt8](repeating: 0x61, count: 1_000)
    let reject = Reject.number(long, column: column, at: place)
    #expect(reject.text == Array(long.prefix(200)))
    #expect(reject.reason == "\"\(String(repeating: "a", count: 200))...\" is not a number")
    #expect(reject.remedy == "use --types 'dep_delay=text', or --on-error skip")
  }

  @Test(arguments: RejectKind.allCases)
  func crossesInBinaryForm(kind: RejectKind) throws {
    for column in [nil, [], [0xFF, 0]] as [[UInt8]?] {
      let reject = Reject(
        kind, at: place, column: column, text: [1, 2], reason: "because é", signal: kind == .poison ? "SIGBUS" : nil)
      var writer = ByteWriter()
      reject.encode(into: &writer)
      var reader = ByteReader(writer.bytes)
      #expect(try Reject(from: &reader) == reject)
      #expect(reader.remaining == 0)
    }
  }

  @Test func refusesAKindThatIsNotKnown() {
    #expect(throws: ByteCodingError("reject kind 7 is not known")) {
      var reader = ByteReader([7])
      _ = try Reject(from: &reader)
    }
  }
}
