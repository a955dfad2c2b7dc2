// Content that is not CSV text although its name may say so: compressed files, workbooks, other encodings, databases.
// Recognised by magic bytes so that the error can name it and say what would help.

/// A kind of content that this tool does not read, with its name and remedy.
package enum ForeignContent: CaseIterable, Equatable, Sendable {
  case gzip, zip, xlsx, zstd, bzip2, xz
  case utf16LittleEndian, utf16BigEndian, utf32LittleEndian, utf32BigEndian
  case elf, pdf, sqlite, parquet

  /// Bytes of the start of an input that are enough to recognise everything.
  package static let prefixLength = 512

  /// Looks at the first bytes of an input; nil where they may be CSV.
  package static func recognise(_ prefix: Span<UInt8>) -> ForeignContent? {
    // UTF-32 first: its little-endian mark starts with that of UTF-16.
    if starts(prefix, [0xFF, 0xFE, 0, 0]) { return .utf32LittleEndian }
    if starts(prefix, [0, 0, 0xFE, 0xFF]) { return .utf32BigEndian }
    if starts(prefix, [0xFF, 0xFE]) { return .utf16LittleEndian }
    if starts(prefix, [0xFE, 0xFF]) { return .utf16BigEndian }
    if starts(prefix, [0x1F, 0x8B, 0x08]) { return .gzip }
    if starts(prefix, text("PK\u{03}\u{04}")) { return isWorkbook(prefix) ? .xlsx : .zip }
    if starts(prefix, text("PK\u{05}\u{06}")) || starts(prefix, text("PK\u{07}\u{08}")) { return .zip }
    if starts(prefix, [0x28, 0xB5, 0x2F, 0xFD]) { return .zstd }
    // "BZh9" alone could be text, so the magic of the first block (the digits of pi) must follow.
    if starts(prefix, text("BZh")), starts(prefix, [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], at: 4) { return .bzip2 }
    if starts(prefix, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) { return .xz }
    if starts(prefix, text("\u{7F}ELF")) { return .elf }
    if starts(prefix, text("%PDF-")) { return .pdf }
    if starts(prefix, text("SQLite format 3\0")) { return .sqlite }
    // Behind "PAR1", which could be text, comes the first page header: field 1, an i32.
    if starts(prefix, text("PAR1\u{15}")) { return .parquet }
    return unmarkedUTF16(prefix)
  }

  /// What it is, as in "this is ...".
  package var name: String {
    switch self {
    case .gzip: "gzip-compressed data"
    case .zip: "a zip archive"
    case .xlsx: "an Excel workbook (xlsx)"
    case .zstd: "zstd-compressed data"
    case .bzip2: "bzip2-compressed data"
    case .xz: "xz-compressed data"
    case .utf16LittleEndian: "UTF-16 text (little-endian)"
    case .utf16BigEndian: "UTF-16 text (big-endian)"
    case .utf32LittleEndian: "UTF-32 text (little-endian)"
    case .utf32BigEndian: "UTF-32 text (big-endian)"
    case .elf: "an ELF program or library"
    case .pdf: "a PDF document"
    case .sqlite: "an SQLite database"
    case .parquet: "a Parquet file"
    }
  }

  /// What would help. FILE stands for the name of the input.
  package var remedy: String {
    switch self {
    case .gzip: "decompress it first: `zcat FILE | pipe run ...`"
    case .zip: "extract it first: `unzip -p FILE | pipe run ...`"
    case .xlsx: "save the sheet as CSV in the spreadsheet program first"
    case .zstd: "decompress it first: `zstdcat FILE | pipe run ...`"
    case .bzip2: "decompress it first: `bzcat FILE | pipe run ...`"
    case .xz: "decompress it first: `xzcat FILE | pipe run ...`"
    case .utf16LittleEndian: "convert it first: `iconv -f UTF-16LE -t UTF-8 FILE | pipe run ...`"
    case .utf16BigEndian: "convert it first: `iconv -f UTF-16BE -t UTF-8 FILE | pipe run ...`"
    case .utf32LittleEndian: "convert it first: `iconv -f UTF-32LE -t UTF-8 FILE | pipe run ...`"
    case .utf32BigEndian: "convert it first: `iconv -f UTF-32BE -t UTF-8 FILE | pipe run ...`"
    case .elf, .pdf: "give a CSV file"
    case .sqlite: "export a table first: `sqlite3 -csv -header FILE 'select * from TABLE' | pipe run ...`"
    case .parquet: "convert it to CSV first"
    }
  }

  private static func text(_ magic: StaticString) -> [UInt8] { Array("\(magic)".utf8) }

  private static func starts(_ prefix: Span<UInt8>, _ magic: [UInt8], at offset: Int = 0) -> Bool {
    guard prefix.count - offset >= magic.count else { return false }
    for index in magic.indices where prefix[offset + index] != magic[index] { return false }
    return true
  }

  /// Whether the first entry of a zip archive is one that office programs put first. Its name lies at offset 30.
  private static func isWorkbook(_ prefix: Span<UInt8>) -> Bool {
    starts(prefix, text("[Content_Types].xml"), at: 30) || starts(prefix, text("xl/"), at: 30)
      || starts(prefix, text("_rels/"), at: 30) || starts(prefix, text("docProps/"), at: 30)
  }

  /// UTF-16 without a mark: of mostly Latin text nearly every second byte is NUL, and no other byte is. Under 16 bytes
  /// this could be chance.
  private static func unmarkedUTF16(_ prefix: Span<UInt8>) -> ForeignContent? {
    let pairs = min(prefix.count, prefixLength) / 2
    guard pairs >= 8 else { return nil }
    var evenNULs = 0
    var oddNULs = 0
    for pair in 0..<pairs {
      if prefix[2 * pair] == 0 { evenNULs += 1 }
      if prefix[2 * pair + 1] == 0 { oddNULs += 1 }
    }
    if evenNULs == 0, oddNULs * 10 >= pairs * 9 { return .utf16LittleEndian }
    if oddNULs == 0, evenNULs * 10 >= pairs * 9 { return .utf16BigEndian }
    return nil
  }
}
