// The bytes of generated rows on their way out: fields are appended, and full blocks handed over, so that a table of
// any length takes the memory of one block.

/// A block of CSV text that grows by fields. Separators and line ends are the caller's, appended as bytes.
package struct RowBlock: Sendable {
  /// Bytes at which a block is handed over.
  package static let threshold = 256 << 10
  /// Bytes set aside for the row that goes beyond the threshold.
  package static let spare = 16 << 10

  package private(set) var bytes: [UInt8] = []

  /// An empty block, with memory for `capacity` bytes.
  package init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Whether the block should be handed over before the next row.
  @inline(__always)
  package var isFull: Bool { bytes.count >= Self.threshold }

  /// Empties the block and keeps its memory.
  package mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  @inline(__always)
  package mutating func append(_ byte: UInt8) { bytes.append(byte) }

  @inline(__always)
  package mutating func append(_ text: [UInt8]) { bytes.append(contentsOf: text) }

  @inline(__always)
  package mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Appends a number of zero or more in decimal digits, with leading zeros up to `width`. Below 10^18.
  @inline(__always)
  package mutating func append(_ number: Int, width: Int = 1) {
    var digits = 1
    var power = 10
    while digits < width || power <= number {
      digits += 1
      power &*= 10
    }
    let start = bytes.count
    for _ in 0..<digits { bytes.append(0x30) }
    var rest = UInt(bitPattern: number)
    var index = start + digits
    while rest != 0 {
      index -= 1
      bytes[index] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }

  /// Appends `number` / 10^`scale` with exactly `scale` digits behind the point.
  @inline(__always)
  package mutating func append(_ number: Int, scale: Int) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    let magnitude = number < 0 ? 0 - number : number
    var unit = 1
    for _ in 0..<scale { unit *= 10 }
    append(magnitude / unit)
    guard scale > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    append(magnitude % unit, width: scale)
  }

  /// Appends a part of a quoted field: its quotes are doubled. The quotes around the field are the caller's.
  package mutating func appendDoublingQuotes(_ text: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    for byte in text {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
  }
}
