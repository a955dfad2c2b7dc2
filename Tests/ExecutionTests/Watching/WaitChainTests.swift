// Who waits for whom, told of pictures that are made up.

import Execution
import Testing
import Transport

@Suite struct WaitChainTests {
  private typealias Stage = RunPicture.Stage

  private static let work = WorkName(input: 0, first: 100, end: 200, attempt: 0)
  private static let later = WorkName(input: 0, first: 200, end: 300, attempt: 0)

  private func picture(_ stages: [Stage], _ queues: [RunPicture.Queue] = []) -> RunPicture {
    var picture = RunPicture(mode: .thread, stages: stages)
    picture.inputNames = ["in.csv"]
    picture.queues = queues
    return picture
  }

  /// The queues between threads, so full.
  private func queues(pieces: Int, results: Int, feedback: Int = 0) -> [RunPicture.Queue] {
    [
      .init(.pieces, depth: pieces, capacity: 2), .init(.results, depth: results, capacity: 2),
      .init(.feedback, depth: feedback, capacity: 9),
    ]
  }

  @Test func allWaitForTheOneThatWorks() {
    let waits = picture([
      Stage(.reader, .waitsForFeedback), Stage(.parser(1), .waitsForOutput), Stage(.parser(2), .waitsForOutput),
      Stage(.aggregator, .works, work: Self.work),
    ]).waits
    #expect(
      waits == [
        "pipe:reader, pipe:parser/1 and pipe:parser/2 wait for pipe:aggregator, "
          + "which works on bytes 100 to 200 of in.csv"
      ])
  }

  /// The parser with the oldest piece holds the others up; a part of a chain is not said again.
  @Test func aChainIsSaidOnce() {
    let waits = picture([
      Stage(.reader, .waitsForFeedback), Stage(.parser(1), .works, work: Self.later),
      Stage(.parser(2), .works, work: Self.work), Stage(.parser(3), .waitsForInput),
      Stage(.aggregator, .waitsForInput),
    ]).waits
    #expect(
      waits == [
        "pipe:parser/3 waits for pipe:reader, which waits for pipe:aggregator, which waits for pipe:parser/2, "
          + "which works on bytes 100 to 200 of in.csv"
      ])
  }

  @Test func whoWaitsOutsideIsTheEnd() {
    #expect(
      picture([Stage(.reader, .waitsForInput), Stage(.parser(1), .waitsForInput), Stage(.aggregator, .waitsForInput)])
        .waits == [
          "pipe:aggregator waits for pipe:parser/1, which waits for pipe:reader, which waits for its input"
        ])
    #expect(
      picture([
        Stage(.reader, .waitsForOutput), Stage(.parser(1), .waitsForOutput), Stage(.aggregator, .waitsForOutput),
      ]).waits == [
        "pipe:reader waits for pipe:parser/1, which waits for pipe:aggregator, which waits until its output is taken"
      ])
  }

  @Test func whoWaitsForNobodyIsNotNamed() {
    #expect(picture([Stage(.reader, .works), Stage(.parser(1), .works), Stage(.aggregator, .worksAsOne)]).waits == [])
    let ended = [Stage(.reader, .finished), Stage(.parser(1), .finished), Stage(.aggregator, .waitsForInput)]
    #expect(picture(ended).waits == [])
  }

  @Test func manyAreCounted() {
    let parsers = (1...9).map { Stage(.parser($0), .waitsForInput) }
    let waits = picture([Stage(.reader, .works)] + parsers + [Stage(.aggregator, .waitsForOutput)]).waits
    #expect(
      waits == [
        "pipe:parser/1, pipe:parser/2, pipe:parser/3, pipe:parser/4 and 5 more wait for pipe:reader, which works"
      ])
  }

  @Test func threadsOfAProcessAreTold() {
    let waits = picture([
      Stage(.reader, .waitsForFeedback), Stage(.parser(1), thread: 1, .waitsForOutput),
      Stage(.parser(1), thread: 2, .works, work: Self.work), Stage(.aggregator, .waitsForInput),
    ]).waits
    #expect(
      waits == [
        "pipe:reader and pipe:parser/1.1 wait for pipe:aggregator, which waits for pipe:parser/1.2, "
          + "which works on bytes 100 to 200 of in.csv"
      ])
  }

  @Test func aCircleIsNamed() {
    let circle = picture(
      [Stage(.reader, .waitsForFeedback), Stage(.parser(1), .waitsForInput), Stage(.aggregator, .waitsForInput)],
      queues(pieces: 0, results: 0))
    #expect(circle.chain(from: 0).isCircle)
    #expect(circle.chain(from: 0).stages == [0, 2, 1, 0])
    #expect(circle.waits.count == 3)
    #expect(
      circle.waits[0]
        == "pipe:reader waits for pipe:aggregator, which waits for pipe:parser/1, which waits for pipe:reader: "
        + "a circle")
    #expect(circle.isDeadlocked)
  }

  /// A message that somebody waits for will wake him.
  @Test func whatIsOnItsWayIsNoDeadlock() {
    let stages = [
      Stage(.reader, .waitsForFeedback), Stage(.parser(1), .waitsForInput), Stage(.aggregator, .waitsForInput),
    ]
    #expect(!picture(stages, queues(pieces: 1, results: 0)).isDeadlocked)
    #expect(!picture(stages, queues(pieces: 0, results: 1)).isDeadlocked)
    #expect(!picture(stages, queues(pieces: 0, results: 0, feedback: 1)).isDeadlocked)
    let full = [
      Stage(.reader, .waitsForOutput), Stage(.parser(1), .waitsForOutput), Stage(.aggregator, .waitsForInput),
    ]
    #expect(!picture(full, queues(pieces: 2, results: 2)).isDeadlocked)
    #expect(!picture(full, queues(pieces: 1, results: 0)).isDeadlocked)
  }

  @Test func whoWaitsOutsideOrWorksIsNoDeadlock() {
    let none = queues(pieces: 0, results: 0)
    for state in [ActivityPage.State.waitsForInput, .works] {
      #expect(
        !picture(
          [Stage(.reader, state), Stage(.parser(1), .waitsForInput), Stage(.aggregator, .waitsForInput)], none
        ).isDeadlocked)
    }
    let ended = [Stage(.reader, .finished), Stage(.parser(1), .finished)]
    // It is told in a moment that nothing more will come.
    #expect(!picture(ended + [Stage(.aggregator, .waitsForInput)], none).isDeadlocked)
    #expect(!picture(ended + [Stage(.aggregator, .finished)], none).isDeadlocked)
    #expect(!picture([Stage(.reader, .waitsForFeedback)]).isDeadlocked)
  }
}
