// The scanners and the sniffer on files that others use to judge parsers: csv-spectrum and real data. They are not part
// of the project, so these tests run where the environment variable PIPE_SHARED names their folder.

import Foundation
import Testing

@testable import CSV

private let shared = ProcessInfo.processInfo.environment["PIPE_SHARED"].map { URL(fileURLWithPath: $0) }

@Suite(.enabled(if: shared != nil)) struct SharedDataTests {
  /// The sample that sniffing sees.
  private static let sampleSize = 1 << 20

  private static let rows: [(String, Int)] = [
    ("weather.csv", 26_115), ("planes.csv", 3_322), ("nfl.csv", 9_999), ("game.csv", 100_000),
    ("worldcitiespop.csv", 20_000), ("gtfs-mbta-stop-times.csv", 9_999), ("uspop.csv", 100), ("uspop-null.csv", 100),
    ("uspop-latin1.csv", 100),
  ]

  private func load(_ path: String) throws -> [UInt8] {
    let folder = try #require(shared)
    return Array(try Data(contentsOf: folder.appendingPathComponent(path)))
  }

  private func trace(_ bytes: [UInt8], _ kind: ScannerKind) -> ScanTrace {
    let facts = PieceFacts(isLast: true, endsLine: false, maxRecord: 16 << 20)
    switch kind {
    case .simd:
      var scanner = VectorScanner(dialect: .init())
      return ScanTrace(bytes, by: &scanner, facts: facts)
    case .scalar:
      var scanner = ScalarScanner(dialect: .init())
      return ScanTrace(bytes, by: &scanner, facts: facts)
    case .libcsv:
      var scanner = LibCSVScanner(dialect: .init())
      return ScanTrace(bytes, by: &scanner, facts: facts)
    }
  }

  @Test(arguments: [
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates", "newlines",
    "newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8",
  ])
  func readsCSVSpectrum(name: String) throws {
    let bytes = try load("conformance/csv-spectrum/csvs/\(name).csv")
    let json = try load("conformance/csv-spectrum/json/\(name).json")
    // One of the files holds its only object without an array around it.
    let object = try JSONSerialization.jsonObject(with: Data(json))
    let expected = try #require((object as? [[String: Any]]) ?? (object as? [String: Any]).map { [$0] })
    for kind in ScannerKind.allCases {
      let records = trace(bytes, kind).records
      let texts = records.map { $0.fields.map { String(decoding: $0, as: UTF8.self) } }
      let header = try #require(texts.first)
      var rows = texts.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
      // The collection gives another telephone number than its CSV file has.
      if name == "location_coordinates" { rows[0]["Contact Phone Number"] = "1234567890" }
      #expect(rows == expected.map { $0.mapValues { "\($0)" } }, "\(kind)")
    }
  }

  @Test(arguments: rows)
  func readsRealData(name: String, rows: Int) throws {
    let bytes = try load("data/\(name)")
    let scalar = trace(bytes, .scalar)
    #expect(scalar.records.count == (name == "game.csv" ? rows : rows + 1))
    #expect(scalar.records.allSatisfy { $0.defect == nil && $0.fields.count == scalar.records[0].fields.count })
    #expect(trace(bytes, .simd) == scalar)
    #expect(trace(bytes, .libcsv) == scalar)
  }

  @Test(.enabled(if: PythonReferee.isAvailable), arguments: rows.map(\.0))
  func readsRealDataAsPythonDoes(name: String) throws {
    let script = """
      import csv, sys, zlib
      rows = csv.reader(open(sys.argv[1], encoding="latin-1", newline=""))
      text = "".join("\\x1f".join(row) + "\\x1e" for row in rows if row)
      print(len(text), zlib.adler32(text.encode("latin-1")))
      """
    let bytes = try load("data/\(name)")
    let expected = try PythonReferee.run(script, input: Data(bytes))
    var text: [UInt8] = []
    for record in trace(bytes, .scalar).records { text += record.fields.joined(separator: [0x1F]) + [0x1E] }
    #expect("\(text.count) \(adler32(text))\n" == expected)
  }

  private func adler32(_ bytes: [UInt8]) -> UInt32 {
    var (low, high) = (UInt32(1), UInt32(0))
    for byte in bytes {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return high << 16 | low
  }

  @Test(arguments: rows.map(\.0))
  func sniffsRealData(name: String) throws {
    let bytes = try load("data/\(name)")
    let sample = Array(bytes.prefix(Self.sampleSize))
    let sniffing = DelimiterSniffer.sniff(sample.span, isWhole: sample.count == bytes.count, quote: 0x22)
    #expect(sniffing.delimiter == 0x2C)
    #expect(sniffing.isSure && sniffing.confidence > 0.9, "\(sniffing.evidence)")
    #expect(ForeignContent.recognise(sample.span) == nil)
  }

  @Test func refusesAStrangeDialect() throws {
    let bytes = try load("data/strange.csv")
    let sniffing = DelimiterSniffer.sniff(bytes.span, isWhole: true, quote: 0x22)
    #expect(!sniffing.isSure)
    #expect(sniffing.evidence == "the first line holds \";\" but no delimiter cuts it into fields")
  }
}
