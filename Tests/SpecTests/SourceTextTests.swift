// Bytes that are no text, with the place of the first of them.

import Testing

@testable import Spec

@Suite struct SourceTextTests {
  private func failure(_ bytes: [UInt8]) -> String {
    do throws(PipelineFileError) {
      return try SourceText(bytes, file: "x.yaml").text
    } catch {
      return error.description
    }
  }

  @Test func passesText() {
    #expect(failure(Array("a: é\r\nb: \u{85}😀\t".utf8)) == "a: é\r\nb: \u{85}😀\t")
  }

  @Test func dropsOneByteOrderMark() throws {
    #expect(failure([0xEF, 0xBB, 0xBF] + Array("limit: 1".utf8)) == "limit: 1")
    let file = try PipelineFile(parsing: [0xEF, 0xBB, 0xBF] + Array("limit: x".utf8).dropLast() + [0x31], path: "x")
    #expect(file.definition.question.limit == 1)
  }

  @Test(arguments: [
    (
      Array("a: \u{1}".utf8),
      "x.yaml: line 1, column 4: the control character U+0001 is not allowed; write it as \\x01 in double quotes"
    ),
    (
      Array("a: b\r\nc: é\0".utf8),
      "x.yaml: line 2, column 5: the control character U+0000 is not allowed; write it as \\x00 in double quotes"
    ),
    (
      Array("a\rb\nc\u{7F}".utf8),
      "x.yaml: line 3, column 2: the control character U+007F is not allowed; write it as \\x7F in double quotes"
    ),
    (Array("a: ".utf8) + [0xFF], "x.yaml: line 1, column 4: this byte is not UTF-8; save the file as UTF-8"),
    (Array("a: b\n".utf8) + [0xC3], "x.yaml: line 2, column 1: this byte is not UTF-8; save the file as UTF-8"),
    ([0xFF, 0xFE, 0x61, 0x00], "x.yaml: line 1, column 1: this byte is not UTF-8; save the file as UTF-8"),
  ])
  func namesThePlace(bytes: [UInt8], message: String) {
    #expect(failure(bytes) == message)
  }
}
