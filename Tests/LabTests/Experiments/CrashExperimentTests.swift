// Answers of workers that crash or not: none is taken for another.

import Testing

@testable import Lab

@Suite struct CrashExperimentTests {
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
}
