// One cell of a result, ready to print: its text and what kind of value the text stands for.

/// A finished result value.
package struct Cell: Equatable, Sendable {
  package enum Kind: UInt8, Sendable {
    case null = 0
    /// `bytes` follow the number grammar.
    case number = 1
    /// `bytes` are `true` or `false`.
    case boolean = 2
    case text = 3
  }

  package var kind: Kind
  package var bytes: [UInt8]

  package init(kind: Kind, bytes: [UInt8]) {
    self.kind = kind
    self.bytes = bytes
  }

  package static let null = Cell(kind: .null, bytes: [])
  package static func number(_ text: String) -> Cell { Cell(kind: .number, bytes: Array(text.utf8)) }
  package static func text(_ text: String) -> Cell { Cell(kind: .text, bytes: Array(text.utf8)) }
}

/// A column of a result: its name, as bytes because input headers need not be UTF-8, and whether it holds numbers.
package struct ResultColumn: Equatable, Sendable {
  package var name: [UInt8]
  package var isNumeric: Bool

  package init(name: [UInt8], isNumeric: Bool) {
    self.name = name
    self.isNumeric = isNumeric
  }
}
