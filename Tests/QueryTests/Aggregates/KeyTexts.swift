// Random key texts around every bound that the dictionaries know, and the memory that batches of them are looked up in.

import CSV

@testable import Query

/// Texts one behind the other in a buffer, with other bytes around them.
struct TextBatch {
  private let buffer = PieceBuffer()
  private let slices: [FieldSlice]

  init(_ texts: [[UInt8]], using source: inout SplitMixSource) {
    var bytes: [UInt8] = []
    var slices: [FieldSlice] = []
    for text in texts {
      for _ in 0..<Int.random(in: 0...3, using: &source) { bytes.append(.random(in: 0...255, using: &source)) }
      slices.append(FieldSlice(start: UInt32(bytes.count), count: UInt32(text.count)))
      bytes += text
    }
    buffer.load(bytes.span)
    self.slices = slices
  }

  func withSlices<Result>(_ body: (UnsafePointer<UInt8>, UnsafePointer<FieldSlice>) -> Result) -> Result {
    // An array without elements may have no address, and none of it is read then.
    (slices + [FieldSlice(start: 0, count: 0)]).withUnsafeBufferPointer { body(buffer.base, $0.baseAddress!) }
  }

  /// Looks all of them up; gives the numbers of those that were looked up before the bound.
  func identify(in keys: inout KeyDictionary, nulls: NullKeys, bound: Int = .max) -> [UInt32] {
    var ids = [UInt32](repeating: .max, count: slices.count + 1)
    let done = ids.withUnsafeMutableBufferPointer { ids in
      withSlices { base, slices in
        keys.identify(
          base: base, slices: slices, count: self.slices.count, nulls: nulls, bound: bound, into: ids.baseAddress!)
      }
    }
    return Array(ids[..<done])
  }
}

enum KeyTexts {
  /// Dialects by their null texts: none, short, long, those at the bound between the two, both, and one that is a key too.
  static let nulls: [[[UInt8]]] = [
    [], ["NA", "-"].bytes, [Array(repeating: 97, count: 20)],
    [Array(repeating: 0, count: 15), Array(repeating: 0, count: 16)], ["aaaaaaa", "aaaaaaaa", "a\0", ""].bytes,
    [[0], Array(repeating: 97, count: 15), Array(repeating: 97, count: 17)],
  ]

  private static let counts = [0, 1, 2, 3, 7, 8, 9, 13, 14, 15, 16, 17, 18, 23, 24, 25, 31, 32, 33, 34, 40]

  /// A key of 0...40 bytes; of few different bytes, so that keys come again and are prefixes of each other.
  static func random(using source: inout SplitMixSource) -> [UInt8] {
    let count = counts.randomElement(using: &source)!
    switch Int.random(in: 0..<4, using: &source) {
    case 0: return Array(repeating: [0, 97, 0xFF].randomElement(using: &source)!, count: count)
    case 1:
      // All alike but for one byte.
      var key = [UInt8](repeating: 97, count: count)
      if let place = key.indices.randomElement(using: &source) { key[place] = [0, 98].randomElement(using: &source)! }
      return key
    case 2: return (0..<count).map { _ in [0, 97].randomElement(using: &source)! }
    default: return Array("key \(Int.random(in: 0..<300, using: &source))".utf8)
    }
  }
}

extension [String] {
  var bytes: [[UInt8]] { map { [UInt8]($0.utf8) } }
}
