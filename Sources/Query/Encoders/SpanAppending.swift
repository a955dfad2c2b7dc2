// Copies bytes from a span to the end of an array: what every encoder and every key does for each cell.

extension [UInt8] {
  /// Appends the bytes of a span.
  @inline(__always)
  package mutating func append(copying bytes: Span<UInt8>) {
    // Appending nothing to an array without storage would write to the storage that all empty arrays share: a data race,
    // if only of equal values.
    if bytes.isEmpty { return }
    append(addingCapacity: bytes.count) { output in
      for index in bytes.indices { output.append(bytes[index]) }
    }
  }
}
