// What every worker of one run did, and when, as its trace says: the timeline of a page is made of it.

import Report

/// One run that wrote a trace.
package struct TracedRun: Equatable, Sendable {
  package struct Event: Equatable, Sendable {
    /// As the trace calls it: `works`, `waits for input`.
    package var name: String
    /// Seconds from the start of the run.
    package var start: Double
    package var end: Double

    package init(name: String, start: Double, end: Double) {
      self.name = name
      self.start = start
      self.end = end
    }
  }

  /// A worker.
  package struct Lane: Equatable, Sendable {
    package var name: String
    /// In the order of time; they do not overlap.
    package var events: [Event]

    package init(name: String, events: [Event]) {
      self.name = name
      self.events = events
    }
  }

  package var configuration: Configuration
  package var lanes: [Lane]

  package init(configuration: Configuration, lanes: [Lane]) {
    self.configuration = configuration
    self.lanes = lanes
  }

  /// What workers do, in the order of the legend. What a trace calls otherwise comes behind these.
  private static let known: [TimelineChart.Kind] = [
    .init(name: "works", ink: .green, isWaiting: false), .init(name: "merges", ink: .brown, isWaiting: false),
    .init(name: "reads", ink: .sky, isWaiting: false), .init(name: "waits for input", ink: .grey, isWaiting: true),
    .init(name: "waits for output", ink: .purple, isWaiting: true),
    .init(name: "waits for feedback", ink: .blue, isWaiting: true),
    .init(name: "waits for the source", ink: .amber, isWaiting: true),
  ]

  private var kinds: [TimelineChart.Kind] {
    var kinds = Self.known.filter { kind in lanes.contains { $0.events.contains { $0.name == kind.name } } }
    for event in lanes.flatMap(\.events) where !kinds.contains(where: { $0.name == event.name }) {
      kinds.append(.init(name: event.name, ink: .vermilion, isWaiting: event.name.hasPrefix("waits")))
    }
    return kinds
  }

  /// - Parameter mostSpans: that are drawn.
  package func timeline(mostSpans: Int) -> TimelineChart {
    let kinds = kinds
    let lanes = lanes.map { lane in
      TimelineChart.Lane(
        name: lane.name,
        spans: lane.events.compactMap { event in
          kinds.firstIndex { $0.name == event.name }.map { .init(kind: $0, start: event.start, end: event.end) }
        })
    }
    var chart = TimelineChart(
      title: "One run of \(configuration.name)",
      kinds: kinds, lanes: lanes, duration: lanes.flatMap(\.spans).map(\.end).max() ?? 0)
    chart.mostSpans = mostSpans
    return chart
  }
}
