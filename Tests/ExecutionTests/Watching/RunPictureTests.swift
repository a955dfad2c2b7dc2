// What a picture says of each stage, and of one that stalls.

import Execution
import Testing
import Transport

@Suite struct RunPictureTests {
  private typealias Stage = RunPicture.Stage

  private func picture() -> RunPicture {
    var picture = RunPicture(mode: .thread, stages: [])
    picture.inputNames = ["a.csv", "b.csv"]
    return picture
  }

  @Test(
    arguments: [
      (.reader, .waitsForInput, "waits for its input"), (.reader, .waitsForOutput, "waits until a piece is taken"),
      (.reader, .waitsForFeedback, "waits to hear from the aggregator"),
      (.parser(3), .waitsForInput, "waits for a piece"), (.parser(3), .waitsForOutput, "waits until a result is taken"),
      (.aggregator, .waitsForInput, "waits for a result"),
      (.aggregator, .waitsForOutput, "waits until its output is taken"),
      (.aggregator, .worksAsOne, "works on the result as a whole"), (.parser(1), .finished, "has finished"),
      (.reader, .waitsForSource, "waits for the source"),
      (.parser(1), .works, "works"),
    ] as [(StageName, ActivityPage.State, String)])
  func saysWhatAStageDoes(_ name: StageName, _ state: ActivityPage.State, _ text: String) {
    #expect(picture().doing(Stage(name, state)) == text)
  }

  @Test func saysWhatAStageWorksOn() {
    let work = WorkName(input: 1, first: 5, end: 70, attempt: 2)
    #expect(picture().doing(Stage(.parser(1), .works, work: work)) == "works on bytes 5 to 70 of b.csv")
    // A place in memory may hold anything.
    let nonsense = WorkName(input: 2, first: 5, end: 70, attempt: 2)
    #expect(picture().doing(Stage(.parser(1), .works, work: nonsense)) == "works")
    var stopped = Stage(.parser(1), .works, work: work)
    stopped.isStopped = true
    #expect(picture().doing(stopped) == "is stopped by a signal")
  }

  @Test func saysWhoStalls() {
    let work = WorkName(input: 0, first: 5, end: 70, attempt: 0)
    let failure = picture().failure(of: Stage(.parser(2), .works, work: work), .stalled("hung for 10 s"))
    #expect(failure.kind == .worker)
    #expect(failure.message == "pipe:parser/2 hung for 10 s while it worked on bytes 5 to 70 of a.csv")
    let nowhere = picture().failure(of: Stage(.reader, .works), .stalled("hung for 1 s"))
    #expect(nowhere.message == "pipe:reader hung for 1 s")
  }
}
