// When a run counts as standing still, told by looks at its workers.

import Execution
import Testing

@Suite struct StandstillWatchTests {
  private static let second: UInt64 = 1_000_000_000
  private static let waiting = WorkerStand(isWaiting: true, progress: 5)

  /// After how many looks the watch says so; nil if it never does.
  private func looks(_ stands: (Int) -> [WorkerStand], elapsed: UInt64 = StallWatch.interval) -> Int? {
    var watch = StandstillWatch(timeout: Self.second)
    return (1...100).first { watch.look(stands($0), elapsed: elapsed) }
  }

  @Test func allWait() {
    // The first look only says where they were.
    #expect(looks { _ in [Self.waiting, Self.waiting] } == 5)
    #expect(looks({ _ in [Self.waiting] }, elapsed: 3600 * Self.second) == 3)
  }

  @Test func oneDoesNot() {
    #expect(looks { _ in [Self.waiting, WorkerStand(isWaiting: false)] } == nil)
    #expect(looks { $0 % 4 == 0 ? [WorkerStand(isWaiting: false)] : [Self.waiting] } == nil)
  }

  /// Waiting at every look, and working in between.
  @Test func whoGetsOnDoesNotStand() {
    #expect(looks { [Self.waiting, WorkerStand(isWaiting: true, progress: UInt64($0 / 3))] } == nil)
  }

  @Test func theTimeBeginsAnewOnceItWasSaid() {
    var watch = StandstillWatch(timeout: Self.second)
    let said = (1...20).filter { _ in watch.look([Self.waiting], elapsed: StallWatch.interval) }
    #expect(said == [5, 9, 13, 17])
  }
}
