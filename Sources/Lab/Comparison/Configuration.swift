// One way to run the question: what differs between the runs that are compared.

import CSV
import Execution

extension ExecutionMode: Codable {}
extension LinkKind: Codable {}
extension HandOff: Codable {}
extension ScannerKind: Codable {}

/// Mode, parser, number of workers, what links them, and the conditions.
package struct Configuration: Hashable, Codable, Sendable {
  package var regime: ComparisonRegime
  package var mode: ExecutionMode
  package var parser: ScannerKind
  /// Parsers; in hybrid mode parser processes; 1 in serial mode.
  package var workers: Int
  /// Parser threads in each parser process; 1 but in hybrid mode.
  package var threads: Int
  /// nil in serial mode, which has none.
  package var link: LinkKind?
  /// nil where parsers are no processes.
  package var handOff: HandOff?
  /// Bytes between the edges of pieces; nil for what `pipe run` takes by itself.
  package var chunkSize: Int?
  /// Whether parsers combine rows before they send anything.
  package var combines: Bool

  package init(
    _ mode: ExecutionMode, regime: ComparisonRegime = .warm, parser: ScannerKind = .simd, workers: Int = 1,
    threads: Int = 1,
    link: LinkKind? = nil, handOff: HandOff? = nil, chunkSize: Int? = nil, combines: Bool = true
  ) {
    self.regime = regime
    self.mode = mode
    self.parser = parser
    self.workers = mode == .serial ? 1 : workers
    self.threads = mode == .hybrid ? threads : 1
    self.link = mode == .serial ? nil : mode == .thread ? .queue : link ?? .pipe
    self.handOff = mode.hasProcesses ? handOff ?? .standard : nil
    self.chunkSize = chunkSize
    self.combines = combines
  }

  /// Pieces that can be parsed at the same time.
  package var parsers: Int { workers * threads }

  /// Whether it is the plain form of its mode: nothing is asked for but mode, parser and workers.
  package var isPlain: Bool {
    (link == nil || link == .queue || link == .pipe) && (handOff ?? .standard) == .standard && chunkSize == nil
      && combines
  }

  /// `thread x2`, `process x2 libcsv`, `hybrid 2x2 shm bytes`, without the regime.
  package var name: String {
    var words = [mode.rawValue]
    switch mode {
    case .serial: break
    case .thread, .process: words.append("x\(workers)")
    case .hybrid: words.append("\(workers)x\(threads)")
    }
    if parser != .simd { words.append(parser.rawValue) }
    if let link, mode.hasProcesses, link != .pipe { words.append(link.rawValue) }
    if let handOff, handOff != .standard { words.append(handOff.rawValue) }
    if let chunkSize { words.append("chunks of \(Self.size(chunkSize))") }
    if !combines { words.append("no-combine") }
    return words.joined(separator: " ")
  }

  /// The name with the regime: `thread x2 (throttled=100MB/s)`.
  package var fullName: String { "\(name) (\(regime))" }

  /// The options that make `pipe run` run it.
  package var arguments: [String] {
    var words = ["--mode", mode.rawValue, "--parser", parser.rawValue]
    if mode != .serial { words += ["--workers", "\(workers)"] }
    if mode == .hybrid { words += ["--threads", "\(threads)"] }
    if let link { words += ["--link", link.rawValue] }
    if let handOff { words += ["--hand-off", handOff.rawValue] }
    if let chunkSize { words += ["--chunk-size", "\(chunkSize)"] }
    if !combines { words.append("--no-combine") }
    if let option = regime.runOption { words += ["--regime", option] }
    return words
  }

  /// The same but for some of its parts: what a comparison holds side by side.
  package func with(_ change: (inout Configuration) -> Void) -> Configuration {
    var changed = self
    change(&changed)
    return changed
  }

  private static func size(_ bytes: Int) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
    for (size, name) in units where bytes >= size && bytes % size == 0 { return "\(bytes / size) \(name)" }
    return "\(bytes) B"
  }
}
