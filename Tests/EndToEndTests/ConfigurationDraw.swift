// Draws a few configurations for each of many inputs so that, over all of them, every two values of options meet. Few
// mistakes need three options to show (Kuhn, Wallace and Gallo, 2004), and all configurations would take hours.

/// A seeded draw. The same seed and the same requests give the same configurations.
struct ConfigurationDraw {
  private var generator: SeededGenerator
  /// Pairs that have met since all had met the last time.
  private var met: Set<String> = []
  private let pairs: Set<String>
  /// How often all pairs have met.
  private(set) var rounds = 0

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    pairs = Self.pairs(of: ConfigurationSpace(isSmall: true, isStreamable: true))
  }

  /// The pairs that can meet at all.
  static func pairs(of space: ConfigurationSpace) -> Set<String> { Set(space.all.lazy.flatMap(\.pairs)) }

  /// Draws different configurations: each the one of several candidates that brings together the most new pairs. The first
  /// is of processes, the second of threads, the third of another mode than these, so that with four of them every input
  /// meets every mode. Of two, the second is of threads or serial.
  mutating func draw(_ count: Int, from space: ConfigurationSpace) -> [Configuration] {
    var drawn: [Configuration] = []
    while drawn.count < count {
      var best: (configuration: Configuration, gain: Int)?
      for _ in 0..<6 {
        let candidate = space.random(using: &generator)
        if drawn.contains(candidate) || !Self.fits(candidate.mode, behind: drawn.map(\.mode), of: count) { continue }
        let gain = candidate.pairs.count { !met.contains($0) }
        if gain > best?.gain ?? -1 { best = (candidate, gain) }
      }
      guard let best else { continue }
      drawn.append(best.configuration)
      met.formUnion(best.configuration.pairs)
      if met.count == pairs.count {
        met = []
        rounds += 1
      }
    }
    return drawn
  }

  private static func fits(_ mode: Configuration.Mode, behind modes: [Configuration.Mode], of count: Int) -> Bool {
    switch modes.count {
    case 0: mode.hasProcesses
    case 1: mode == .thread || count == 2 && mode == .serial
    case 2..<Configuration.Mode.allCases.count: !modes.contains(mode)
    default: true
    }
  }
}
