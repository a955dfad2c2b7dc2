// The distinct values of a column and how often each occurs: all that is kept of a column while there are few. Everything
// else about it is made from them once, at the end, so that a value costs one look-up and one addition.

import CSV

/// Values and their counts, null apart from the others.
package struct DistinctValues: Sendable {
  /// The most distinct values that a profile counts exactly.
  package static let bound = 10_000
  /// The most that all counts can be together in the binary form, so that adding states up cannot overflow.
  private static let totalLimit = 1 << 56

  /// Bytes of texts from which on a run of values ends: long ones are not copied all at once.
  private static let runSize = 1 << 20

  private var keys = KeyDictionary()
  /// The count of each key.
  private var counts: [Int] = []
  /// The key that is null, once there is one.
  private var nullKey: Int?

  package init() {}

  /// The number of distinct values.
  package var count: Int { nullKey == nil ? counts.count : counts.count - 1 }

  /// Whether there are more than are counted exactly.
  package var isOverBound: Bool { count > Self.bound }

  /// How often null occurs.
  package var nullCount: Int { nullKey.map { counts[$0] } ?? 0 }

  /// Forgets all values and keeps the memory.
  mutating func removeAll() {
    keys.removeAll()
    counts.removeAll(keepingCapacity: true)
    nullKey = nil
  }

  /// Adds one value so many times.
  package mutating func add(_ text: Span<UInt8>, times: Int = 1) {
    let (key, isNew) = keys.insert(text)
    if isNew { counts.append(0) }
    counts[key] &+= times
  }

  /// Adds the values of one column of a batch, which may be null.
  ///
  /// It ends early once there are more than `bound`; gives the rows that were added.
  mutating func add(
    base: UnsafePointer<UInt8>, slices: UnsafePointer<FieldSlice>, count rows: Int, nulls: NullKeys,
    ids: UnsafeMutablePointer<UInt32>
  ) -> Int {
    // One key more than the bound, and null.
    let taken = keys.identify(base: base, slices: slices, count: rows, nulls: nulls, bound: Self.bound + 2, into: ids)
    noteNewKeys()
    // Every id is below the number of keys, which is the number of counts.
    counts.withUnsafeMutableBufferPointer { counts in
      for row in 0..<taken { counts[Int(ids[row])] &+= 1 }
    }
    return taken
  }

  private mutating func noteNewKeys() {
    for key in counts.count..<keys.count {
      if nullKey == nil, keys.isNull(key) { nullKey = key }
      counts.append(0)
    }
  }

  package mutating func merge(_ other: DistinctValues) {
    for (key, count) in other.counts.enumerated() {
      let own = keys.insert(keyOf: other.keys, key)
      if own == counts.count { noteNewKeys() }
      counts[own] &+= count
    }
  }

  /// Calls `body` with each value that is not null and its count.
  package func visit(_ body: (Span<UInt8>, Int) -> Void) {
    var text: [UInt8] = []
    for key in counts.indices where key != nullKey {
      text.removeAll(keepingCapacity: true)
      keys.append(key, to: &text)
      body(text.span, counts[key])
    }
  }

  /// Calls `body` with runs of the values that are not null, as the batch loops take them, and their counts.
  func visitBatches(
    _ body: (UnsafePointer<UInt8>, UnsafePointer<FieldSlice>, UnsafePointer<Int>, Int) -> Void
  ) {
    let buffer = PieceBuffer()
    var (bytes, slices, times): ([UInt8], [FieldSlice], [Int]) = ([], [], [])
    for key in counts.indices {
      if key != nullKey {
        slices.append(keys.appendText(key, to: &bytes))
        times.append(counts[key])
      }
      guard slices.count == ProfileScratch.capacity || bytes.count >= Self.runSize || key == counts.count - 1 else {
        continue
      }
      buffer.load(bytes.span)
      slices.withUnsafeBufferPointer { slices in
        times.withUnsafeBufferPointer { times in
          guard let slices = slices.baseAddress, let counts = times.baseAddress else { return }
          body(buffer.base, slices, counts, times.count)
        }
      }
      bytes.removeAll(keepingCapacity: true)
      slices.removeAll(keepingCapacity: true)
      times.removeAll(keepingCapacity: true)
    }
  }

  /// The most frequent value and how often it occurs, of equally frequent ones the smallest by bytes; nil of no values.
  package func mostFrequent() -> (text: [UInt8], count: Int)? {
    var best: (text: [UInt8], count: Int)?
    visit { text, count in
      if let best, count < best.count || count == best.count && ByteOrder.compare(text, best.text.span) > 0 { return }
      var copy: [UInt8] = []
      copy.append(copying: text)
      best = (copy, count)
    }
    return best
  }

  package func encode(into writer: inout ByteWriter) {
    keys.encode(into: &writer)
    for count in counts { writer.write(count: count) }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    keys = try KeyDictionary(from: &reader)
    var total = 0
    for key in 0..<keys.count {
      let count = try reader.readCount()
      total += count
      guard total <= Self.totalLimit else { throw ByteCodingError("counts of \(total)") }
      counts.append(count)
      guard keys.isNull(key) else { continue }
      guard nullKey == nil else { throw ByteCodingError("null occurs twice") }
      nullKey = key
    }
    guard !isOverBound else { throw ByteCodingError("\(count) values counted exactly") }
  }
}

extension KeyDictionary {
  /// Appends the text of a key, of a short one both words: faster than byte by byte. Gives where the text lies.
  fileprivate func appendText(_ id: Int, to bytes: inout [UInt8]) -> FieldSlice {
    let start = UInt32(bytes.count)
    if isLong(id) {
      append(id, to: &bytes)
    } else {
      withUnsafeBytes(of: (words[2 * id].littleEndian, words[2 * id + 1].littleEndian)) { bytes.append(contentsOf: $0) }
    }
    return FieldSlice(start: start, count: UInt32(keyCount(id)))
  }
}
