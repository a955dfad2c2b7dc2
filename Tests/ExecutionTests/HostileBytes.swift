// What binary forms must bear: bytes that are cut short, and bytes that are changed.

import CSV
import Testing

enum HostileBytes {
  /// Checks that every truncation is refused, and that changed bytes are refused or give a value: a trap would end the
  /// test run.
  static func check<Failure: Error>(
    _ bytes: [UInt8], seed: UInt64 = 1, changes: Int = 500, refusesEveryCut: Bool = true,
    decode: ([UInt8]) throws(Failure) -> Void
  ) {
    for cut in 0..<bytes.count {
      var isRefused = false
      do throws(Failure) { try decode(Array(bytes[..<cut])) } catch { isRefused = true }
      if refusesEveryCut { #expect(isRefused, "\(cut) of \(bytes.count) bytes") }
    }
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<changes {
      var changed = bytes
      // Whole words too: an integer near its limits is what sums trip over.
      if generator.oneIn(3), changed.count >= 8 {
        let at = Int.random(in: 0...changed.count - 8, using: &generator)
        let word = [UInt64.max, 0, UInt64(Int64.max), 1 << 63, 1 << 62, 0xFFFF_FFFF].randomElement(using: &generator)!
        for index in 0..<8 { changed[at + index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * index)) }
      } else {
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
          changed[Int.random(in: 0..<changed.count, using: &generator)] = [
            0, 1, 2, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &generator),
          ].randomElement(using: &generator)!
        }
      }
      do throws(Failure) { try decode(changed) } catch { continue }
    }
  }

  /// The same for a form that a `ByteReader` reads.
  static func check<Value>(
    _ bytes: [UInt8], reader decode: (inout ByteReader) throws(ByteCodingError) -> Value,
    use: (Value) -> Void = { _ in }
  ) {
    check(bytes) { (changed: [UInt8]) throws(ByteCodingError) in
      var reader = ByteReader(changed)
      use(try decode(&reader))
    }
  }
}
