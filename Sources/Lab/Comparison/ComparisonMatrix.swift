// Which configurations are compared: a sensible few by default, everything on request.

import CSV
import Execution

/// What the user has asked for; nil where nothing was said.
package struct ComparisonRequest: Equatable, Sendable {
  package var modes: [ExecutionMode]?
  package var parsers: [ScannerKind]?
  package var workers: [Int]?
  /// Parser threads in each process of hybrid mode.
  package var threads: Int?
  package var links: [LinkKind]?
  package var handOffs: [HandOff]?
  package var chunkSizes: [Int]?
  package var combines: [Bool]?
  package var regimes: [ComparisonRegime] = [.warm]
  /// Cores that affinity and quota allow.
  package var cores: Int

  package init(cores: Int) { self.cores = cores }
}

/// A configuration, and how soon it is given up when there is no time for all.
package struct RankedConfiguration: Equatable, Sendable {
  package enum Rank: Int, Comparable, Sendable {
    /// Without these there is no answer: they are run whatever it takes.
    case essential
    /// What the answer is compared with, and whether more workers help.
    case telling
    /// Parsers, hybrid mode, more workers than cores.
    case useful
    /// Links, hand-offs, chunk sizes.
    case detail

    package static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
  }

  package var configuration: Configuration
  package var rank: Rank
}

/// All configurations of one comparison, regime by regime, each in the order of the table.
///
/// By default, for C cores:
/// * serial mode;
/// * thread and process mode with 1, 2, 4, ... up to C workers, and with twice as many as there are cores;
/// * hybrid mode with two threads a process and a thread for every core, where there are two cores;
/// * libcsv in serial mode, and in thread mode with C workers;
/// * the other links, and bytes handed over, in process mode with C workers.
///
/// A list that is asked for replaces the default: parsers, chunk sizes and combining are then tried with every mode and number
/// of workers; links and hand-offs with every mode that has them. Without `links` and `handOffs` being asked for only the
/// largest number of workers that is no more than C tries them.
package struct ComparisonMatrix: Equatable, Sendable {
  package private(set) var configurations: [RankedConfiguration] = []
  private let request: ComparisonRequest

  package init(_ request: ComparisonRequest) {
    self.request = request
    for regime in request.regimes { add(regime) }
  }

  /// Powers of two up to the cores, the cores themselves, and twice as many.
  package static func defaultWorkers(cores: Int) -> [Int] {
    var counts = Array(sequence(first: 1) { $0 * 2 < cores ? $0 * 2 : nil })
    if cores > 1 { counts.append(cores) }
    counts.append(2 * cores)
    return counts
  }

  private var modes: [ExecutionMode] {
    request.modes ?? [.serial, .thread, .process] + (request.cores >= 2 ? [.hybrid] : [])
  }

  /// The number of workers by which modes are judged: as many as cores, or the next lower one that there is.
  package static func judgedWorkers(_ workers: [Int], cores: Int) -> Int {
    workers.filter { $0 <= cores }.max() ?? workers.min() ?? 1
  }

  private mutating func add(_ regime: ComparisonRegime) {
    let workers = request.workers ?? Self.defaultWorkers(cores: request.cores)
    let full = Self.judgedWorkers(workers, cores: request.cores)
    var own: [RankedConfiguration] = []
    func put(_ configuration: Configuration, _ rank: RankedConfiguration.Rank) {
      guard !own.contains(where: { $0.configuration == configuration }) else { return }
      own.append(RankedConfiguration(configuration: configuration, rank: rank))
    }
    for parser in request.parsers ?? [.simd, .libcsv] {
      let isFirst = parser == (request.parsers?.first ?? .simd)
      for mode in modes {
        for base in bases(mode, parser, regime, workers, full, isFirst: isFirst) {
          let rank = rank(of: base, full, isFirst: isFirst)
          for varied in variations(of: base) {
            let isDetail =
              varied.chunkSize != request.chunkSizes?.first || varied.combines != request.combines?.first ?? true
            // What was asked for by name is no detail.
            put(varied, isDetail ? max(rank, .useful) : rank)
          }
        }
      }
    }
    for base in own.map(\.configuration) where base.mode.hasProcesses {
      guard request.links != nil || request.handOffs != nil || isLinked(base, full) else { continue }
      let links = (request.links ?? LinkKind.allCases).filter { $0.carrier != nil }
      let handOffs = request.handOffs ?? HandOff.allCases
      if request.links != nil || request.handOffs != nil {
        for link in request.links == nil ? [.pipe] : links {
          for handOff in request.handOffs ?? [.standard] {
            put(base.with { ($0.link, $0.handOff) = (link, handOff) }, .useful)
          }
        }
      } else {
        for link in links { put(base.with { $0.link = link }, .detail) }
        for handOff in handOffs { put(base.with { $0.handOff = handOff }, .detail) }
      }
    }
    // A list of links or hand-offs without the standard one means that this one is not wanted.
    own.removeAll { entry in
      let configuration = entry.configuration
      guard configuration.mode.hasProcesses else { return false }
      let isLinkWanted = request.links.map { $0.contains(configuration.link ?? .pipe) } ?? true
      let isHandOffWanted = request.handOffs.map { $0.contains(configuration.handOff ?? .standard) } ?? true
      return !isLinkWanted || !isHandOffWanted
    }
    configurations += own
  }

  /// One parser in one mode, with as many workers as are to be tried.
  private func bases(
    _ mode: ExecutionMode, _ parser: ScannerKind, _ regime: ComparisonRegime, _ workers: [Int], _ full: Int,
    isFirst: Bool
  ) -> [Configuration] {
    func make(_ workers: Int, _ threads: Int = 1) -> Configuration {
      Configuration(mode, regime: regime, parser: parser, workers: workers, threads: threads)
    }
    // Parsers that nobody has named are tried where they tell most.
    let isSample = !isFirst && request.parsers == nil
    switch mode {
    case .serial: return [make(1)]
    case .thread: return isSample ? [make(full)] : workers.map { make($0) }
    case .process: return isSample ? [] : workers.map { make($0) }
    case .hybrid:
      if isSample { return [] }
      let threads = request.threads ?? 2
      if request.workers != nil { return workers.map { make($0, threads) } }
      return [make(max(1, request.cores / threads), threads)]
    }
  }

  private func rank(of base: Configuration, _ full: Int, isFirst: Bool) -> RankedConfiguration.Rank {
    guard isFirst, base.mode != .hybrid else { return .useful }
    if base.mode == .serial { return .telling }
    return base.workers == full ? .essential : base.workers < full ? .telling : .useful
  }

  /// The same with other chunk sizes and with and without combining, where that was asked for.
  private func variations(of base: Configuration) -> [Configuration] {
    let sizes = request.chunkSizes.map { $0.map { Int?.some($0) } } ?? [nil]
    // A serial run sends nothing, and has no choice.
    let combining = base.mode == .serial ? [true] : request.combines ?? [true]
    return sizes.flatMap { size in
      combining.map { combines in base.with { ($0.chunkSize, $0.combines) = (size, combines) } }
    }
  }

  /// Whether it is the one that tries links when nobody has asked for any.
  private func isLinked(_ base: Configuration, _ full: Int) -> Bool {
    base.mode == .process && base.workers == full && base.isPlain && base.parser == (request.parsers?.first ?? .simd)
  }
}
