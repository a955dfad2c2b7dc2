// What is said of crashes, and that no answer is taken for another.

import Testing

@testable import Lab

@Suite struct CrashExperimentTests {
  private static func outcome(died: Int, answers: Int, seen: String, told: String? = nil) -> CrashExperiment.Outcome {
    .init(died: died, answers: answers, seen: seen, told: told, recoveryNanoseconds: 20_000_000, repeated: 1)
  }

  @Test func answersAreReadAndAddedUp() throws {
    // Of the closed form: n (n + 1) (2 n + 1) / 6.
    func below(_ number: UInt64) -> UInt64 { (number - 1) * number / 2 * (2 * number - 1) / 3 }
    let quarters = (0..<4).map { below(UInt64($0 + 1) * 250_000) - ($0 == 0 ? 0 : below(UInt64($0) * 250_000)) }
    let answers = Dictionary(uniqueKeysWithValues: quarters.enumerated().map { ($0.offset, $0.element) })
    try CrashExperiment.requireComplete(answers)
    let lines = quarters.enumerated().map { "answer \($0.offset) \($0.element)" }
    #expect(try CrashExperiment.answers(in: ["crash thread lab/3 at address 0x10"] + lines) == answers)
    #expect(try CrashExperiment.answers(in: ["answer 2 17"]) == [2: 17])
    #expect(throws: LabFailure("a worker said: answer 2")) { try CrashExperiment.answers(in: ["answer 2"]) }
    #expect(throws: LabFailure("1 of 4 answers make 17, not 333332833333500000")) {
      try CrashExperiment.requireComplete([2: 17])
    }
  }

  @Test func thePostMortemThatCameMostOftenIsGiven() {
    #expect(CrashExperiment.again(["b", "a", "b"], of: 4) == "\"b\" in 2 of 4 runs")
    #expect(CrashExperiment.again(["b", "a"], of: 2) == "\"a\" in 1 of 2 runs")
    #expect(CrashExperiment.again([], of: 2) == "nothing")
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
