// Failures: made of the errors of other layers, and carried from worker to supervisor.

import CSV
import Execution
import Query
import Testing

@Suite struct RunFailureTests {
  private let kinds: [RunFailure.Kind] = [.usage, .data, .input, .books, .system, .output, .transfer, .worker]

  @Test func surviveTheirBinaryForm() throws {
    for kind in kinds {
      for failure in [
        RunFailure(kind, "what happened: \u{00E9}\0"), RunFailure(kind, "", remedy: "do this"),
        RunFailure(kind, "m", remedy: nil, expression: "a + ", offset: 4),
      ] {
        var writer = ByteWriter()
        failure.encode(into: &writer)
        var reader = ByteReader(writer.bytes)
        #expect(try RunFailure(from: &reader) == failure)
        #expect(reader.remaining == 0)
        HostileBytes.check(writer.bytes, reader: { (reader) throws(ByteCodingError) in try RunFailure(from: &reader) })
      }
    }
  }

  @Test func anUnknownKindIsRefused() {
    for code in [UInt8(0), 9, 255] {
      var writer = ByteWriter()
      RunFailure(.usage, "m").encode(into: &writer)
      var bytes = writer.bytes
      bytes[0] = code
      var reader = ByteReader(bytes)
      #expect(throws: ByteCodingError.self) { try RunFailure(from: &reader) }
    }
  }

  @Test func keepWhatIsKnownOfQuestionsAndAnswers() {
    let question = RunFailure(QuestionError("no such column", remedy: "name it", expression: "x + 1", offset: 2))
    #expect(question == RunFailure(.usage, "no such column", remedy: "name it", expression: "x + 1", offset: 2))
    #expect(RunFailure(AnswerError("too large", remedy: "less")) == RunFailure(.data, "too large", remedy: "less"))
  }
}
