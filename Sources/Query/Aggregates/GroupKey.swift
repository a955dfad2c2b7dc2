// A group key as one byte string: the fields of the key columns one after the other, each with its length, so that no
// two keys of different fields have the same bytes.

import CSV

/// The encoding of group keys: per key column 0 for null, else 1, the count of bytes (UInt32, little-endian), the
/// bytes.
package enum GroupKey {
  /// Appends a null field to a key.
  package static func appendNull(to key: inout [UInt8]) { key.append(0) }

  /// Appends a field to a key.
  package static func append(_ field: Span<UInt8>, to key: inout [UInt8]) {
    let count = UInt32(truncatingIfNeeded: field.count)
    key.append(1)
    key.append(UInt8(truncatingIfNeeded: count))
    key.append(UInt8(truncatingIfNeeded: count >> 8))
    key.append(UInt8(truncatingIfNeeded: count >> 16))
    key.append(UInt8(truncatingIfNeeded: count >> 24))
    key.append(copying: field)
  }

  /// Where each field lies in a key, nil for null.
  package static func fields(of key: Span<UInt8>) throws(ByteCodingError) -> [TextRange?] {
    var fields: [TextRange?] = []
    var offset = 0
    while offset < key.count {
      switch key[offset] {
      case 0:
        fields.append(nil)
        offset += 1
      case 1:
        guard key.count - offset >= 5 else { throw ByteCodingError("a group key ends within a length") }
        var count = 0
        for index in 0..<4 { count |= Int(key[offset + 1 + index]) << (8 * index) }
        offset += 5
        guard key.count - offset >= count else { throw ByteCodingError("a group key ends within a field") }
        fields.append(TextRange(start: offset, count: count))
        offset += count
      default:
        throw ByteCodingError("a group key with a field of unknown kind")
      }
    }
    return fields
  }
}
