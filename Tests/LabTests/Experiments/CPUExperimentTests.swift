// The sums that everybody must get, by adding up and by their closed form.

import Testing

@testable import Lab

@Suite struct CPUExperimentTests {
  @Test func theClosedForm() {
    #expect(CPUExperiment.expectedSum(below: 10_000_000) == 333_333_283_333_335_000_000)
    #expect(CPUExperiment.expectedSum(below: 10_000_000) * 4 == 1_333_333_133_333_340_000_000)
    #expect(CPUExperiment.expectedSum(below: 1_000_000) == 333_332_833_333_500_000)
    #expect([0, 1, 2, 3, 4].map { CPUExperiment.expectedSum(below: $0) } == [0, 0, 1, 5, 14])
  }

  @Test(arguments: [0, 1, 2, 1000, 4_000_000]) func addingUp(_ bound: UInt64) {
    #expect(CPUExperiment.sum(below: bound) == CPUExperiment.expectedSum(below: bound))
  }

  /// Beyond 64 bits, which the sum below 4,000,000 is.
  @Test func theUpperWordCounts() {
    #expect(CPUExperiment.sum(below: 4_000_000) > UInt128(UInt64.max))
  }
}
