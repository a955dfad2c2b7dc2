// Laws of scaling fitted to what was measured, and what they would say about more cores than there are.

/// The universal scalability law: with N workers the speed-up is N / (1 + contention (N - 1) + coherency N (N - 1)).
/// With coherency 0 it is Amdahl's law, whose serial share is the contention.
///
/// Amdahl, "Validity of the single processor approach to achieving large scale computing capabilities", AFIPS 1967; Gunther,
/// "Guerrilla Capacity Planning", 2007, chapters 4 to 6.
package struct ScalingLaw: Codable, Equatable, Sendable {
  /// The share of the work that only one can do at a time.
  package var contention: Double
  /// What every pair of workers costs.
  package var coherency: Double

  package init(contention: Double, coherency: Double = 0) {
    self.contention = contention
    self.coherency = coherency
  }

  package func speedUp(_ workers: Int) -> Double {
    let count = Double(workers)
    return count / (1 + contention * (count - 1) + coherency * count * (count - 1))
  }

  /// The number of workers beyond which the law says that more are slower; nil where there is none.
  package var peak: Double? { coherency > 0 && contention < 1 ? ((1 - contention) / coherency).squareRoot() : nil }

  /// Amdahl's law by least squares.
  ///
  /// N / speed-up - 1 is linear in the contention and the coherency (Gunther's transformation), so the fits have closed
  /// forms. Negative shares have no meaning and become 0.
  ///
  /// - Parameter points: with one worker and with others.
  package static func amdahl(_ points: [ScalingPoint]) -> ScalingLaw? {
    let (xx, xy, _, _, _) = sums(points)
    guard xx > 0 else { return nil }
    return ScalingLaw(contention: min(1, max(0, xy / xx)))
  }

  /// The universal law by least squares; nil of fewer than two points besides the one with one worker.
  package static func universal(_ points: [ScalingPoint]) -> ScalingLaw? {
    guard Set(points.map(\.workers)).subtracting([1]).count >= 2 else { return nil }
    let (xx, xy, xz, zz, zy) = sums(points)
    let determinant = xx * zz - xz * xz
    guard determinant > 0 else { return nil }
    let contention = (xy * zz - zy * xz) / determinant
    let coherency = (zy * xx - xy * xz) / determinant
    // The best fit with shares of 0 or more lies on an edge if the free one is outside.
    if coherency < 0 { return amdahl(points) }
    if contention < 0 { return ScalingLaw(contention: 0, coherency: max(0, zy / zz)) }
    return ScalingLaw(contention: min(1, contention), coherency: coherency)
  }

  /// Sums over the points, with x = N - 1, z = N (N - 1) and y = N / speed-up - 1.
  private static func sums(_ points: [ScalingPoint]) -> (xx: Double, xy: Double, xz: Double, zz: Double, zy: Double) {
    var sums = (xx: 0.0, xy: 0.0, xz: 0.0, zz: 0.0, zy: 0.0)
    for point in points where point.workers > 1 && point.speedUp > 0 {
      let count = Double(point.workers)
      let (x, z, y) = (count - 1, count * (count - 1), count / point.speedUp - 1)
      sums.xx += x * x
      sums.xy += x * y
      sums.xz += x * z
      sums.zz += z * z
      sums.zy += z * y
    }
    return sums
  }
}

/// A measured speed-up.
package struct ScalingPoint: Codable, Equatable, Sendable {
  package var workers: Int
  /// Against one worker of the same mode.
  package var speedUp: Double
  /// Whether it ties with one worker, as far as was measured.
  package var isTie: Bool

  package init(workers: Int, speedUp: Double, isTie: Bool = false) {
    self.workers = workers
    self.speedUp = speedUp
    self.isTie = isTie
  }

  private enum CodingKeys: String, CodingKey {
    case workers
    case speedUp
    case isTie = "ties"
  }
}

/// The laws fitted to one mode in one regime.
package struct ScalingFit: Codable, Equatable, Sendable {
  package struct Prediction: Codable, Equatable, Sendable {
    package var cores: Int
    package var amdahl: Double
    package var universal: Double?
  }

  package var regime: String
  package var mode: String
  package var parser: String
  /// What was measured, with one worker too; only up to the number of cores: more workers than that do not run at once.
  package var points: [ScalingPoint]
  package var amdahl: ScalingLaw?
  package var universal: ScalingLaw?
  /// What no machine here has shown.
  package var predictions: [Prediction]
  /// Why something is missing, or why it is to be taken with care; nil if nothing is to be said.
  package var note: String?

  /// The numbers of cores for which there are predictions.
  package static let predictedCores = [4, 8, 16, 32, 64]
  /// Below it nothing has been shown to scale.
  private static let leastSpeedUp = 1.05

  /// - Parameter points: all that was measured, of any number of workers.
  package init(regime: String, mode: String, parser: String, points all: [ScalingPoint], cores: Int) {
    self.regime = regime
    self.mode = mode
    self.parser = parser
    points = all.filter { $0.workers <= cores }.sorted { $0.workers < $1.workers }
    predictions = []
    let counts = points.map(\.workers)
    guard counts.first == 1, counts.count >= 2 else {
      note =
        counts.first == 1
        ? "no law: \(cores == 1 ? "one core" : "one number of workers") says nothing about scaling"
        : "no law: there is no run with one worker to compare with"
      return
    }
    guard points.contains(where: { $0.speedUp >= Self.leastSpeedUp && !$0.isTie }) else {
      note = "no law: more workers brought no certain speed-up that could be scaled"
      return
    }
    let amdahl = ScalingLaw.amdahl(points)
    self.amdahl = amdahl
    universal = ScalingLaw.universal(points)
    if counts.count == 2 {
      note =
        "from two points (1 and \(counts[1]) workers), which Amdahl's law always fits: nothing checks it here; the universal "
        + "scalability law needs three"
    }
    guard let amdahl else { return }
    predictions = Self.predictedCores.filter { $0 > counts[counts.count - 1] }.map {
      Prediction(cores: $0, amdahl: amdahl.speedUp($0), universal: universal?.speedUp($0))
    }
  }
}
