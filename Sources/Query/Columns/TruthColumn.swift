// A column of conditions: SQL's three truth values, and the exceptions that the row path decides, a byte for each row.
//
// Why the pointers hold: the block belongs to this object, has room for `capacity` values, and is made anew only by
// `reserve`, before it is filled again.

/// The truth values of one condition over a batch.
package final class TruthColumn {
  package static let no: UInt8 = 0
  package static let yes: UInt8 = 1
  package static let unknown: UInt8 = 2
  /// Only the row path can decide.
  package static let exception: UInt8 = 0xFE

  package private(set) var count = 0
  package private(set) var values: UnsafeMutablePointer<UInt8>
  private var capacity: Int

  package init(capacity: Int = 2048) {
    self.capacity = capacity
    values = .allocate(capacity: capacity)
  }

  deinit { values.deallocate() }

  /// Forgets the values and makes room for `wanted`, which the caller writes.
  func reserve(_ wanted: Int) {
    count = wanted
    guard wanted > capacity else { return }
    values.deallocate()
    capacity = wanted
    values = .allocate(capacity: wanted)
  }

  /// Whether there are exceptions.
  package var hasExceptions: Bool {
    var all: UInt8 = 0
    for index in 0..<count { all |= values[index] }
    return all & 0x80 != 0
  }

  /// Keeps the rows at these places and forgets the others.
  func keep(_ rows: UnsafePointer<UInt32>, count kept: Int) {
    for index in 0..<kept { values[index] = values[Int(rows[index])] }
    count = kept
  }
}
