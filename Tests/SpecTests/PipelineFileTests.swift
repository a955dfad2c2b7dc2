// Reading from disk, and finding in the file what a question's error points at.

import Glibc
import Query
import Testing

@testable import Spec

@Suite struct PipelineFileTests {
  private func placed(_ text: String, _ error: QuestionError) throws -> String {
    try PipelineFile(parsing: Array(text.utf8), path: "x.yaml").error(for: error).description
  }

  @Test func findsTheExpression() throws {
    let error = QuestionError(
      "no column \"orign\"", remedy: "did you mean \"origin\"?", expression: "orign == 1", offset: 0)
    #expect(
      try placed("limit: 1\nwhere: orign == 1\n", error)
        == "x.yaml: line 2, column 8: where: no column \"orign\"; did you mean \"origin\"?")
    #expect(
      try placed("where:  \"orign == 1\"", error)
        == "x.yaml: line 1, column 10: where: no column \"orign\"; did you mean \"origin\"?")
  }

  @Test func findsItemsOfLists() throws {
    let error = QuestionError("unknown function", expression: "men(x)", offset: 2)
    #expect(try placed("aggregates: count, men(x)", error) == "x.yaml: line 1, column 22: aggregates: unknown function")
    #expect(
      try placed("aggregates:\n  - count\n  - men(x)", error)
        == "x.yaml: line 3, column 7: aggregates: unknown function")
    #expect(try placed("derive:\n  a: men(x)", error) == "x.yaml: line 2, column 8: derive.a: unknown function")
    #expect(try placed("derive: a = men(x)", error) == "x.yaml: line 1, column 15: derive: unknown function")
  }

  @Test func saysTheOffsetWhereTheTextIsFolded() throws {
    let error = QuestionError("no column \"b\"", expression: "a && b\n", offset: 5)
    #expect(
      try placed("where: >\n  a &&\n  b\n", error)
        == "x.yaml: line 1, column 8: where: no column \"b\" (at character 6 of \"a && b\\n\")")
  }

  @Test func passesOtherErrorsOn() throws {
    let error = QuestionError("column x occurs 2 times in the header", remedy: "name them with --columns")
    #expect(
      try placed("where: x > 1", error) == "x.yaml: column x occurs 2 times in the header; name them with --columns")
    #expect(try placed("limit: 1", QuestionError("odd", expression: "zz", offset: 1)) == "x.yaml: odd")
  }

  @Test func readsFromDisk() throws {
    var name = Array("/tmp/pipe-spec-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    #expect(descriptor >= 0)
    let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      close(descriptor)
      unlink(path)
    }
    let text = "limit: 7\n# " + String(repeating: "x", count: 100_000)
    #expect(write(descriptor, text, text.utf8.count) == text.utf8.count)
    let file = try PipelineFile(reading: path)
    #expect(file.definition.question.limit == 7)
    #expect(file.path == path)
  }

  @Test(arguments: [
    ("/nowhere/x.yaml", "/nowhere/x.yaml: cannot read this pipeline file: No such file or directory"),
    ("/tmp", "/tmp: cannot read this pipeline file: Is a directory"),
    ("/dev/zero", "/dev/zero: the file is larger than 1MiB; is this a pipeline file?"),
  ])
  func namesWhatCannotBeRead(path: String, message: String) {
    let error = #expect(throws: PipelineFileError.self) { try PipelineFile(reading: path) }
    #expect(error?.description == message)
  }
}
