// The name of work in the binary form of messages and of the saved state. Transport, which owns it, knows frames only.

import CSV
import Transport

extension WorkName {
  /// Writes the name: 24 bytes.
  func encode(into writer: inout ByteWriter) {
    writer.write(input)
    writer.write(first)
    writer.write(end)
    writer.write(attempt)
  }

  init(from reader: inout ByteReader) throws(ByteCodingError) {
    self.init(input: try reader.read(), first: try reader.read(), end: try reader.read(), attempt: try reader.read())
  }
}
