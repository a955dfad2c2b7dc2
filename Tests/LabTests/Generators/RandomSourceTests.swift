// The random numbers against values from the published algorithms, computed in another language, and the shape of the
// bell curve.

import Lab
import Testing

@Suite struct RandomSourceTests {
  @Test(
    arguments: [
      (0, [0x99ec_5f36_cb75_f2b4, 0xbf6e_1f78_4956_452a, 0x1a5f_849d_4933_e6e0]),
      (1, [0xb3f2_af6d_0fc7_10c5, 0x853b_5596_4736_4cea, 0x92f8_9756_082a_4514]),
      (UInt64.max, [0x8f55_20d5_2a7e_ad08, 0xc476_a018_caa1_802d, 0x81de_31c0_d260_469e]),
    ] as [(UInt64, [UInt64])])
  func followsXoshiro(seed: UInt64, wanted: [UInt64]) {
    var random = RandomSource(seed: seed)
    #expect(wanted.map { _ in random.next() } == wanted)
  }

  @Test func belowReachesBothEndsAndNoFurther() {
    var random = RandomSource(seed: 3)
    var counts = [Int](repeating: 0, count: 5)
    for _ in 0..<10_000 { counts[random.below(5)] += 1 }
    #expect(counts.allSatisfy { (1_800...2_200).contains($0) }, "\(counts)")
    #expect((0..<100).allSatisfy { _ in random.below(1) == 0 })
  }

  @Test func chanceKeepsItsShare() {
    var random = RandomSource(seed: 4)
    let hits = (0..<100_000).count { _ in random.chance(3, in: 10) }
    #expect((29_400...30_600).contains(hits))
  }

  @Test func bellIsNormal() {
    var random = RandomSource(seed: 5)
    let values = (0..<200_000).map { _ in Double(random.bell()) / 65_536 }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    func share(within bound: Double) -> Double { Double(values.count { abs($0) < bound }) / Double(values.count) }
    #expect(abs(mean) < 0.01)
    #expect(abs(variance - 1) < 0.015)
    #expect(abs(share(within: 1) - 0.683) < 0.008)
    #expect(abs(share(within: 2) - 0.954) < 0.004)
    #expect(values.allSatisfy { abs($0) <= 6 })
  }
}
