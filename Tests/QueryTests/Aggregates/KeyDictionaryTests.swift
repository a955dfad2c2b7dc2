// The key dictionary against the standard library's: key by key, in batches, merged, and from bytes.

import CSV
import Testing

@testable import Query

@Suite struct KeyDictionaryTests {
  /// What the dictionary must be: keys and null by number.
  private struct Model {
    var numbers: [[UInt8]?: Int] = [:]
    var keys: [[UInt8]?] = []
    let dialect: Dialect

    init(nulls: [[UInt8]] = []) { dialect = Dialect(nullTexts: nulls) }

    mutating func insert(_ key: [UInt8]?) -> Int {
      if let number = numbers[key] { return number }
      numbers[key] = keys.count
      keys.append(key)
      return keys.count - 1
    }

    /// The key that a field is.
    func key(_ field: [UInt8]) -> [UInt8]? { dialect.isNull(field.span) ? nil : field }
  }

  private func check(_ keys: KeyDictionary, _ model: Model) throws {
    try #require(keys.count == model.keys.count)
    for (id, key) in model.keys.enumerated() {
      try #require(keys.isNull(id) == (key == nil))
      try #require(keys.key(id) == key ?? [])
      try #require(keys.keyCount(id) == key?.count ?? 0)
    }
  }

  @Test(arguments: KeyTexts.nulls, [UInt64(1), 2])
  func batchesNumberKeysLikeADictionary(nulls: [[UInt8]], seed: UInt64) throws {
    var source = SplitMixSource(seed: seed)
    var model = Model(nulls: nulls)
    let nullKeys = NullKeys(model.dialect)
    var keys = KeyDictionary()
    for _ in 0..<40 {
      var texts = (0..<[0, 1, 5, 31, 33, 200].randomElement(using: &source)!).map { _ in KeyTexts.random(using: &source)
      }
      for text in nulls where Bool.random(using: &source) { texts.append(text) }
      texts.shuffle(using: &source)
      let expected = texts.map { UInt32(model.insert(model.key($0))) }
      try #require(TextBatch(texts, using: &source).identify(in: &keys, nulls: nullKeys) == expected)
      // Between batches keys come one by one: an empty text is a key of its own there.
      for key in [KeyTexts.random(using: &source), [], nil] as [[UInt8]?] where Bool.random(using: &source) {
        let before = model.keys.count
        let number = model.insert(key)
        let inserted = key.map { keys.insert($0.span) } ?? keys.insertNull()
        try #require(inserted == (number, number == before))
      }
    }
    try check(keys, model)
  }

  /// Beyond 32,768 slots rows are looked up in blocks.
  @Test(arguments: [[], ["NA"].bytes, [Array(repeating: 120, count: 30)]])
  func largeDictionariesGiveTheSameNumbers(nulls: [[UInt8]]) throws {
    var source = SplitMixSource(seed: 7)
    var model = Model(nulls: nulls)
    var keys = KeyDictionary()
    func key(_ number: Int) -> [UInt8] {
      switch number % 11 {
      case 0: Array("a key that is long \(number)".utf8)
      case 1: Array("exact\(number + 1_000_000_000)".utf8)
      default: Array("\(number)".utf8)
      }
    }
    var numbers = Array(0..<17_500)
    numbers.shuffle(using: &source)
    for number in numbers {
      let inserted = keys.insert(key(number).span)
      try #require(inserted.id == model.insert(key(number)))
    }
    #expect(keys.slots.count > 1 << 15)
    for _ in 0..<12 {
      var texts = (0..<Int.random(in: 0...700, using: &source)).map { _ in
        key(Int.random(in: 0..<20_000, using: &source))
      }
      texts += nulls + [[], Array("NA".utf8)]
      texts.shuffle(using: &source)
      let expected = texts.map { UInt32(model.insert(model.key($0))) }
      try #require(TextBatch(texts, using: &source).identify(in: &keys, nulls: NullKeys(model.dialect)) == expected)
    }
    try check(keys, model)
  }

  @Test(arguments: KeyTexts.nulls)
  func endsBeforeTheBound(nulls: [[UInt8]]) throws {
    var source = SplitMixSource(seed: 3)
    for bound in [0, 1, 2, 7, 8, 9, 16, 40] {
      var model = Model(nulls: nulls)
      var keys = KeyDictionary()
      for _ in 0..<5 {
        let texts = (0..<60).map { _ in KeyTexts.random(using: &source) } + nulls
        var expected: [UInt32] = []
        for text in texts {
          let key = model.key(text)
          if model.numbers[key] == nil, model.keys.count >= bound { break }
          expected.append(UInt32(model.insert(key)))
        }
        let batch = TextBatch(texts, using: &source)
        try #require(batch.identify(in: &keys, nulls: NullKeys(model.dialect), bound: bound) == expected)
        try check(keys, model)
      }
    }
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func mergesAndEmpties(seed: UInt64) throws {
    var source = SplitMixSource(seed: seed)
    var merged = KeyDictionary()
    var model = Model()
    var part = KeyDictionary()
    for _ in 0..<8 {
      // The same one again and again: what it held before must be gone.
      part.removeAll()
      #expect(part.count == 0)
      var own = Model()
      if Bool.random(using: &source) { part.reserve(Int.random(in: 0...300, using: &source)) }
      for _ in 0..<Int.random(in: 0...150, using: &source) {
        let key: [UInt8]? = Int.random(in: 0..<20, using: &source) == 0 ? nil : KeyTexts.random(using: &source)
        let inserted = key.map { part.insert($0.span) } ?? part.insertNull()
        try #require(inserted.id == own.insert(key))
      }
      try check(part, own)
      for (id, key) in own.keys.enumerated() {
        try #require(merged.insert(keyOf: part, id) == model.insert(key))
        try #require(merged.hash(model.insert(key)) == part.hash(id))
      }
    }
    try check(merged, model)
  }

  private func random(_ count: Int, using source: inout SplitMixSource) -> (KeyDictionary, Model) {
    var keys = KeyDictionary()
    var model = Model()
    for _ in 0..<count {
      let key = KeyTexts.random(using: &source)
      _ = keys.insert(key.span)
      _ = model.insert(key)
    }
    _ = keys.insertNull()
    _ = model.insert(nil)
    return (keys, model)
  }

  private func encoded(_ keys: KeyDictionary) -> [UInt8] {
    var writer = ByteWriter()
    keys.encode(into: &writer)
    return writer.bytes
  }

  @Test(arguments: [0, 1, 7, 8, 300])
  func comesBackFromBytes(count: Int) throws {
    var source = SplitMixSource(seed: UInt64(count))
    var (keys, model) = random(count, using: &source)
    var reader = ByteReader(encoded(keys))
    var copy = try KeyDictionary(from: &reader)
    #expect(reader.remaining == 0)
    try check(copy, model)
    for (id, key) in model.keys.enumerated() {
      #expect(copy.hash(id) == keys.hash(id))
      let inserted = key.map { copy.insert($0.span) } ?? copy.insertNull()
      try #require(inserted == (id, false))
    }
    // It goes on like the original, batches first or single keys first.
    var again = ByteReader(encoded(keys))
    var other = try KeyDictionary(from: &again)
    let texts = (0..<300).map { _ in KeyTexts.random(using: &source) }
    let batch = TextBatch(texts, using: &source)
    let nulls = NullKeys(Dialect())
    let expected = batch.identify(in: &keys, nulls: nulls)
    #expect(batch.identify(in: &copy, nulls: nulls) == expected)
    #expect(batch.identify(in: &other, nulls: nulls) == expected)
  }

  @Test func refusesBrokenBytesOrBearsThem() throws {
    var source = SplitMixSource(seed: 4)
    let (keys, _) = random(40, using: &source)
    let batch = TextBatch((0..<40).map { _ in KeyTexts.random(using: &source) }, using: &source)
    checkDecoding(of: encoded(keys), using: &source) { (reader) throws(ByteCodingError) in
      try KeyDictionary(from: &reader)
    } use: { broken in
      var broken = broken
      _ = batch.identify(in: &broken, nulls: NullKeys(Dialect()))
      var merged = keys
      for id in 0..<broken.count {
        _ = merged.insert(keyOf: broken, id)
        _ = broken.key(id).count + broken.keyCount(id)
      }
      _ = KeyOrder([broken])
      _ = encoded(broken)
    }
  }

  @Test func refusesLyingCounts() {
    var huge = ByteWriter()
    huge.write(UInt64(1) << 40)
    var long = ByteWriter()
    long.write(UInt64(1))
    long.write(KeyDictionary.longMark | 1 << 50)
    long.write(UInt64(0))
    var short = ByteWriter()
    short.write(UInt64(1))
    short.write(KeyDictionary.longMark | 15)
    short.write([UInt8](repeating: 97, count: 15))
    // Null with something in it, and texts with bytes behind their ends: second forms of the same key.
    let spellings: [(first: UInt64, second: UInt64)] = [
      (0, 0xFE << 56 | 1), (1, 0xFE << 56), (97 | 97 << 8, 1 << 56), (97, 1 << 56 | 1), (97, 8 << 56 | 1),
      (97, 9 << 56 | 1 << 8), (97, 14 << 56 | 1 << 48),
    ]
    let others = spellings.map { spelling in
      var writer = ByteWriter()
      for word in [1, spelling.second, spelling.first] { writer.write(word) }
      return writer.bytes
    }
    for bytes in [huge.bytes, long.bytes, short.bytes] + others {
      #expect(throws: ByteCodingError.self) {
        var reader = ByteReader(bytes)
        _ = try KeyDictionary(from: &reader)
      }
    }
  }
}
