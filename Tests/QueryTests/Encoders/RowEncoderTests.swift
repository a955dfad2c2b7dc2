// Rules that hold for every format: the registry, and blocks that are encoded apart and strung together.

import Testing

@testable import Query

/// Rows through an encoder, as a whole result.
func result(_ encoder: any RowEncoder, _ rows: [[Cell]]) -> String {
  String(
    decoding: encoder.prologue() + encoder.encode(rows: rows) + encoder.epilogue(isEmpty: rows.isEmpty), as: UTF8.self)
}

/// Columns of these names.
func columns(_ names: String...) -> [ResultColumn] {
  names.map { ResultColumn(name: Array($0.utf8), isNumeric: false) }
}

@Suite struct RowEncoderTests {
  @Test(arguments: OutputFormat.allCases)
  func blocksStringTogether(format: OutputFormat) {
    let encoder = format.makeEncoder(columns: columns("a", "b"))
    let rows: [[Cell]] = (0..<7).map { [.number("\($0)"), $0 == 3 ? .null : .text("x,\"\t\n\($0)")] }
    for cut in 1..<7 {
      let blocks = [Array(rows[..<cut]), Array(rows[cut...])].map { encoder.encode(rows: $0) }
      #expect(blocks[0] + encoder.separator + blocks[1] == encoder.encode(rows: rows))
    }
  }

  @Test func registryGivesTheFormatItsEncoder() {
    let row: [Cell] = [.text("a b"), .null]
    let texts = [OutputFormat.csv, .tsv, .json, .ndjson].map {
      result($0.makeEncoder(columns: columns("p", "q")), [row])
    }
    #expect(
      texts == [
        "p,q\na b,\n", "p\tq\na b\t\n", "[\n{\"p\":\"a b\",\"q\":null}\n]\n", "{\"p\":\"a b\",\"q\":null}\n",
      ])
    for format in [OutputFormat.table, .markdown] {
      #expect(format.isLaidOut)
      #expect(format.makeEncoder(columns: columns("p", "q")) is CellStreamEncoder)
    }
  }
}
