// From a trace to a timeline.

import Report
import Testing

@testable import Lab

@Suite struct TracedRunTests {
  private let run = TracedRun(
    configuration: Configuration(.thread, workers: 2),
    lanes: [
      .init(
        name: "pipe:reader",
        events: [.init(name: "reads", start: 0, end: 0.2), .init(name: "waits for output", start: 0.2, end: 0.9)]),
      .init(
        name: "pipe:parser/1",
        events: [.init(name: "works", start: 0.1, end: 0.8), .init(name: "waits for godot", start: 0.8, end: 1)]),
    ])

  @Test func everyEventHasItsKind() {
    let chart = run.timeline(mostSpans: 500)
    #expect(chart.kinds.map(\.name) == ["works", "reads", "waits for output", "waits for godot"])
    #expect(chart.kinds.map(\.isWaiting) == [false, false, true, true])
    #expect(Set(chart.kinds.map(\.ink)).count == 4)
    #expect(chart.lanes.map { $0.spans.map(\.kind) } == [[1, 2], [0, 3]])
    #expect(chart.duration == 1 && chart.mostSpans == 500)
    #expect(chart.title == "One run of thread x2")
  }

  @Test func aRunWithoutEventsIsEmpty() {
    let chart = TracedRun(configuration: Configuration(.serial), lanes: []).timeline(mostSpans: 500)
    #expect(chart.summary == "There is nothing to see.")
  }
}
