// Magic bytes of each kind, cut short, and text that only looks like them.

import Testing

@testable import CSV

@Suite struct ForeignContentTests {
  private static func zip(_ name: String) -> [UInt8] {
    Array("PK\u{03}\u{04}".utf8) + [UInt8](repeating: 0, count: 22) + [UInt8(name.utf8.count), 0, 0, 0]
      + Array(name.utf8) + [1, 2, 3]
  }

  private static func utf16(_ text: String, isBigEndian: Bool) -> [UInt8] {
    text.utf16.flatMap { unit in
      let bytes = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
      return isBigEndian ? bytes.reversed() : bytes
    }
  }

  static let examples: [(ForeignContent, [UInt8])] = [
    (.gzip, [0x1F, 0x8B, 0x08, 0]), (.zip, zip("data.csv")), (.zip, Array("PK\u{05}\u{06}".utf8)),
    (.xlsx, zip("[Content_Types].xml")), (.xlsx, zip("xl/workbook.xml")), (.xlsx, zip("docProps/app.xml")),
    (.zstd, [0x28, 0xB5, 0x2F, 0xFD]), (.bzip2, Array("BZh91AY&SY".utf8)), (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]),
    (.utf16LittleEndian, [0xFF, 0xFE, 0x61, 0]), (.utf16BigEndian, [0xFE, 0xFF, 0, 0x61]),
    (.utf32LittleEndian, [0xFF, 0xFE, 0, 0]), (.utf32BigEndian, [0, 0, 0xFE, 0xFF]),
    (.utf16LittleEndian, utf16("id,name\n1,Ærø\n", isBigEndian: false)),
    (.utf16BigEndian, utf16("id,name\n1,Ærø\n", isBigEndian: true)), (.elf, [0x7F, 0x45, 0x4C, 0x46]),
    (.pdf, Array("%PDF-1.7".utf8)), (.sqlite, Array("SQLite format 3\0".utf8)),
    (.parquet, Array("PAR1".utf8) + [0x15, 0x04]),
  ]

  @Test(arguments: examples)
  func recognises(content: ForeignContent, prefix: [UInt8]) {
    #expect(ForeignContent.recognise(prefix.span) == content)
  }

  @Test func hasAnExampleOfEachKind() {
    for content in ForeignContent.allCases {
      #expect(Self.examples.contains { $0.0 == content })
      #expect(!content.name.isEmpty && !content.remedy.isEmpty)
    }
  }

  @Test(arguments: [
    "", "a,b\n", "BZh9,b\n", "PAR1,b\n", "PK,b\n", "%PDF", "a\0b\0c\0", "a\0,\0b\n\0\0c,d,e,f,g\n", "SQLite format 3",
    "\u{FEFF}a,b\n", "\u{1F}",
  ])
  func letsTextPass(text: String) {
    #expect(ForeignContent.recognise(Array(text.utf8).span) == nil)
  }

  @Test(arguments: [[0x1F, 0x8B], [0xFF], [0x28, 0xB5, 0x2F], [0xFF, 0xFF], [0, 0, 0, 0]] as [[UInt8]])
  func letsBytesPass(prefix: [UInt8]) {
    #expect(ForeignContent.recognise(prefix.span) == nil)
  }

  @Test func saysWhatWouldHelp() {
    #expect(ForeignContent.gzip.name == "gzip-compressed data")
    #expect(ForeignContent.gzip.remedy == "decompress it first: `zcat FILE | pipe run ...`")
    #expect(
      ForeignContent.utf16LittleEndian.remedy
        == "convert it first: `iconv -f UTF-16LE -t UTF-8 FILE | pipe run ...`")
  }
}
