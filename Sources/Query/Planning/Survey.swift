// What the reader found out about the input before the first chunk: dialect, column names, types. Together with the
// question it decides the plan, so these two values are all that crosses to the workers.

import CSV

/// The facts about the first input that a question is resolved against.
package struct Survey: Equatable, Sendable {
  package var dialect: Dialect
  /// Names of the columns, from the header, from `--columns`, or `c1`, `c2`, ...
  package var columns: [[UInt8]]
  /// The lattice join over the sample for every column; `null` where the sample holds no value.
  package var sampledTypes: [ColumnType]
  /// Records of the sample that the types were joined over.
  package var sampledRecords: Int
  /// The bytes of the header record with its line end, without a byte order mark; empty where there is no header.
  package var header: [UInt8]
  /// How the delimiter was found, in words; nil when it was given.
  package var delimiterEvidence: String?
  /// Whether the first record looks like data although it was read as a header.
  package var headerLooksLikeData: Bool

  package init(
    dialect: Dialect, columns: [[UInt8]], sampledTypes: [ColumnType], sampledRecords: Int = 0, header: [UInt8] = [],
    delimiterEvidence: String? = nil, headerLooksLikeData: Bool = false
  ) {
    self.dialect = dialect
    self.columns = columns
    self.sampledTypes = sampledTypes
    self.sampledRecords = sampledRecords
    self.header = header
    self.delimiterEvidence = delimiterEvidence
    self.headerLooksLikeData = headerLooksLikeData
  }

  package func encode(into writer: inout ByteWriter) {
    dialect.encode(into: &writer)
    writer.write(columns) { $0.write($1) }
    writer.write(sampledTypes) { $0.write($1.code) }
    writer.write(sampledRecords)
    writer.write(header)
    writer.write(delimiterEvidence) { $0.write($1) }
    writer.write(headerLooksLikeData)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    dialect = try Dialect(from: &reader)
    columns = try reader.readArray { (reader) throws(ByteCodingError) in try reader.readBytes() }
    sampledTypes = try reader.readArray { (reader) throws(ByteCodingError) in try ColumnType(from: &reader) }
    guard sampledTypes.count == columns.count else { throw ByteCodingError("as many types as columns wanted") }
    sampledRecords = try reader.readInt()
    header = try reader.readBytes()
    delimiterEvidence = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readString() }
    headerLooksLikeData = try reader.readBool()
  }
}

extension ColumnType {
  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    let code: UInt8 = try reader.read()
    guard let type = ColumnType(code: code) else { throw ByteCodingError("\(code) is no column type") }
    self = type
  }
}
