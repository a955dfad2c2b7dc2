// Lines within areas: all of them inside, and a way of its own for each ink.

import Testing

@testable import Report

@Suite struct HatchingTests {
  /// The ends of all lines of a path of `M x y` followed by `h`, `v` or `l`.
  static func lines(_ path: String) -> [(from: (x: Double, y: Double), to: (x: Double, y: Double))] {
    path.split(separator: "M").map { part in
      let command = part.first { "hvl".contains($0) } ?? "?"
      let halves = part.split(separator: command)
      let start = halves[0].split(separator: " ").map { Double($0) ?? .nan }
      let move = halves[1].split(separator: " ").map { Double($0) ?? .nan }
      let end: (x: Double, y: Double)
      switch command {
      case "h": end = (start[0] + move[0], start[1])
      case "v": end = (start[0], start[1] + move[0])
      default: end = (start[0] + move[0], start[1] + move[1])
      }
      return ((start[0], start[1]), end)
    }
  }

  @Test(arguments: ChartInk.allCases, [(0.0, 0.0, 100.0, 20.0), (33.3, 71.7, 9.1, 13), (5, 5, 3, 300)])
  func staysInside(ink: ChartInk, area: (x: Double, y: Double, width: Double, height: Double)) {
    let lines = Self.lines(Hatching(ink).path(x: area.x, y: area.y, width: area.width, height: area.height))
    #expect((ink == .grey) == (Hatching(ink) == .plain))
    // The last digit of coordinates is rounded.
    for place in lines.flatMap({ [$0.from, $0.to] }) {
      #expect((area.x - 0.15...area.x + area.width + 0.15).contains(place.x))
      #expect((area.y - 0.15...area.y + area.height + 0.15).contains(place.y))
    }
    if ink != .grey && area.width > 15 && area.height > 6 { #expect(!lines.isEmpty) }
  }

  @Test func isAnotherForEveryInk() {
    let paths = ChartInk.allCases.map { Hatching($0).path(x: 0, y: 0, width: 60, height: 20) }
    #expect(Set(paths).count == ChartInk.allCases.count)
    let markers = Set(ChartInk.allCases.map(\.marker))
    #expect(markers.count == ChartInk.allCases.count)
  }

  @Test func linesOfNeighboursMeet() {
    let whole = Self.lines(Hatching.vertical(5).path(x: 0, y: 0, width: 50, height: 10)).map(\.from.x)
    let halves = [(0.0, 22.0), (22, 28)].flatMap { x, width in
      Self.lines(Hatching.vertical(5).path(x: x, y: 0, width: width, height: 10)).map(\.from.x)
    }
    #expect(whole == halves)
  }

  @Test func nothingIsDrawnInNothing() {
    for ink in ChartInk.allCases {
      #expect(Hatching(ink).path(x: 1, y: 1, width: 0, height: 10) == "")
      #expect(Hatching(ink).path(x: 1, y: 1, width: 10, height: 0.1) == "")
    }
  }
}
