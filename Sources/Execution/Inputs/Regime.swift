// Circumstances that a run can be put under to see what they do to it: a slow source, a source far away, more work for
// every record. The answer is the same bytes; only the time is another.

import CSV

/// What is asked for.
package struct Regime: Equatable, Sendable {
  /// The most bytes that the source of the whole run delivers in a second, whoever reads them. What the reader looks at for
  /// types (the first MiB) is among them, and so is what is read again; a look around the edge of a piece counts and is
  /// not waited for.
  package var bytesPerSecond: UInt64?
  /// A wait before the bytes of each piece are read, by whoever reads them, in nanoseconds: the time in which a store far
  /// away answers. Those who read side by side wait side by side.
  package var latency: UInt64 = 0
  /// How often parsers hash each record that they read.
  package var hashRounds = 0

  package init(bytesPerSecond: UInt64? = nil, latency: UInt64 = 0, hashRounds: Int = 0) {
    self.bytesPerSecond = bytesPerSecond
    self.latency = latency
    self.hashRounds = hashRounds
  }

  /// As things are.
  package static let none = Regime()

  package func encode(into writer: inout ByteWriter) {
    writer.write(bytesPerSecond) { $0.write($1) }
    writer.write(latency)
    writer.write(hashRounds)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    bytesPerSecond = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.read(UInt64.self) }
    latency = try reader.read()
    hashRounds = try reader.readInt()
    guard bytesPerSecond != 0, hashRounds >= 0 else { throw ByteCodingError("a regime under which nothing moves") }
  }
}
