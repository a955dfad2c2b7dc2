// A column of a batch as texts: where each lies, and which are null.
//
// Why the pointers hold: what is owned lives as long as this object or until `reserve` makes it anew before it is
// filled again; `slices` and `base` may belong to others (the batch, its buffer), which keep them until their next
// batch.

import CSV

/// The texts of one column of a batch.
package final class TextColumn {
  package private(set) var count = 0
  /// What the slices are relative to. 128 bytes before it and behind the texts can be read.
  package private(set) var base: UnsafePointer<UInt8>
  package private(set) var slices: UnsafePointer<FieldSlice>
  /// 1 for a null, else 0.
  package private(set) var nulls: UnsafeMutablePointer<UInt8>
  package private(set) var hasNulls = false
  private var nullCapacity: Int
  private var ownSlices: UnsafeMutablePointer<FieldSlice>
  private var sliceCapacity: Int
  private var arena = TextArena()

  package init() {
    nullCapacity = 0
    sliceCapacity = 0
    nulls = .allocate(capacity: 0)
    ownSlices = .allocate(capacity: 0)
    slices = UnsafePointer(ownSlices)
    base = UnsafePointer(arena.base)
  }

  deinit {
    nulls.deallocate()
    ownSlices.deallocate()
  }

  private func reserve(nulls wanted: Int) {
    count = wanted
    guard wanted > nullCapacity else { return }
    nulls.deallocate()
    nullCapacity = wanted
    nulls = .allocate(capacity: wanted)
  }

  private func reserve(slices wanted: Int) {
    guard wanted > sliceCapacity else { return }
    ownSlices.deallocate()
    sliceCapacity = wanted
    ownSlices = .allocate(capacity: wanted)
  }

  /// Shows the texts that others hold.
  func show(_ slices: UnsafePointer<FieldSlice>, base: UnsafePointer<UInt8>, count: Int, nullTexts: NullTexts) {
    reserve(nulls: count)
    self.slices = slices
    self.base = base
    var any: UInt8 = 0
    if nullTexts.isOnlyEmpty {
      for index in 0..<count {
        let isNull: UInt8 = slices[index].count == 0 ? 1 : 0
        nulls[index] = isNull
        any |= isNull
      }
    } else {
      for index in 0..<count {
        let isNull: UInt8 =
          nullTexts.holds(base + Int(slices[index].start), count: Int(slices[index].count)) ? 1 : 0
        nulls[index] = isNull
        any |= isNull
      }
    }
    hasNulls = any != 0
  }

  /// Forgets the texts; a `set` or `setNull` for each of `count` rows follows, and then `finish`.
  func begin(count: Int) {
    reserve(nulls: count)
    reserve(slices: count)
    arena.removeAll()
    hasNulls = false
  }

  /// Sets the text of a row.
  func set(_ index: Int, _ bytes: Span<UInt8>) {
    ownSlices[index] = arena.append(bytes)
    nulls[index] = 0
  }

  func setNull(_ index: Int) {
    ownSlices[index] = FieldSlice(start: 0, count: 0)
    nulls[index] = 1
    hasNulls = true
  }

  /// Shows the texts that were set.
  func finish() {
    slices = UnsafePointer(ownSlices)
    base = UnsafePointer(arena.base)
  }

  /// Keeps the rows at these places and forgets the others.
  func keep(_ rows: UnsafePointer<UInt32>, count kept: Int) {
    reserve(slices: kept)
    // Ascending places: no slice is written before it is read, also where the slices are our own.
    for index in 0..<kept {
      let row = Int(rows[index])
      ownSlices[index] = slices[row]
      nulls[index] = nulls[row]
    }
    slices = UnsafePointer(ownSlices)
    count = kept
  }

  /// The text of a row; empty for a null.
  @_lifetime(borrow self)
  @inline(__always)
  package func text(_ row: Int) -> Span<UInt8> {
    let span = Span<UInt8>(_unsafeStart: base + Int(slices[row].start), count: Int(slices[row].count))
    return _overrideLifetime(span, borrowing: self)
  }
}

/// Memory for texts that expressions make, with the margins that loops over texts read.
final class TextArena {
  private var block: UnsafeMutablePointer<UInt8>
  private var capacity = 0
  private var used = 0

  init() { block = Self.allocate(0) }

  deinit { block.deallocate() }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt8> {
    let size = capacity + 2 * PieceBuffer.margin
    let block = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    block.initialize(repeating: 0, count: size)
    return block
  }

  var base: UnsafeMutablePointer<UInt8> { block + PieceBuffer.margin }

  func removeAll() { used = 0 }

  func append(_ bytes: Span<UInt8>) -> FieldSlice {
    if used + bytes.count > capacity {
      let wanted = max(2 * capacity, used + bytes.count, 4096)
      let wider = Self.allocate(wanted)
      (wider + PieceBuffer.margin).update(from: base, count: used)
      block.deallocate()
      block = wider
      capacity = wanted
    }
    let start = used
    for index in bytes.indices { base[start + index] = bytes[index] }
    used += bytes.count
    return FieldSlice(start: UInt32(start), count: UInt32(bytes.count))
  }
}
