// The memory that the profile of a batch needs besides its state: one for each parser, used again for every column.
//
// Why the pointers hold: the blocks belong to this object alone, have room for `capacity` rows, and are freed only with
// it. No batch has more rows: `ProfileState.add` cuts longer ones.

import CSV

/// Room for one column of a batch, and the dialect's null texts as the loops want them.
package final class ProfileScratch {
  /// The most rows that are worked on at a time.
  package static let capacity = 2048

  let nullKeys: NullKeys
  private let nullTexts: NullTexts
  let ids: UnsafeMutablePointer<UInt32>
  let numbers = NumberColumn(capacity: ProfileScratch.capacity)
  private let kept: UnsafeMutablePointer<FieldSlice>

  package init(_ dialect: Dialect) {
    nullKeys = NullKeys(dialect)
    nullTexts = NullTexts(dialect)
    ids = .allocate(capacity: Self.capacity)
    kept = .allocate(capacity: Self.capacity)
  }

  deinit {
    ids.deallocate()
    kept.deallocate()
  }

  /// The slices that are not null, in their order: the given ones where none is.
  func dropNulls(
    base: UnsafePointer<UInt8>, slices: UnsafePointer<FieldSlice>, count: Int
  ) -> (slices: UnsafePointer<FieldSlice>, count: Int) {
    if nullTexts.isOnlyEmpty {
      var hasEmpty = false
      for index in 0..<count { hasEmpty = hasEmpty || slices[index].count == 0 }
      if !hasEmpty { return (slices, count) }
    }
    var used = 0
    for index in 0..<count {
      let slice = slices[index]
      kept[used] = slice
      used &+= nullTexts.holds(base + Int(slice.start), count: Int(slice.count)) ? 0 : 1
    }
    return (UnsafePointer(kept), used)
  }
}
