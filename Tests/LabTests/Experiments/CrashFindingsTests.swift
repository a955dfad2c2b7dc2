// What is said of crashes.

import Testing

@testable import Lab

@Suite struct CrashFindingsTests {
  private static func outcome(died: Int, answers: Int, seen: String, told: String? = nil) -> CrashExperiment.Outcome {
    .init(died: died, answers: answers, seen: seen, told: told, recoveryNanoseconds: 20_000_000, repeated: 1)
  }

  @Test func thePostMortemThatCameMostOftenIsGiven() {
    #expect(CrashExperiment.again(["b", "a", "b"], of: 4) == "\"b\" in 2 of 4 runs")
    #expect(CrashExperiment.again(["b", "a"], of: 2) == "\"a\" in 1 of 2 runs")
    #expect(CrashExperiment.again([], of: 2) == "nothing")
    #expect([[3, 1, 2], [2, 2], []].map(CrashExperiment.span) == ["1 to 3", "2", "-"])
  }

  @Test func whatWasSeenDecides() {
    let threads = Self.outcome(died: 3, answers: 1, seen: "the program: signal 11 (SIGSEGV)", told: "thread lab/3")
    let process = Self.outcome(died: 1, answers: 4, seen: "worker 3: signal 11 (SIGSEGV)")
    let result = CrashExperiment.result([threads, threads], [process, process])
    #expect(result.findings.map(\.holding) == [.holds, .holds, .holds, .partly])
    #expect(result.observations.map(\.mode) == [.crash, .debugging, .recovery, .blastRadius])
    #expect(
      result.observations[1].threads
        == "crash: \"the program: signal 11 (SIGSEGV)\" in 2 of 2 runs; a handler within: \"thread lab/3\" in 2 of 2 runs"
    )
    #expect(result.tables[0].rows.count == 4)
    let odd = CrashExperiment.result([Self.outcome(died: 1, answers: 3, seen: "the program")], [threads])
    #expect(odd.findings.map(\.holding) == [.doesNotHold, .doesNotHold, .doesNotHold, .doesNotHold])
  }
}
