// The colours of charts, and what else tells one series from another: a shape for points, a hatching for areas. The hues are
// those that Okabe and Ito proposed because people with any kind of colour blindness can tell them apart ("Color Universal
// Design", 2008), darkened or lightened until each stands out from the page by 3 : 1 or more. Colour alone never tells.

/// A colour with the shape and the hatching that go with it.
package enum ChartInk: Int, CaseIterable, Equatable, Sendable {
  case grey, blue, vermilion, green, purple, amber, sky, brown

  /// The ink of a mode, the same in every chart: grey for `serial`, blue for `thread`, vermilion for `process`, green for
  /// `hybrid`; nil for anything else.
  package static func mode(_ name: String) -> ChartInk? {
    switch name {
    case "serial": .grey
    case "thread": .blue
    case "process": .vermilion
    case "hybrid": .green
    default: nil
    }
  }

  /// The ink of the n-th of several things; they repeat after eight.
  package static func number(_ index: Int) -> ChartInk { allCases[index % allCases.count] }

  var cssClass: String { "k\(rawValue)" }
  /// In the light, on white.
  var light: String {
    ["#5c6470", "#0072b2", "#c44f00", "#007a5a", "#a3477f", "#966800", "#1f7fb8", "#7a4f2a"][rawValue]
  }
  /// In the dark, on nearly black.
  var dark: String {
    ["#a9b1bc", "#56b4e9", "#f5894f", "#2fc79a", "#e08fc0", "#e6b23a", "#8fd0f5", "#c9986b"][rawValue]
  }

  /// A mark around the origin, about 8 units wide.
  var marker: String {
    switch self {
    case .grey: "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z"
    case .blue: "M-3.2 -3.2h6.4v6.4h-6.4z"
    case .vermilion: "M0 -4.2l4.2 7.4h-8.4z"
    case .green: "M0 -4.6l4.6 4.6l-4.6 4.6l-4.6 -4.6z"
    case .purple: "M0 4.2l4.2 -7.4h-8.4z"
    case .amber: "M-1.4 -4h2.8v2.6h2.6v2.8h-2.6v2.6h-2.8v-2.6h-2.6v-2.8h2.6z"
    case .sky: "M-4.4 -2.2h8.8v4.4h-8.8z"
    case .brown: "M-2.2 -4.4h4.4v8.8h-4.4z"
    }
  }
}
