// That the draw covers what it promises, for the cases as they are.

import Testing

extension EndToEndTests {
  @Suite struct ConfigurationDrawTests {
    @Test func everyTwoValuesMeetOverTheCases() {
      let drawn = CaseTests.drawn.values.flatMap { $0 }
      let wanted = ConfigurationDraw.pairs(of: ConfigurationSpace(isSmall: true, isStreamable: true))
      let met = Set(drawn.flatMap(\.pairs))
      #expect(wanted.subtracting(met).sorted() == [])
      #expect(met.subtracting(wanted).sorted() == [])
    }

    @Test func theNumberOfPairsIsThatOfTheOptions() {
      let pairs = ConfigurationDraw.pairs(of: ConfigurationSpace(isSmall: true, isStreamable: true))
      // Values: 3 modes, 4 counts, 3 parsers, 7 sizes, 2 sources, 2 depths, 3 hand-offs. A depth of one meets only threads
      // (4 pairs less), a hand-off only processes, and no hand-off only the others (5 less).
      let values = [3, 4, 3, 7, 2, 2, 3]
      let all = values.indices.reduce(0) { sum, i in sum + values[(i + 1)...].reduce(0) { $0 + values[i] * $1 } }
      #expect(pairs.count == all - 9)
    }

    @Test(arguments: [0, 1, 2] as [UInt64]) func everySeedCovers(seed: UInt64) {
      var draw = ConfigurationDraw(seed: seed)
      for _ in 0..<40 { _ = draw.draw(6, from: ConfigurationSpace(isSmall: true, isStreamable: true)) }
      #expect(draw.rounds >= 2)
    }

    @Test func everyInputMeetsEveryMode() {
      var draw = ConfigurationDraw(seed: 5)
      for isStreamable in [false, true] {
        let drawn = draw.draw(3, from: ConfigurationSpace(isSmall: true, isStreamable: isStreamable))
        #expect(Set(drawn.map(\.mode)) == Set(Configuration.Mode.allCases))
      }
    }

    @Test func theSameSeedDrawsTheSame() {
      let space = ConfigurationSpace(isSmall: false, isStreamable: true)
      var one = ConfigurationDraw(seed: 7)
      var other = ConfigurationDraw(seed: 7)
      for _ in 0..<5 { #expect(one.draw(6, from: space) == other.draw(6, from: space)) }
    }

    @Test func largeInputsAreNotCutFinely() {
      let space = ConfigurationSpace(isSmall: false, isStreamable: false)
      #expect(space.all.allSatisfy { $0.chunkSize.map { $0 >= 64 } ?? true && $0.source == .file })
      #expect(space.matrix.count == 3 * 3 + 4 * 3 * 3 * 2 + 4 * 3 * 3 * 2)
    }
  }
}
