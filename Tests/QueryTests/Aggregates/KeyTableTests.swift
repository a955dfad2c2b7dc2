// The key table against the standard library's dictionary, and its binary form.

import CSV
import Testing

@testable import Query

@Suite struct KeyTableTests {
  private func randomKeys(_ count: Int, seed: UInt64) -> [[UInt8]] {
    var source = SplitMixSource(seed: seed)
    return (0..<count).map { _ in
      (0..<Int.random(in: 0...12, using: &source)).map { _ in UInt8.random(in: 0...3, using: &source) }
    }
  }

  private func bytes(_ key: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(copying: key)
    return bytes
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func numbersKeysLikeADictionary(seed: UInt64) {
    var table = KeyTable()
    var numbers: [[UInt8]: Int] = [:]
    for key in randomKeys(20_000, seed: seed) {
      let known = numbers[key]
      let (number, isNew) = table.insert(key.span)
      #expect(isNew == (known == nil))
      #expect(number == known ?? numbers.count)
      numbers[key] = number
    }
    #expect(table.count == numbers.count)
    for (key, number) in numbers {
      #expect(bytes(table.key(number)) == key)
      #expect(table.hash(number) == FixedHash.hash(key.span))
    }
  }

  @Test func tellsKeysOfEqualHashApart() {
    var table = KeyTable()
    for number in 0..<100 {
      let key = Array(String(number).utf8)
      let inserted = table.insert(key.span, hash: 42)
      #expect(inserted == (number, true))
    }
    for number in 0..<100 {
      let key = Array(String(number).utf8)
      let inserted = table.insert(key.span, hash: 42)
      #expect(inserted == (number, false))
    }
  }

  @Test func comesBackFromBytes() throws {
    var table = KeyTable()
    for key in randomKeys(500, seed: 9) { _ = table.insert(key.span) }
    var writer = ByteWriter()
    table.encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    var copy = try KeyTable(from: &reader)
    #expect(reader.remaining == 0)
    #expect(copy.count == table.count)
    for number in 0..<table.count {
      #expect(bytes(copy.key(number)) == bytes(table.key(number)))
      let inserted = copy.insert(table.key(number))
      #expect(inserted == (number, false))
    }
    var source = SplitMixSource(seed: 4)
    checkDecoding(of: writer.bytes, using: &source) { (reader) throws(ByteCodingError) in
      try KeyTable(from: &reader)
    } use: { broken in
      var merged = broken
      for number in 0..<broken.count { _ = merged.insert(broken.key(number)) }
    }
  }

  @Test func refusesKeysThatOccurTwiceAndLyingCounts() {
    var twice = ByteWriter()
    twice.write(UInt64(2))
    twice.write(UInt32(1))
    twice.write(UInt32(1))
    twice.write([7, 7])
    var huge = ByteWriter()
    huge.write(UInt64(1) << 40)
    var lengths = ByteWriter()
    lengths.write(UInt64(1))
    lengths.write(UInt32.max)
    for bytes in [twice.bytes, huge.bytes, lengths.bytes] {
      #expect(throws: ByteCodingError.self) {
        var reader = ByteReader(bytes)
        _ = try KeyTable(from: &reader)
      }
    }
  }
}
