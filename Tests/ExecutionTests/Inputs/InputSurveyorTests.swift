// What is found out about an input before its first piece: header, columns, types, and what is refused.

import CSV
import Execution
import Query
import Testing

@Suite struct InputSurveyorTests {
  private func survey(
    _ bytes: [UInt8], name: String = "in.csv", isStream: Bool = false, _ change: (inout Question) -> Void = { _ in }
  ) throws -> (Survey, Preamble) {
    var question = Question()
    change(&question)
    var source = try (isStream ? TestInput.stream(bytes) : TestInput.file(bytes)).makeSource()
    return try InputSurveyor(question: question).survey(&source, name: name)
  }

  private func survey(
    _ text: String, _ change: (inout Question) -> Void = { _ in }
  ) throws -> (Survey, Preamble) {
    try survey(Array(text.utf8), change)
  }

  private func failure(_ bytes: [UInt8], _ change: (inout Question) -> Void = { _ in }) throws -> RunFailure {
    var failure: RunFailure?
    for isStream in [false, true] {
      do {
        _ = try survey(bytes, isStream: isStream, change)
      } catch let error as RunFailure {
        if let failure { #expect(failure == error, "a stream is refused like a file") }
        failure = error
      }
    }
    return try #require(failure)
  }

  private func names(_ survey: Survey) -> [String] { survey.columns.map { String(decoding: $0, as: UTF8.self) } }

  @Test func aPlainTable() throws {
    let (survey, preamble) = try survey(
      "id,price,day,ok,name,none\n1,2.5,2024-01-31,true,x,\n-2,1e3,2024-02-29,FALSE,y,\n")
    #expect(names(survey) == ["id", "price", "day", "ok", "name", "none"])
    #expect(survey.sampledTypes == [.integer, .float, .date, .boolean, .text, .null])
    #expect(survey.sampledRecords == 2)
    #expect(survey.dialect == Dialect())
    #expect(survey.header == Array("id,price,day,ok,name,none\n".utf8))
    #expect(survey.delimiterEvidence != nil)
    #expect(!survey.headerLooksLikeData)
    #expect(preamble.length == 26 && preamble.lines == 1)
  }

  @Test func aMarkAndBlankLinesComeBeforeTheHeader() throws {
    let (survey, preamble) = try survey("\u{FEFF}\n\r\na;b\r\n1;2\r\n")
    #expect(names(survey) == ["a", "b"])
    #expect(survey.dialect.delimiter == UInt8(ascii: ";"))
    #expect(survey.header == Array("a;b\r\n".utf8))
    #expect(preamble.length == 11 && preamble.lines == 3)
    #expect(survey.sampledTypes == [.integer, .integer])
  }

  @Test func aHeaderOverSeveralLines() throws {
    let (survey, preamble) = try survey("\"first\nline\",\"a \"\"b\"\"\"\n1,2\n")
    #expect(names(survey) == ["first\nline", "a \"b\""])
    #expect(preamble.length == 23 && preamble.lines == 2)
  }

  @Test func aHeaderLongerThanOneLook() throws {
    let long = String(repeating: "x\n", count: 100_000)
    let (survey, preamble) = try survey("a,\"\(long)\",c\n1,2,3\n") { $0.dialect.delimiter = UInt8(ascii: ",") }
    #expect(survey.columns.map(\.count) == [1, 200_000, 1])
    #expect(preamble.length == 200_007 && preamble.lines == 100_001)
    #expect(survey.sampledTypes == [.integer, .integer, .integer])
  }

  @Test func aHeaderWithoutLineEndIsAllThereIs() throws {
    let (survey, preamble) = try survey("a,b")
    #expect(names(survey) == ["a", "b"])
    #expect(preamble.length == 3 && preamble.lines == 0)
    #expect(survey.sampledTypes == [.null, .null])
    #expect(survey.sampledRecords == 0)
  }

  @Test func withoutHeaderTheColumnsAreNumbered() throws {
    let (survey, preamble) = try survey("\u{FEFF}1,x\n2,y\n") { $0.dialect.hasHeader = false }
    #expect(names(survey) == ["c1", "c2"])
    #expect(preamble.length == 3 && preamble.lines == 0)
    #expect(survey.sampledTypes == [.integer, .text])
    #expect(survey.sampledRecords == 2)
    #expect(survey.header.isEmpty)
  }

  @Test func namesStandInForAHeader() throws {
    let (survey, _) = try survey("1,x\n") {
      $0.dialect.hasHeader = false
      $0.dialect.columns = ["id", "na me"]
    }
    #expect(names(survey) == ["id", "na me"])
    #expect(survey.sampledTypes == [.integer, .text])
  }

  @Test func namesReplaceTheHeader() throws {
    let (renamed, preamble) = try survey("a,a\n1,2\n") { $0.dialect.columns = ["x", "y"] }
    #expect(names(renamed) == ["x", "y"])
    #expect(preamble.length == 4)
    let failure = try failure(Array("a,b\n1,2\n".utf8)) { $0.dialect.columns = ["x"] }
    #expect(failure.kind == .usage)
    #expect(failure.message == "--columns names 1 columns, in.csv has 2")
  }

  @Test func withNamesTheFirstRecordMayBeBroken() throws {
    let (survey, preamble) = try survey("\"x\"y,1\n2,3\n") {
      $0.dialect.hasHeader = false
      $0.dialect.columns = ["p", "q"]
      $0.dialect.delimiter = UInt8(ascii: ",")
    }
    #expect(names(survey) == ["p", "q"])
    #expect(preamble.length == 0)
    #expect(survey.sampledTypes == [.integer, .integer])
  }

  @Test func aHeaderOfValuesIsNoticed() throws {
    #expect(try survey("1,2.5\n3,4\n").0.headerLooksLikeData)
    #expect(try !survey("1,\n3,4\n").0.headerLooksLikeData)
    #expect(try !survey("1,b\n3,4\n").0.headerLooksLikeData)
    #expect(try !survey("1,2\n") { $0.dialect.hasHeader = false }.0.headerLooksLikeData)
  }

  @Test func nullTextsAndBrokenRecordsDoNotDecideTypes() throws {
    let (survey, _) = try survey("a,b\nNA,1\n2,NA\nragged\n\"x\"y,z\n3,4\n") {
      $0.dialect.nullTexts = ["NA"]
      $0.dialect.delimiter = UInt8(ascii: ",")
    }
    #expect(survey.sampledTypes == [.integer, .integer])
    #expect(survey.sampledRecords == 3)
    #expect(survey.dialect.nullTexts == [Array("NA".utf8)])
  }

  @Test func theDialectIsTakenAsGiven() throws {
    let (survey, _) = try survey("a|'b,c'\n1|2\n") {
      $0.dialect.delimiter = UInt8(ascii: "|")
      $0.dialect.quote = UInt8(ascii: "'")
    }
    #expect(names(survey) == ["a", "b,c"])
    #expect(survey.delimiterEvidence == nil)
    let (unquoted, _) = try self.survey("\"a\",b\n") { $0.dialect.quote = .some(nil) }
    #expect(names(unquoted) == ["\"a\"", "b"])
    #expect(unquoted.dialect.quote == nil)
  }

  /// Values behind the sample do not count, and a record that the sample's end cuts does not either; for files and
  /// streams alike.
  @Test(arguments: [(-1, false), (0, false), (0, true), (1, false), (1, true)])
  func theSampleIsOneMebibyte(beyond: Int, endsLine: Bool) throws {
    let size = InputSurveyor.sampleSize + beyond
    var text = Array("a,b,c\n".utf8)
    let filler = String(repeating: "x", count: 50_000)
    while text.count < size - 100_000 { text += Array("12,34.5,\(filler)\n".utf8) }
    // The last record ends with the input, and is of another type.
    let tail = endsLine ? "\n" : ""
    text += Array("1,y,\(String(repeating: "x", count: size - text.count - 4 - tail.utf8.count))\(tail)".utf8)
    #expect(text.count == size)
    let comma: (inout Question) -> Void = { $0.dialect.delimiter = UInt8(ascii: ",") }
    let (file, _) = try survey(text, comma)
    let (stream, _) = try survey(text, isStream: true, comma)
    #expect(file == stream)
    #expect(file.sampledTypes == [.integer, beyond > 0 ? .decimal : .text, .text])
  }

  @Test func anEmptyInputIsNamed() throws {
    for text in ["", "\n", "\r\n\n\r", "\u{FEFF}", "\u{FEFF}\n"] {
      let failure = try failure(Array(text.utf8)) { $0.dialect.delimiter = UInt8(ascii: ",") }
      #expect(failure.kind == .data)
      #expect(failure.message == "in.csv: the input is empty, so there is no header", "\(text.debugDescription)")
    }
  }

  @Test func foreignContentIsNamed() throws {
    for (bytes, name): ([UInt8], String) in [
      ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2], "gzip"), (Array("PK\u{3}\u{4}".utf8) + [20, 0, 0, 0], "zip"),
      ([0xFF, 0xFE, 97, 0, 44, 0, 98, 0], "UTF-16"), ([0x7F] + Array("ELF".utf8) + [2, 1, 1], "ELF"),
    ] {
      let failure = try failure(bytes)
      #expect(failure.kind == .data)
      #expect(failure.message.contains(name), "\(failure.message)")
      #expect(failure.message.hasPrefix("in.csv: "))
      #expect(failure.remedy != nil)
    }
  }

  @Test func anUnclearDelimiterIsRefused() throws {
    let failure = try failure(Array("a,b;c\n1,2;3\n4,5;6\n".utf8))
    #expect(failure.kind == .data)
    #expect(failure.message.contains("the delimiter is not clear"))
    #expect(failure.remedy?.contains("--delimiter") == true)
  }

  @Test func aBrokenHeaderIsRefused() throws {
    let comma: (inout Question) -> Void = {
      $0.dialect.delimiter = UInt8(ascii: ",")
      $0.maxRecord = 20
    }
    #expect(
      try failure(Array("\"a\"x,b\n1,2\n".utf8), comma).message == "in.csv: line 1 (byte 0): text after a closing quote"
    )
    #expect(
      try failure(Array("\n\n\"a,b\n1,2\n".utf8), comma).message.hasPrefix("in.csv: line 3 (byte 2): no closing quote"))
    let long = try failure(Array((String(repeating: "h", count: 21) + "\n").utf8), comma)
    #expect(long.message == "in.csv: line 1 (byte 0): record is longer than 20 bytes")
    #expect(long.kind == .data)
  }

  // MARK: Later inputs

  private func preamble(_ text: String, after first: String, _ change: (inout Question) -> Void = { _ in }) throws
    -> Preamble
  {
    var question = Question()
    question.dialect.delimiter = UInt8(ascii: ",")
    change(&question)
    let surveyor = InputSurveyor(question: question)
    var one = try TestInput.file(Array(first.utf8)).makeSource()
    let (survey, _) = try surveyor.survey(&one, name: "one.csv")
    var two = try TestInput.file(Array(text.utf8)).makeSource()
    return try surveyor.preamble(of: &two, name: "two.csv", survey: survey, firstName: "one.csv")
  }

  private func refusal(_ text: String, after first: String) -> String? {
    do {
      _ = try preamble(text, after: first)
    } catch let error as RunFailure {
      #expect(error.kind == .data)
      return error.message
    } catch {}
    return nil
  }

  @Test func aLaterInputMayWriteTheSameHeaderOtherwise() throws {
    let preamble = try preamble("\u{FEFF}\n\"a\",\"b\"\r\n1,2\r\n", after: "a,b\n")
    #expect(preamble.length == 13 && preamble.lines == 2)
    #expect(try self.preamble("a,b", after: "\"a\",b\n").length == 3)
  }

  @Test func aLaterInputWithAnotherHeaderIsRefused() {
    #expect(
      refusal("a,c\n", after: "a,b\n") == "two.csv: line 1: column 2 of the header is \"c\", but \"b\" in one.csv")
    #expect(
      refusal("a\n", after: "a,b\n") == "two.csv: line 1: column 2 of the header is missing, but \"b\" in one.csv")
    #expect(
      refusal("a,b,c\n", after: "a,b\n")
        == "two.csv: line 1: the header has a column 3, \"c\", that one.csv does not have")
    #expect(refusal("", after: "a,b\n") == "two.csv: the input is empty, so there is no header")
  }

  @Test func namesForColumnsDoNotReplaceTheComparison() throws {
    let preamble = try preamble("a,b\n1,2\n", after: "a,b\n") { $0.dialect.columns = ["x", "y"] }
    #expect(preamble.length == 4)
    #expect(throws: RunFailure.self) {
      try self.preamble("x,y\n1,2\n", after: "a,b\n") { $0.dialect.columns = ["x", "y"] }
    }
  }

  @Test func withoutHeaderLaterInputsStartWithData() throws {
    let preamble = try preamble("\u{FEFF}3,4\n", after: "1,2\n") { $0.dialect.hasHeader = false }
    #expect(preamble.length == 3 && preamble.lines == 0)
  }
}
