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
      // Values: 4 modes, 4 counts, 3 parsers, 7 sizes, 2 sources, 2 depths, 3 hand-offs, 4 links. A depth of one meets only
      // threads (8 pairs less); a hand-off only the two modes of processes, and no hand-off only the others (6 less); a
      // link likewise (8 less); and there is a hand-off where there is a link (5 less).
      let values = [4, 4, 3, 7, 2, 2, 3, 4]
      let all = values.indices.reduce(0) { sum, i in sum + values[(i + 1)...].reduce(0) { $0 + values[i] * $1 } }
      #expect(pairs.count == all - 27)
    }

    @Test(arguments: [0, 1, 2] as [UInt64]) func everySeedCovers(seed: UInt64) {
      var draw = ConfigurationDraw(seed: seed)
      for _ in 0..<40 { _ = draw.draw(6, from: ConfigurationSpace(isSmall: true, isStreamable: true)) }
      #expect(draw.rounds >= 2)
    }

    @Test func everyInputMeetsEveryMode() {
      var draw = ConfigurationDraw(seed: 5)
      for isStreamable in [false, true] {
        let drawn = draw.draw(4, from: ConfigurationSpace(isSmall: true, isStreamable: isStreamable))
        #expect(Set(drawn.map(\.mode)) == Set(Configuration.Mode.allCases))
        #expect(drawn[0].mode.hasProcesses && drawn[1].mode == .thread)
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
      #expect(space.matrix.count == 3 * 3 + 4 * 3 * 3 * 2 + 4 * 3 * 3 * 2 + 3 * 2 * 2 + 3 * 2 * 3)
    }
  }
}
