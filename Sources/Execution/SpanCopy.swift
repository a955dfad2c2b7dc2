// Bytes that are looked at become bytes that are kept.

/// The bytes of a span as an array.
func copy(_ span: Span<UInt8>) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.append(copying: span)
  return bytes
}
