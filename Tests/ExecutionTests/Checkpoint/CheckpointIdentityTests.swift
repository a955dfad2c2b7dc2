// What a checkpoint is of: every difference that would change a byte of the answer is named, and nothing else refuses a run.

import CSV
import Execution
import Query
import Testing

@Suite struct CheckpointIdentityTests {
  private static let maker = CheckpointIdentity.Maker(program: "1.2.3")

  private func identity(_ change: (inout CheckpointIdentity) -> Void = { _ in }) throws -> CheckpointIdentity {
    var question = Question()
    question.aggregates = ["count"]
    question.filter = "a > 1"
    var identity = CheckpointIdentity(
      maker: Self.maker, question: question, output: "/out.csv", rejects: nil,
      inputs: ["a.csv", "b.csv"].map { name in
        CheckpointIdentity.Input(
          name: name, size: 10, base: 0, modified: 1_000_000_007, content: 0xFEDC_BA98_7654_3210)
      })
    change(&identity)
    return identity
  }

  @Test func crossesToTheNextRun() throws {
    let identity = try identity()
    let bytes = identity.encode()
    #expect(try CheckpointIdentity(bytes) == identity)
    #expect(try CheckpointIdentity.Maker(of: bytes) == Self.maker)
    for count in 0..<bytes.count {
      #expect(throws: ByteCodingError.self) { try CheckpointIdentity(Array(bytes[..<count])) }
    }
    #expect(throws: ByteCodingError.self) { try CheckpointIdentity(bytes + [0]) }
  }

  @Test func theSameIsNotRefused() throws {
    #expect(try identity().refusal(of: try identity(), folder: "kept") == nil)
    // How a run goes about it is its own affair.
    let other = try identity {
      $0.question.chunkSize = 77
      $0.question.scanner = .scalar
    }
    #expect(try identity().refusal(of: other, folder: "kept") == nil)
    #expect(try identity().contentRefusal(of: other, folder: "kept") == nil)
  }

  @Test func everyOtherQuestionIsRefusedByItsOption() throws {
    let changes: [(String, @Sendable (inout CheckpointIdentity) -> Void)] = [
      ("--delimiter", { $0.question.dialect.delimiter = 59 }),
      ("--quote", { $0.question.dialect.quote = .some(nil) }),
      ("--no-header", { $0.question.dialect.hasHeader = false }),
      ("--columns", { $0.question.dialect.columns = ["x"] }),
      ("--null", { $0.question.dialect.nullTexts = ["NA"] }),
      ("--types", { $0.question.types = ["a": .text] }),
      ("--group-by", { $0.question.groupBy = ["a"] }),
      ("--agg", { $0.question.aggregates = ["sum(a)"] }),
      ("--where", { $0.question.filter = nil }),
      ("--derive", { $0.question.derived = ["b = a"] }),
      ("--select", { $0.question.select = ["a"] }),
      ("--sort", { $0.question.sort = ["a"] }),
      ("--limit", { $0.question.limit = 3 }),
      ("--format", { $0.question.format = .json }),
      ("--max-record", { $0.question.maxRecord = 99 }),
      ("--on-error", { $0.question.errorPolicy = .skip }),
      ("--max-errors", { $0.question.maxErrors = .count(2) }),
      ("--output", { $0.output = nil }),
      ("--rejects", { $0.rejects = "/rejects.csv" }),
    ]
    for (option, change) in changes {
      for refusal in [
        try identity().refusal(of: try identity(change), folder: "kept"),
        try identity(change).refusal(of: try identity(), folder: "kept"),
      ] {
        #expect(refusal?.kind == .usage)
        #expect(refusal?.message == "kept: the checkpoint is of another question: \(option) differs")
        #expect(refusal?.remedy?.contains("remove kept/pipe.* to begin anew") == true)
      }
    }
  }

  @Test func otherInputsAreRefused() throws {
    let renamed = try identity { $0.inputs[1].name = "c.csv" }
    let fewer = try identity { $0.inputs.removeLast() }
    let later = try identity { $0.inputs[0].base = 3 }
    for saved in [renamed, fewer, later] {
      let refusal = try identity().refusal(of: saved, folder: "kept")
      #expect(refusal?.kind == .usage)
      #expect(refusal?.message.hasPrefix("kept: the checkpoint is of other inputs: a.csv") == true)
    }
  }

  @Test func changedInputsAreRefused() throws {
    let sized = try identity {
      $0.inputs[1].size = 11
      $0.inputs[1].modified += 1
    }
    let touched = try identity { $0.inputs[1].modified += 1 }
    let rewritten = try identity { $0.inputs[1].content ^= 1 }
    let refusals = [
      try identity().refusal(of: sized, folder: "kept"), try identity().refusal(of: touched, folder: "kept"),
      try identity().contentRefusal(of: rewritten, folder: "kept"),
    ]
    let reasons = [
      "it has 10 bytes, not 11", "it was written to since",
      "its content is another, although size and time are the same",
    ]
    for (refusal, reason) in zip(refusals, reasons) {
      #expect(refusal?.kind == .transfer)
      #expect(refusal?.message == "b.csv: is not what the checkpoint in kept was made of: \(reason)")
    }
    #expect(try identity().refusal(of: rewritten, folder: "kept") == nil)
  }

  @Test func otherProgramsAreRefused() {
    var build = Self.maker
    build.workers += 1
    var format = Self.maker
    format.format += 1
    let old = CheckpointIdentity.Maker(program: "1.2.2")
    #expect(Self.maker.refusal(of: Self.maker, folder: "kept") == nil)
    for saved in [build, format, old] {
      let refusal = Self.maker.refusal(of: saved, folder: "kept")
      #expect(refusal?.kind == .usage)
      #expect(refusal?.message.hasPrefix("kept: the checkpoint was made by ") == true)
    }
    #expect(Self.maker.refusal(of: old, folder: "kept")?.message.contains("version 1.2.2 of this program") == true)
  }
}
