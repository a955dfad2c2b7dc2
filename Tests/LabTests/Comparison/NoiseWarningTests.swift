// When a comparison doubts itself.

import Execution
import Lab
import Testing

struct NoiseWarningTests {
  private let thread2 = Configuration(.thread, workers: 2)

  private func kinds(_ results: [ConfigurationResult], load: MachineLoad? = nil) -> [NoiseWarning.Kind] {
    NoiseWarning.all(of: results, load: load).map(\.kind)
  }

  @Test func aQuietMachine() {
    let load = MachineLoad(busySeconds: 10, stolenSeconds: 0, ownSeconds: 9.9, coreSeconds: 20)
    #expect(kinds([MadeUp.result(thread2, seconds: 1)], load: load) == [])
  }

  @Test func others() {
    let load = MachineLoad(busySeconds: 15, stolenSeconds: 0.5, ownSeconds: 10, coreSeconds: 20)
    let warnings = NoiseWarning.all(of: [MadeUp.result(thread2, seconds: 1)], load: load)
    #expect(
      warnings.map(\.sentence) == [
        "other programs had 28 % of the cores meanwhile (3 % by the machine below this one)"
      ])
  }

  @Test func drift() {
    // Every run 1 % of the median slower than the one before.
    #expect(kinds([MadeUp.result(thread2, seconds: 1, spread: 0.1)]).contains(.drift))
    #expect(!kinds([MadeUp.result(thread2, seconds: 1, spread: 0.02)]).contains(.drift))
  }

  @Test func wide() {
    let warnings = NoiseWarning.all(
      of: [MadeUp.result(thread2, seconds: 1), MadeUp.result(Configuration(.serial), seconds: 1, spread: 0.2)],
      load: nil)
    let few = NoiseWarning.all(of: [MadeUp.few], load: nil).first { $0.kind == .width }
    #expect(few?.sentence.hasPrefix("1 of 1 medians are of fewer than 6 runs: from and to are the smallest") == true)
    let width = warnings.first { $0.kind == .width }
    #expect(
      width?.sentence.contains("1 of 2 medians are wider than 5 %; the widest, of serial (warm), is 16 %") == true)
  }

  @Test func odd() {
    let result = MadeUp.result(thread2, seconds: 1) { if $0.round % 3 == 0 { $0.wallNanoseconds *= 2 } }
    #expect(result.outliers == 3)
    #expect(kinds([result]).contains(.outliers))
  }

  @Test func theCountersOfTheKernel() throws {
    let before = try #require(MachineLoad.Reading(text: "cpu  100 5 50 1000 20 3 2 10 0 0\ncpu0 1 1 1 1\n"))
    #expect(before == MachineLoad.Reading(text: "cpu 100 5 50 1000 20 3 2 10\n"))
    #expect((before.busy, before.idle, before.stolen) == (160, 1020, 10))
    #expect(MachineLoad.Reading(text: "intr 5\n") == nil)
    #expect(MachineLoad.Reading(text: "cpu 1 2\n") == nil)
    #expect(MachineLoad.Reading.now() != nil)
    let after = try #require(MachineLoad.Reading(text: "cpu  300 5 50 1100 20 3 2 110 0 0\n"))
    let load = MachineLoad(from: before, to: after, ownSeconds: 1)
    // 200 ticks of 10 ms busy, 100 idle, 100 stolen.
    #expect((load.busySeconds, load.stolenSeconds, load.coreSeconds) == (2, 1, 4))
    #expect(load.othersShare == 0.5)
  }
}
