// Every rule of `--mode auto`, with figures whose truth is known.

import Testing

@testable import Execution

struct ModeChoiceTests {
  private let all: [ExecutionMode] = [.serial, .thread, .process, .hybrid]

  private func figures(seconds: Double, wait: Double) -> ProbeFigures {
    // A tenth of the input has been probed.
    let nanoseconds = seconds * 1e8
    return ProbeFigures(
      totalBytes: 10_000_000, probedBytes: 1_000_000, processorNanoseconds: UInt64(nanoseconds * (1 - wait)),
      waitNanoseconds: UInt64(nanoseconds * wait))
  }

  @Test func workThatCanBeSharedIsShared() {
    let choice = ModeChoice.choose(figures(seconds: 2, wait: 0.02), cores: 8, permitted: all)
    #expect(choice.mode == .thread && choice.workers == 8)
    #expect(choice.reason == "CPU-bound: 98 % of a probe was work, which 8 cores can share")
  }

  @Test func aSlowSourceIsWaitedForSideBySide() {
    for cores in [1, 2, 16] {
      let choice = ModeChoice.choose(figures(seconds: 2, wait: 0.9), cores: cores, permitted: all)
      #expect(choice.mode == .thread && choice.workers == max(2, cores))
      #expect(choice.reason.hasPrefix("I/O-bound: 90 % of a probe was waiting for the source"))
    }
  }

  @Test func littleIsNotShared() {
    let choice = ModeChoice.choose(figures(seconds: 0.003, wait: 0), cores: 8, permitted: all)
    #expect(choice.mode == .serial)
    #expect(choice.reason == "the whole run takes about 3.0 ms, too little to be shared")
    #expect(ModeChoice.choose(figures(seconds: 0.005, wait: 0), cores: 8, permitted: all).mode == .thread)
  }

  @Test func fewBytesAreNotShared() {
    let slow = ProbeFigures(
      totalBytes: 262_144, probedBytes: 262_144, processorNanoseconds: 1_000_000_000, waitNanoseconds: 1_000_000_000)
    let choice = ModeChoice.choose(slow, cores: 8, permitted: all)
    #expect(choice.mode == .serial && choice.reason == "the input has 262144 bytes, too few to be shared")
    #expect(ModeChoice.choose(slow, cores: 8, permitted: [.process]).mode == .process)
  }

  @Test func oneCoreIsNotShared() {
    #expect(ModeChoice.choose(figures(seconds: 2, wait: 0.05), cores: 1, permitted: all).mode == .serial)
    let waiting = ModeChoice.choose(figures(seconds: 2, wait: 0.3), cores: 1, permitted: all)
    #expect(waiting.mode == .thread && waiting.workers == 2)
  }

  @Test func streamsAreNotProbed() {
    let choice = ModeChoice.choose(nil, cores: 4, permitted: all)
    #expect(choice.mode == .thread && choice.workers == nil)
    #expect(choice.reason.contains("read only once"))
  }

  @Test func otherOptionsDecideFirst() {
    let little = figures(seconds: 0.001, wait: 0)
    let choice = ModeChoice.choose(little, cores: 4, permitted: [.process, .hybrid], because: "--link shm")
    #expect(choice.mode == .process && choice.reason.hasSuffix("; --link shm"))
    #expect(ModeChoice.choose(figures(seconds: 9, wait: 0), cores: 4, permitted: [.serial]).mode == .serial)
  }
}
