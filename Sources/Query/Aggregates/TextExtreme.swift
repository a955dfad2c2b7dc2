// The least or greatest of some texts by bytes. Shared by `min`, `max` and the profile.

import CSV

/// The least or greatest of some texts. Holding a new one reuses the memory of the one before.
package struct TextExtreme: Sendable {
  private var bytes: [UInt8] = []
  private var isEmpty = true

  package init() {}

  /// The text, or nil of none.
  package var text: [UInt8]? { isEmpty ? nil : bytes }

  /// Says whether the text is held now.
  @discardableResult
  package mutating func add(_ text: Span<UInt8>, for end: Extreme) -> Bool {
    if !isEmpty, !end.isReplaced(at: ByteOrder.compare(text, bytes.span)) { return false }
    bytes.removeAll(keepingCapacity: true)
    bytes.append(copying: text)
    isEmpty = false
    return true
  }

  package mutating func merge(_ other: TextExtreme, for end: Extreme) {
    if !other.isEmpty { add(other.bytes.span, for: end) }
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(text) { $0.write($1) }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    let text = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readBytes() }
    bytes = text ?? []
    isEmpty = text == nil
  }
}
