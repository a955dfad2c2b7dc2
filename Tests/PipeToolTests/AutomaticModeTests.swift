// `--mode auto`: what is chosen is said, follows from the other options, and changes no byte of the answer.

import Foundation
import Testing

struct AutomaticModeTests {
  private static let question = ["-g", "key", "-a", "count,sum(value)"]

  private func run(_ words: [String], _ folder: ScratchFolder) throws -> ChildEnd {
    try Child(["run"] + Self.question + words + ["in.csv"], in: folder).wait()
  }

  @Test func theAnswerIsTheSame() throws {
    let folder = try ScratchFolder()
    try folder.write(distinctRows(20_000), as: "in.csv")
    let serial = try run(["--mode", "serial"], folder)
    let end = try run(["--mode", "auto"], folder)
    #expect(end.status == .exited(0) && end.output == serial.output)
    #expect(end.errors.hasPrefix("pipe: --mode auto chose "), "\(end.errors)")
    #expect(try run(["--mode", "auto", "--quiet"], folder).errors.isEmpty)
  }

  @Test func littleIsRunInTurn() throws {
    let folder = try ScratchFolder()
    try folder.write("key,value\na,1\n", as: "in.csv")
    let end = try run(["--mode", "auto"], folder)
    #expect(end.text == "key,count,sum(value)\na,1,1\n")
    #expect(end.errors.contains("chose serial: the input has 14 bytes, too few to be shared"), "\(end.errors)")
    // As many parsers as are asked for are no reason to have them.
    #expect(try run(["--mode", "auto", "-j", "3"], folder).errors.contains("chose serial: "))
  }

  @Test func otherOptionsDecideFirst() throws {
    let folder = try ScratchFolder()
    try folder.write("key,value\na,1\n", as: "in.csv")
    let shared = try run(["--mode", "auto", "--link", "shm", "-j", "1"], folder)
    #expect(shared.errors.contains("chose process with 1 parser: "), "\(shared.errors)")
    #expect(shared.errors.contains("; not thread: --link shm does not apply to --mode thread"), "\(shared.errors)")
    let hybrid = try run(["--mode", "auto", "--threads", "1", "-j", "1"], folder)
    #expect(hybrid.errors.contains("chose hybrid with 1 parser: "), "\(hybrid.errors)")
    let none = try run(["--mode", "auto", "--threads", "1", "--queue-depth", "4"], folder)
    #expect(none.status == .exited(64) && none.errors.contains("does not apply to --mode"), "\(none.errors)")
  }

  @Test func streamsAndMissingFilesAreLeftToTheRun() throws {
    let folder = try ScratchFolder()
    let missing = try run(["--mode", "auto"], folder)
    #expect(missing.status == .exited(66) && missing.errors.contains("in.csv: No such file"), "\(missing.errors)")
    let mistyped = try run(["--mode", "choose"], folder)
    #expect(mistyped.status == .exited(64) && mistyped.errors.contains("hybrid, auto"), "\(mistyped.errors)")
  }

  @Test func aPipelineFileCanAskForIt() throws {
    let folder = try ScratchFolder()
    try folder.write("key,value\na,1\n", as: "in.csv")
    try folder.write("inputs: in.csv\nmode: auto\nworkers: 1\nthreads: 1\naggregates: count\n", as: "a.yaml")
    #expect(try folder.pipe("check", "a.yaml").status == .exited(0))
    let end = try folder.pipe("run", "--pipeline", "a.yaml")
    #expect(end.text == "count\n1\n" && end.errors.contains("chose hybrid with 1 parser"), "\(end.errors)")
    // What it says about another mode than the one that is asked for does not apply.
    let other = try folder.pipe("run", "--pipeline", "a.yaml", "--mode", "serial")
    #expect(other.text == "count\n1\n" && other.errors.isEmpty, "\(other.errors)")
  }
}
