// Bytes that go behind a message without becoming part of it: the receiver decides where they come to lie, and those of
// a file reach it without having been in the sender's memory.

/// What follows a message.
package enum Enclosure: Sendable {
  case bytes([UInt8])
  case file(FileRange)

  package var count: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .file(let range): range.count
    }
  }
}

/// Bytes [offset, offset + count) of a file that is open for reading.
package struct FileRange: Sendable {
  package var descriptor: Descriptor
  package var offset: Int
  package var count: Int

  package init(descriptor: Descriptor, offset: Int, count: Int) {
    self.descriptor = descriptor
    self.offset = offset
    self.count = count
  }
}

/// Why not all bytes of an enclosed file arrived. What arrived in their place is zeros.
package struct EnclosureDefect: Equatable, Sendable {
  /// How many of the bytes are right: the first that is missing.
  package var missing: Int
  /// What reading there failed with; 0 if the file ended.
  package var errno: Int32

  package init(missing: Int, errno: Int32) {
    self.missing = missing
    self.errno = errno
  }

  /// Bytes of the binary form.
  static let size = 12

  /// The defect in the binary form of the last frame of an enclosure.
  var encoded: [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: missing >> (8 * $0)) }
      + (0..<4).map { UInt8(truncatingIfNeeded: errno >> Int32(8 * $0)) }
  }

  init(decoding bytes: Span<UInt8>) throws(LinkError) {
    guard bytes.count == Self.size else { throw .corrupt("a defect of \(bytes.count) bytes") }
    var missing: UInt64 = 0
    var errno: UInt32 = 0
    for index in 0..<8 { missing |= UInt64(bytes[index]) << UInt64(8 * index) }
    for index in 0..<4 { errno |= UInt32(bytes[8 + index]) << UInt32(8 * index) }
    self.missing = Int(truncatingIfNeeded: missing)
    self.errno = Int32(truncatingIfNeeded: errno)
  }
}
