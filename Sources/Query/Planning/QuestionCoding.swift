// The binary form of a question, in which it crosses to the workers.

import CSV

extension Question {
  package func encode(into writer: inout ByteWriter) {
    dialect.encode(into: &writer)
    writer.write(types.sorted { $0.key < $1.key }) { writer, entry in
      writer.write(entry.key)
      writer.write(entry.value.code)
    }
    writer.write(groupBy) { $0.write($1) }
    writer.write(aggregates) { $0.write($1) }
    writer.write(filter) { $0.write($1) }
    writer.write(derived) { $0.write($1) }
    writer.write(select) { $0.write($1) { $0.write($1) } }
    writer.write(sort) { $0.write($1) }
    writer.write(limit) { $0.write($1) }
    writer.write(format.rawValue)
    writer.write(scanner.rawValue)
    writer.write(maxRecord)
    writer.write(chunkSize)
    writer.write(errorPolicy.rawValue)
    writer.write(maxErrors) { writer, bound in
      switch bound {
      case .count(let count):
        writer.write(false)
        writer.write(count)
      case .percent(let hundredths):
        writer.write(true)
        writer.write(hundredths)
      }
    }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    self.init()
    dialect = try DialectOptions(from: &reader)
    let entries = try reader.readArray { (reader) throws(ByteCodingError) in
      (name: try reader.readString(), type: try ColumnType(from: &reader))
    }
    types = Dictionary(entries.map { ($0.name, $0.type) }, uniquingKeysWith: { $1 })
    groupBy = try reader.readStrings()
    aggregates = try reader.readStrings()
    filter = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readString() }
    derived = try reader.readStrings()
    select = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readStrings() }
    sort = try reader.readStrings()
    limit = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() }
    format = try reader.readCase()
    scanner = try reader.readCase()
    maxRecord = try reader.readInt()
    chunkSize = try reader.readInt()
    errorPolicy = try reader.readCase()
    maxErrors = try reader.readOptional { (reader) throws(ByteCodingError) in
      try reader.readBool() ? .percent(hundredths: try reader.readInt()) : .count(try reader.readInt())
    }
  }
}

extension DialectOptions {
  package func encode(into writer: inout ByteWriter) {
    writer.write(delimiter) { $0.write($1) }
    writer.write(quote) { $0.write($1) { $0.write($1) } }
    writer.write(hasHeader)
    writer.write(columns) { $0.write($1) { $0.write($1) } }
    writer.write(nullTexts) { $0.write($1) }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    self.init()
    delimiter = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.read(UInt8.self) }
    quote = try reader.readOptional { (reader) throws(ByteCodingError) in
      try reader.readOptional { (reader) throws(ByteCodingError) in try reader.read(UInt8.self) }
    }
    hasHeader = try reader.readBool()
    columns = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readStrings() }
    nullTexts = try reader.readStrings()
  }
}

extension ByteReader {
  package mutating func readStrings() throws(ByteCodingError) -> [String] {
    try readArray { (reader) throws(ByteCodingError) in try reader.readString() }
  }

  package mutating func readCase<Choice: RawRepresentable>(
    _ type: Choice.Type = Choice.self
  ) throws(ByteCodingError) -> Choice where Choice.RawValue == String {
    let name = try readString()
    guard let choice = Choice(rawValue: name) else { throw ByteCodingError("\(name) is not known") }
    return choice
  }
}
