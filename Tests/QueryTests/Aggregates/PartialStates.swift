// What the tests of partial states share: seeded random splits, orders and merge trees, and bytes that are cut short or
// changed.

import CSV
import Testing

@testable import Query

/// A seeded generator (SplitMix64, Steele, Lea, Flood 2014), so that a failing case can be had again.
struct SplitMixSource: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// Merges states pairwise, each time two drawn at random, until one is left: any tree, any order, either direction.
func mergeAtRandom<State>(
  _ states: [State], using source: inout SplitMixSource, _ merge: (inout State, State) -> Void
) -> State {
  var states = states
  while states.count > 1 {
    var left = states.remove(at: Int.random(in: 0..<states.count, using: &source))
    let right = states.remove(at: Int.random(in: 0..<states.count, using: &source))
    merge(&left, right)
    states.append(left)
  }
  return states[0]
}

/// Deals elements out to parts at random; parts may be empty.
func deal<Element>(_ elements: [Element], parts: Int, using source: inout SplitMixSource) -> [[Element]] {
  var dealt = [[Element]](repeating: [], count: parts)
  for element in elements.shuffled(using: &source) {
    dealt[Int.random(in: 0..<parts, using: &source)].append(element)
  }
  return dealt
}

/// Checks that every truncation is refused, and that changed bytes are either refused or give a state that `use` can
/// work with: a trap would end the test run.
func checkDecoding<State>(
  of bytes: [UInt8], using source: inout SplitMixSource, changes: Int = 400,
  decode: (inout ByteReader) throws(ByteCodingError) -> State, use: (State) -> Void
) {
  let cuts =
    bytes.count < 3000 ? Array(0..<bytes.count) : (0..<300).map { _ in Int.random(in: 0..<bytes.count, using: &source) }
  for cut in cuts {
    #expect(throws: ByteCodingError.self) {
      var reader = ByteReader(Array(bytes[..<cut]))
      _ = try decode(&reader)
    }
  }
  for _ in 0..<changes {
    var changed = bytes
    for _ in 0..<Int.random(in: 1...3, using: &source) {
      let hostile: [UInt8] = [0, 1, 2, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &source)]
      changed[Int.random(in: 0..<changed.count, using: &source)] = hostile.randomElement(using: &source) ?? 0
    }
    var reader = ByteReader(changed)
    if let state = try? decode(&reader) { use(state) }
  }
}
