// The small binary form in which values cross from one process to another: little-endian integers and counted byte
// strings, written by hand because `Codable`'s coders live in Foundation, which workers do without.

/// What a reader of the binary form reports when the bytes are not what was promised.
package struct ByteCodingError: Error, Equatable, Sendable {
  package var message: String

  package init(_ message: String) { self.message = message }
}

/// Appends values to a growing byte string.
package struct ByteWriter: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  package mutating func write<Integer: FixedWidthInteger>(_ value: Integer) {
    var rest = value.littleEndian
    withUnsafeBytes(of: &rest) { bytes.append(contentsOf: $0) }
  }

  package mutating func write(_ value: Int) { write(Int64(value)) }

  package mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

  package mutating func write(_ value: Double) { write(value.bitPattern) }

  /// Writes a count (UInt32) and then the bytes.
  package mutating func write(_ value: [UInt8]) {
    write(UInt32(value.count))
    bytes.append(contentsOf: value)
  }

  /// Writes the bytes as they are, without a count.
  package mutating func write(bytes value: Span<UInt8>) { value.withUnsafeBytes { bytes.append(contentsOf: $0) } }

  /// Writes integers as they are, without a count.
  package mutating func write(integers: [Int64]) {
    bytes.reserveCapacity(bytes.count + 8 * integers.count)
    integers.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  /// Writes integers as they are, without a count.
  package mutating func write(integers: [UInt32]) {
    bytes.reserveCapacity(bytes.count + 4 * integers.count)
    integers.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  package mutating func write(_ value: String) { write(Array(value.utf8)) }

  package mutating func write<Element>(_ values: [Element], _ body: (inout ByteWriter, Element) -> Void) {
    write(UInt32(values.count))
    for value in values { body(&self, value) }
  }

  package mutating func write<Wrapped>(_ value: Wrapped?, _ body: (inout ByteWriter, Wrapped) -> Void) {
    write(value != nil)
    if let value { body(&self, value) }
  }
}

/// Takes values from a byte string in the order in which `ByteWriter` wrote them. Every length is checked against the
/// bytes that are there before anything is allocated.
package struct ByteReader: Sendable {
  private let bytes: [UInt8]
  package private(set) var position: Int

  package init(_ bytes: [UInt8], from position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  package var remaining: Int { bytes.count - position }

  package mutating func read<Integer: FixedWidthInteger>(
    _ type: Integer.Type = Integer.self
  ) throws(ByteCodingError) -> Integer {
    let size = MemoryLayout<Integer>.size
    guard remaining >= size else { throw ByteCodingError("\(size) bytes wanted, \(remaining) left") }
    // Callers in other modules get this function unspecialised, where every operation on `Integer` is a call: one
    // conversion at the end costs a tenth of what shifting an `Integer` byte by byte did.
    defer { position += size }
    guard size > 8 else { return Integer(truncatingIfNeeded: word(size, at: position)) }
    let low = UInt128(word(8, at: position))
    return Integer(truncatingIfNeeded: UInt128(word(size - 8, at: position + 8)) << 64 | low)
  }

  /// The value of up to 8 bytes.
  private func word(_ count: Int, at offset: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<count { value |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
    return value
  }

  package mutating func readInt() throws(ByteCodingError) -> Int { Int(try read(Int64.self)) }

  package mutating func readBool() throws(ByteCodingError) -> Bool {
    switch try read(UInt8.self) {
    case 0: false
    case 1: true
    default: throw ByteCodingError("a truth value is neither 0 nor 1")
    }
  }

  package mutating func readDouble() throws(ByteCodingError) -> Double {
    Double(bitPattern: try read(UInt64.self))
  }

  package mutating func readBytes() throws(ByteCodingError) -> [UInt8] {
    let count = Int(try read(UInt32.self))
    guard remaining >= count else { throw ByteCodingError("\(count) bytes wanted, \(remaining) left") }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  /// Reads so many bytes that were written without a count.
  package mutating func readBytes(_ count: Int) throws(ByteCodingError) -> [UInt8] {
    guard count >= 0, remaining >= count else { throw ByteCodingError("\(count) bytes wanted, \(remaining) left") }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  /// Reads so many integers that were written without a count.
  package mutating func readIntegers(_ count: Int) throws(ByteCodingError) -> [Int64] {
    guard count >= 0, count <= remaining / 8 else { throw ByteCodingError("\(count) integers wanted") }
    defer { position += 8 * count }
    // Loads within the bounds that were checked; every pattern of bytes is an integer.
    return bytes.withUnsafeBytes { source in
      (0..<count).map { source.loadUnaligned(fromByteOffset: position + 8 * $0, as: Int64.self) }
    }
  }

  /// Reads so many short integers that were written without a count.
  package mutating func readShortIntegers(_ count: Int) throws(ByteCodingError) -> [UInt32] {
    guard count >= 0, count <= remaining / 4 else { throw ByteCodingError("\(count) integers wanted") }
    defer { position += 4 * count }
    return bytes.withUnsafeBytes { source in
      (0..<count).map { source.loadUnaligned(fromByteOffset: position + 4 * $0, as: UInt32.self) }
    }
  }

  package mutating func readString() throws(ByteCodingError) -> String {
    String(decoding: try readBytes(), as: UTF8.self)
  }

  package mutating func readArray<Element>(
    _ body: (inout ByteReader) throws(ByteCodingError) -> Element
  ) throws(ByteCodingError) -> [Element] {
    let count = Int(try read(UInt32.self))
    // Each element takes a byte at least, so a lying count is found before memory is set aside for it.
    guard remaining >= count else { throw ByteCodingError("\(count) elements wanted, \(remaining) bytes left") }
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for _ in 0..<count { elements.append(try body(&self)) }
    return elements
  }

  package mutating func readOptional<Wrapped>(
    _ body: (inout ByteReader) throws(ByteCodingError) -> Wrapped
  ) throws(ByteCodingError) -> Wrapped? {
    try readBool() ? try body(&self) : nil
  }
}
