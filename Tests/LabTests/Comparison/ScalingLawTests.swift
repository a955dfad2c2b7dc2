// The laws give back what they are made of, and nothing is predicted from too little.

import Lab
import Testing

struct ScalingLawTests {
  private func points(_ law: ScalingLaw, _ counts: [Int]) -> [ScalingPoint] {
    counts.map { ScalingPoint(workers: $0, speedUp: law.speedUp($0)) }
  }

  @Test(arguments: [(0.05, 0.0), (0.2, 0.01), (0.0, 0.003), (0.0, 0.0), (1.0, 0.0)])
  func theUniversalLawIsFoundAgain(_ contention: Double, _ coherency: Double) throws {
    let law = ScalingLaw(contention: contention, coherency: coherency)
    let fit = try #require(ScalingLaw.universal(points(law, [1, 2, 4, 8, 16])))
    #expect(abs(fit.contention - contention) < 1e-9)
    #expect(abs(fit.coherency - coherency) < 1e-9)
  }

  @Test func amdahl() throws {
    // A serial share of 10 %: 1 / (0.1 + 0.9 / N).
    let law = ScalingLaw(contention: 0.1)
    #expect(abs(law.speedUp(4) - 1 / (0.1 + 0.9 / 4)) < 1e-12)
    let fit = try #require(ScalingLaw.amdahl(points(law, [1, 2])))
    #expect(abs(fit.contention - 0.1) < 1e-12)
    #expect(fit.peak == nil)
    // Slower than one worker, faster than possible: shares stay shares.
    #expect(ScalingLaw.amdahl([.init(workers: 1, speedUp: 1), .init(workers: 2, speedUp: 0.5)])?.contention == 1)
    #expect(ScalingLaw.amdahl([.init(workers: 1, speedUp: 1), .init(workers: 2, speedUp: 2.5)])?.contention == 0)
    #expect(ScalingLaw.amdahl([.init(workers: 1, speedUp: 1)]) == nil)
  }

  @Test func noiseDoesNotMakeSharesNegative() throws {
    // Better than linear in the middle, which no law has.
    let odd = [(1, 1.0), (2, 2.1), (4, 4.3), (8, 7.9)].map { ScalingPoint(workers: $0.0, speedUp: $0.1) }
    let fit = try #require(ScalingLaw.universal(odd))
    #expect(fit.contention >= 0 && fit.coherency >= 0)
  }

  @Test func thePeak() {
    // Gunther: N* = sqrt((1 - contention) / coherency).
    #expect(ScalingLaw(contention: 0.04, coherency: 0.0006).peak.map { Int($0) } == 40)
  }

  @Test func twoPointsAreSaidToBeTwo() {
    let fit = ScalingFit(
      regime: "warm", mode: "thread", parser: "simd", points: points(ScalingLaw(contention: 0.1), [1, 2, 4]), cores: 2)
    // More workers than cores do not run at once.
    #expect(fit.points.map(\.workers) == [1, 2])
    #expect(fit.universal == nil)
    #expect(fit.note?.contains("two points (1 and 2 workers)") == true)
    #expect(fit.predictions.map(\.cores) == [4, 8, 16, 32, 64])
    #expect(abs(fit.predictions[1].amdahl - 1 / (0.1 + 0.9 / 8)) < 1e-9)
  }

  @Test func severalPoints() throws {
    let law = ScalingLaw(contention: 0.05, coherency: 0.002)
    let fit = ScalingFit(regime: "warm", mode: "thread", parser: "simd", points: points(law, [1, 2, 4, 8]), cores: 8)
    #expect(fit.note == nil)
    #expect(fit.predictions.map(\.cores) == [16, 32, 64])
    let universal = try #require(fit.predictions[2].universal)
    #expect(abs(universal - law.speedUp(64)) < 1e-6)
  }

  @Test func nothingIsPredictedWhereNothingScales() {
    let fit = ScalingFit(
      regime: "warm", mode: "thread", parser: "simd",
      points: [ScalingPoint(workers: 1, speedUp: 1), ScalingPoint(workers: 2, speedUp: 0.9)], cores: 2)
    #expect(fit.amdahl == nil && fit.predictions.isEmpty && fit.note?.contains("no certain speed-up") == true)
    // A speed-up that may be none is none.
    let doubtful = ScalingFit(
      regime: "warm", mode: "thread", parser: "simd",
      points: [ScalingPoint(workers: 1, speedUp: 1), ScalingPoint(workers: 2, speedUp: 1.5, isTie: true)], cores: 2)
    #expect(doubtful.amdahl == nil && doubtful.predictions.isEmpty && doubtful.note == fit.note)
  }

  @Test func nothingIsPredictedFromNothing() {
    let one = ScalingFit(
      regime: "warm", mode: "thread", parser: "simd", points: [ScalingPoint(workers: 1, speedUp: 1)], cores: 1)
    #expect(one.amdahl == nil && one.predictions.isEmpty && one.note?.contains("one core") == true)
    let without = ScalingFit(
      regime: "warm", mode: "thread", parser: "simd", points: [ScalingPoint(workers: 2, speedUp: 2)], cores: 2)
    #expect(without.amdahl == nil && without.note?.contains("no run with one worker") == true)
  }
}
