// Counts in the binary form of partial states: never negative, and never so large that adding them up could overflow.

import CSV

extension ByteWriter {
  package mutating func write(count: Int) { write(UInt64(count)) }
}

extension ByteReader {
  /// The most that a count of rows or values can be: more than any input holds, small enough to add many of them.
  private static var countBound: UInt64 { 1 << 56 }

  package mutating func readCount() throws(ByteCodingError) -> Int {
    let count = try read(UInt64.self)
    guard count <= Self.countBound else { throw ByteCodingError("a count of \(count)") }
    return Int(count)
  }

  /// A number of elements that follow, each of at least `size` bytes.
  package mutating func readElementCount(size: Int) throws(ByteCodingError) -> Int {
    let count = try readCount()
    guard count <= remaining / size else { throw ByteCodingError("\(count) elements wanted, \(remaining) bytes left") }
    return count
  }
}
