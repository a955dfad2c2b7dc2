// Lines over areas, a way of its own for each ink, so that areas differ on a grey print and to eyes that see colours alike. Drawn
// as lines, because browsers print patterns as large pictures.

/// How the areas of an ink are hatched.
enum Hatching: Equatable, Sendable {
  case plain
  /// Lines so far apart.
  case vertical(Double)
  case horizontal(Double)
  case rising(Double)
  case falling(Double)
  indirect case both(Hatching, Hatching)

  init(_ ink: ChartInk) {
    switch ink {
    case .grey: self = .plain
    case .blue: self = .rising(8)
    case .vermilion: self = .vertical(5)
    case .green: self = .falling(8)
    case .purple: self = .horizontal(5)
    case .amber: self = .both(.rising(9), .falling(9))
    case .sky: self = .vertical(12)
    case .brown: self = .both(.vertical(8), .horizontal(6))
    }
  }

  /// The lines within a rectangle. They lie on a grid of the whole sheet, so that neighbours of one ink look like one.
  func path(x: Double, y: Double, width: Double, height: Double) -> String {
    guard width > 0.5, height > 0.5 else { return "" }
    switch self {
    case .plain: return ""
    case .vertical(let step):
      return Self.places(from: x, to: x + width, step: step).map {
        "M\($0.attributeText) \(y.attributeText)v\(height.attributeText)"
      }.joined()
    case .horizontal(let step):
      return stride(from: y + step / 2, to: y + height, by: step).map {
        "M\(x.attributeText) \($0.attributeText)h\(width.attributeText)"
      }.joined()
    case .rising(let step):
      // On a line x + y is the same everywhere.
      return Self.places(from: x + y, to: x + y + width + height, step: step).map { sum in
        let left = max(x, sum - y - height)
        let right = min(x + width, sum - y)
        return Self.line(fromX: left, y: sum - left, length: right - left, slope: -1)
      }.joined()
    case .falling(let step):
      return Self.places(from: x - y - height, to: x - y + width, step: step).map { difference in
        let left = max(x, difference + y)
        let right = min(x + width, difference + y + height)
        return Self.line(fromX: left, y: left - difference, length: right - left, slope: 1)
      }.joined()
    case .both(let one, let other):
      return one.path(x: x, y: y, width: width, height: height) + other.path(x: x, y: y, width: width, height: height)
    }
  }

  private static func line(fromX x: Double, y: Double, length: Double, slope: Double) -> String {
    length < 0.2
      ? "" : "M\(x.attributeText) \(y.attributeText)l\(length.attributeText) \((slope * length).attributeText)"
  }

  /// Multiples of the step strictly between two places.
  private static func places(from low: Double, to high: Double, step: Double) -> [Double] {
    let first = (low / step).rounded(.down) + 1
    return stride(from: first, to: high / step, by: 1).map { $0 * step }
  }
}
