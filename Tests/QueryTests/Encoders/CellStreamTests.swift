// The binary cells come back as they were, and broken blocks are refused.

import CSV
import Testing

@testable import Query

@Suite struct CellStreamTests {
  private let rows: [[Cell]] = [
    [.text("a"), .null], [.number("1.50"), Cell(kind: .boolean, bytes: Array("true".utf8))],
    [.text(""), .text(String(repeating: "é", count: 40_000))],
  ]

  @Test func followsItsLayout() {
    #expect(CellStreamEncoder().encode(rows: [[.text("ab"), .null]]) == [3, 2, 0, 0, 0, 97, 98, 0, 0, 0, 0, 0])
  }

  @Test func rowsComeBack() throws {
    let bytes = CellStreamEncoder().encode(rows: rows)
    #expect(try CellStreamDecoder(columnCount: 2).rows(in: bytes) == rows)
    #expect(try CellStreamDecoder(columnCount: 2).rows(in: []) == [])
  }

  @Test func refusesBlocksThatEndWithinARow() {
    let bytes = CellStreamEncoder().encode(rows: Array(rows[..<2]))
    let wholeRow = CellStreamEncoder().encode(rows: [rows[0]]).count
    for cut in 1..<bytes.count where cut != wholeRow {
      #expect(throws: ByteCodingError.self) { try CellStreamDecoder(columnCount: 2).rows(in: Array(bytes[..<cut])) }
    }
  }

  @Test(arguments: [[4, 0, 0, 0, 0], [0, 1, 0, 0, 0, 9], [1, 255, 255, 255, 255, 9]] as [[UInt8]])
  func refusesBrokenCells(bytes: [UInt8]) {
    #expect(throws: ByteCodingError.self) { try CellStreamDecoder(columnCount: 1).rows(in: bytes) }
    #expect(throws: ByteCodingError.self) { try CellStreamDecoder(columnCount: 0).rows(in: bytes) }
  }
}
