// The two files of rejects: in file order, with places in the whole input, and whole where a reject spans pieces.

import CSV
import Execution
import Query
import Testing

@Suite struct RejectLogTests {
  private static let reasonsHeader = "file,record,line,byte,length,column,reason,text\n"

  private func log(
    _ policy: ErrorPolicy = .quarantine, header: String = "a,b\n", names: [String] = ["in.csv", "two.csv"]
  ) throws -> RejectLog {
    var question = Question()
    question.errorPolicy = policy
    let survey = Survey(
      dialect: Dialect(), columns: [Array("a".utf8), Array("b".utf8)], sampledTypes: [.text, .text],
      header: Array(header.utf8))
    return RejectLog(plan: try Plan.make(question, survey), names: names)
  }

  private func tally(records: Int, lines: Int) -> Tally {
    var tally = Tally()
    tally.records = records
    tally.lines = lines
    return tally
  }

  private func text(_ blocks: [OutputBlock], _ stream: OutputBlock.Stream) -> String {
    String(decoding: blocks.filter { $0.stream == stream }.flatMap(\.bytes), as: UTF8.self)
  }

  @Test func bothFilesHaveTheirHeadersEvenWithoutRejects() throws {
    var log = try log()
    let blocks = log.commit(.of(0..<10)) + log.commit(.of(10..<20)) + log.finish()
    #expect(text(blocks, .rejects) == "a,b\n")
    #expect(text(blocks, .reasons) == Self.reasonsHeader)
    #expect(log.first == nil && log.last == nil)
    var unused = try self.log()
    #expect(text(unused.finish(), .reasons) == Self.reasonsHeader)
  }

  @Test func nothingIsWrittenThatIsNotAskedFor() throws {
    for policy in [ErrorPolicy.fail, .skip] {
      var log = try log(policy)
      #expect(log.commit(.of(0..<10, rejects: [.at(3)])).isEmpty)
      #expect(log.finish().isEmpty)
      #expect(log.first?.byte == 3)
    }
  }

  @Test func placesCountFromTheStartOfTheInput() throws {
    var log = try log()
    var blocks = log.commit(
      .of(
        0..<40, rejects: [.at(5, record: 2, line: 3, length: 4, raw: Array("bad\n".utf8))],
        tally: tally(records: 7, lines: 12)))
    blocks += log.commit(.of(40..<50, tally: tally(records: 1, lines: 1)))
    blocks += log.commit(
      .of(50..<90, rejects: [.at(60, record: 3, line: 4, length: 6, raw: Array("worse\n".utf8))]))
    blocks += log.finish()
    #expect(text(blocks, .rejects) == "a,b\nbad\nworse\n")
    #expect(
      text(blocks, .reasons) == Self.reasonsHeader + "in.csv,2,3,5,4,,columns,text\nin.csv,11,17,60,6,,columns,text\n")
    #expect(log.first?.record == 2)
    #expect(log.last?.record == 11 && log.last?.line == 17)
  }

  @Test func eachInputCountsByItself() throws {
    var log = try log()
    _ = log.commit(.of(0..<40, isLast: true, tally: tally(records: 7, lines: 12)))
    let blocks = log.commit(
      .of(0..<9, input: 1, rejects: [.at(5, record: 2, line: 2, raw: Array("x\n".utf8), input: 1)]))
    #expect(text(blocks + log.finish(), .reasons).hasSuffix("two.csv,2,2,5,0,,columns,text\n"))
  }

  @Test func aRejectOverSeveralPiecesIsOne() throws {
    var log = try log()
    var blocks = log.commit(
      .of(
        0..<10, endsSkipping: true,
        rejects: [
          .at(2, length: 3, raw: Array("abc".utf8)), .at(5, record: 2, line: 2, length: 5, raw: Array("start".utf8)),
        ],
        tally: tally(records: 2, lines: 1)))
    #expect(text(blocks, .reasons) == Self.reasonsHeader + "in.csv,1,1,2,3,,columns,text\n")
    blocks += log.commit(
      .of(10..<14, isSkipping: true, endsSkipping: true, continuation: Array(" mid".utf8)))
    // A CR that may be half a line end was left to the next piece.
    blocks += log.commit(.of(14..<14, isSkipping: true, endsSkipping: true, isOpen: true))
    blocks += log.commit(
      .of(
        14..<30, isSkipping: true, rejects: [.at(20, record: 4, line: 5, length: 2, raw: Array("y\n".utf8))],
        continuation: Array(" end\r\n".utf8)))
    blocks += log.finish()
    // The first reject had no line end of its own, so it gets one.
    #expect(text(blocks, .rejects) == "a,b\nabc\nstart mid end\r\ny\n")
    let lines = text(blocks, .reasons).split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[2].hasPrefix("in.csv,2,2,5,15,,columns,text"))
    #expect(lines[3].hasPrefix("in.csv,6,6,20,2,,columns,text"))
  }

  @Test func aRejectThatEndsWithTheInputIsClosedAtTheEnd() throws {
    var log = try log()
    let blocks = log.commit(
      .of(0..<10, endsSkipping: true, rejects: [.at(0, length: 10, raw: Array("0123456789".utf8))]))
    #expect(text(blocks, .reasons) == Self.reasonsHeader)
    #expect(text(log.finish(), .reasons) == "in.csv,1,1,0,10,,columns,text\n")
    #expect(log.finish().isEmpty)
  }

  @Test func theLastRejectOfAnInputIsPartedFromTheNext() throws {
    var log = try log()
    var blocks = log.commit(
      .of(0..<3, isLast: true, rejects: [.at(0, length: 3, raw: Array("end".utf8))]))
    blocks += log.commit(
      .of(0..<5, input: 1, isLast: true, rejects: [.at(0, length: 5, raw: Array("other".utf8), input: 1)]))
    #expect(text(blocks + log.finish(), .rejects) == "a,b\nend\nother")
  }

  @Test func aHeaderWithoutLineEndIsPartedFromTheFirstReject() throws {
    var log = try log(header: "a,b")
    let blocks = log.commit(.of(3..<6, rejects: [.at(3, raw: Array("x\n".utf8))]))
    #expect(text(blocks, .rejects) == "a,b\nx\n")
  }

  @Test func reasonsAreProperCSV() throws {
    var log = try log(names: ["my, \"own\" file.csv"])
    var reject = PieceReject.at(0, length: 1, raw: [UInt8(ascii: "x")], kind: .tooLong)
    reject.reject.text = Array("a,\"b\"\nc".utf8)
    reject.reject.column = Array("x,y".utf8)
    let blocks = log.commit(.of(0..<10, rejects: [reject]))
    #expect(
      text(blocks, .reasons)
        == Self.reasonsHeader + "\"my, \"\"own\"\" file.csv\",1,1,0,1,\"x,y\",too long,\"a,\"\"b\"\"\nc\"\n")
  }
}
