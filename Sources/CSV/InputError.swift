// What can be wrong with an input as a whole, before its first record: all of these are data errors (exit status 65).

/// Why an input cannot be read as CSV.
package enum InputError: Error, Equatable, Sendable {
  /// No byte at all, or none but blank lines.
  case empty
  /// Something else than CSV text.
  case foreign(ForeignContent)
  /// The delimiter was to be guessed, and could not be.
  case unsureDelimiter(DelimiterSniffer.Sniffing)
  /// The first record, which names the columns, could not be cut into fields.
  case brokenHeader(Reject)
  /// The header is not that of the first input. Columns count from 1; nil texts where one header is shorter.
  case differentHeader(column: Int, got: [UInt8]?, want: [UInt8]?, first: String)

  /// What is wrong and where.
  package func message(file: String) -> String {
    switch self {
    case .empty: return "\(file): the input is empty, so there is no header"
    case .foreign(let content): return "\(file): this is \(content.name), not CSV text"
    case .unsureDelimiter(let sniffing): return "\(file): the delimiter is not clear: \(sniffing.statement)"
    case .brokenHeader(let reject): return reject.message(file: file)
    case .differentHeader(let column, let got, let want, let first):
      let found = got.map(VisibleText.quoted) ?? "missing"
      guard let want else {
        return "\(file): line 1: the header has a column \(column), \(found), that \(first) does not have"
      }
      return "\(file): line 1: column \(column) of the header is \(found), but \(VisibleText.quoted(want)) in \(first)"
    }
  }

  /// What would help, with the name of the file where a command for it is part of the advice.
  package func remedy(file: String) -> String {
    guard case .foreign(let content) = self, file != "standard input" else { return remedy }
    return content.remedy.replacing("FILE", with: ShellText.quoted(file))
  }

  /// What would help.
  package var remedy: String {
    switch self {
    case .empty: "give a file with a header, or with --no-header at least one record"
    case .foreign(let content): content.remedy
    case .unsureDelimiter: "name it, for example --delimiter ';', and if need be --quote"
    case .brokenHeader(let reject):
      switch reject.kind {
      case .unterminated, .tooLong: "repair the header, raise --max-record, or name another --quote or --delimiter"
      default: "repair the header, or name another --quote or --delimiter"
      }
    case .differentHeader: "give files with the same header, or run them one by one"
    }
  }
}
