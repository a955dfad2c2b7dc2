// Mistakes of YAML itself, each with its place.

import Query
import Testing

@testable import Spec

@Suite struct YAMLDocumentTests {
  private func failure(_ bytes: [UInt8]) -> String {
    do throws(PipelineFileError) {
      return "read as \(try PipelineFile(parsing: bytes, path: "x.yaml").definition)"
    } catch {
      return error.description
    }
  }

  static let empty = "x.yaml: the file is empty; an all-default pipeline needs one key, such as inputs"
  static let quotes =
    "; a text that starts with one of ! & * % @ ` \" ' [ { > | or holds \": \" or \" #\" must stand in quotes"

  @Test(arguments: [
    ("", empty), ("\n\n", empty), ("# nothing\n", empty), ("---\n", empty), ("~", empty),
    (
      "- a\n- b",
      "x.yaml: line 1, column 1: a pipeline is written as keys with values; write for example \"group_by: carrier\""
    ),
    (
      "count",
      "x.yaml: line 1, column 1: a pipeline is written as keys with values; write for example \"group_by: carrier\""
    ),
    ("limit: 1\n---\nlimit: 2", "x.yaml: line 3, column 1: a second document starts here; write one pipeline a file"),
    ("limit: 1\nmode: thread\nlimit: 1", "x.yaml: line 1, column 1: key \"limit\" is given twice"),
    ("null: NA\n\"null\": NA", "x.yaml: line 2, column 1: key \"null\" is given twice"),
    ("types:\n  a: text\n  a: date", "x.yaml: line 2, column 3: key \"a\" is given twice"),
    ("[a]: 1", "x.yaml: line 1, column 1: a key must be a text"),
    (
      "limit: 1\nwhere: `a b` > 1",
      "x.yaml: line 2, column 8: not YAML: found character that cannot start any token while scanning for the next token that starts in line 2"
        + quotes
    ),
    (
      "where: \"a\" == b",
      "x.yaml: line 1, column 12: not YAML: did not find expected key while parsing a block mapping that starts in line 1"
        + quotes
    ),
    ("where: a: b", "x.yaml: line 1, column 9: not YAML: mapping values are not allowed in this context" + quotes),
    ("where: *nobody", "x.yaml: line 1, column 8: not YAML: found undefined alias" + quotes),
  ])
  func namesThePlace(text: String, message: String) {
    #expect(failure(Array(text.utf8)) == message)
  }

  @Test func hundredsOfBracketsAreRefusedOrRead() {
    #expect(failure(Array((String(repeating: "[", count: 5000)).utf8)).hasPrefix("x.yaml: line 1, column "))
  }
}
