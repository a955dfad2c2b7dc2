// One way to run a question. The answer is the same for all of them.

/// Options that must not change a byte of the answer.
struct Configuration: Hashable, Sendable {
  enum Mode: String, CaseIterable {
    case serial, thread, process, hybrid

    var hasProcesses: Bool { self == .process || self == .hybrid }
  }

  enum Parser: String, CaseIterable { case scalar, simd, libcsv }
  enum Source: String, CaseIterable { case file, stream }
  enum Depth: String, CaseIterable { case one, usual }
  enum HandOff: String, CaseIterable { case bytes, ranges }
  enum Link: String, CaseIterable { case pipe, socket, shm }

  static let workerCounts = [1, 2, 3, 8]
  static let chunkSizes = [1, 2, 3, 7, 64, 4096, 1 << 20]
  /// Smaller chunks are for inputs below `smallInput` bytes: their number is that of the bytes.
  static let smallestChunkOfAll = 64
  static let smallInput = 4096

  var mode = Mode.serial
  var workers = 1
  var parser = Parser.scalar
  /// Bytes; nil is what the pipeline file says, or the default.
  var chunkSize: Int?
  var source = Source.file
  var depth = Depth.usual
  /// Nil where it is no choice.
  var handOff: HandOff?
  /// Nil where it is no choice, or the default.
  var link: Link?

  /// The truth: everything else is compared with it.
  static let reference = Configuration()

  /// The options on the command line.
  var arguments: [String] {
    var arguments = ["--mode", mode.rawValue, "--parser", parser.rawValue, "--workers", "\(workers)"]
    if let chunkSize { arguments += ["--chunk-size", "\(chunkSize)"] }
    if depth == .one { arguments += ["--queue-depth", "1"] }
    if let handOff { arguments += ["--hand-off", handOff.rawValue] }
    if let link { arguments += ["--link", link.rawValue] }
    return arguments
  }

  /// The values of the options, for counting which ones have met.
  var values: [String] {
    [
      "mode \(mode.rawValue)", "workers \(workers)", "parser \(parser.rawValue)", "chunk size \(chunkSize ?? 0)",
      "source \(source.rawValue)", "depth \(depth.rawValue)", "hand-off \(handOff?.rawValue ?? "none")",
      "link \(link?.rawValue ?? "none")",
    ]
  }

  /// Every two values that meet here.
  var pairs: [String] {
    let values = self.values
    return values.indices.flatMap { first in values[(first + 1)...].map { "\(values[first]), \($0)" } }
  }
}

/// The configurations that an input allows.
struct ConfigurationSpace: Sendable {
  /// Bytes of the input, if it is small enough to be cut into chunks of a few bytes.
  var isSmall: Bool
  /// Whether there is one input, which can come through standard input.
  var isStreamable: Bool

  var chunkSizes: [Int] {
    Configuration.chunkSizes.filter { isSmall || $0 >= Configuration.smallestChunkOfAll }
  }
  var sources: [Configuration.Source] { isStreamable ? Configuration.Source.allCases : [.file] }

  /// Only threads are linked by queues.
  func depths(_ mode: Configuration.Mode) -> [Configuration.Depth] {
    mode == .thread ? Configuration.Depth.allCases : [.usual]
  }

  /// Only parsers that are processes can be handed one or the other.
  func handOffs(_ mode: Configuration.Mode) -> [Configuration.HandOff?] {
    mode.hasProcesses ? Configuration.HandOff.allCases : [nil]
  }

  /// Only processes are linked by one or the other.
  func links(_ mode: Configuration.Mode) -> [Configuration.Link?] {
    mode.hasProcesses ? Configuration.Link.allCases : [nil]
  }

  /// All configurations that can differ; the number of workers means nothing to a serial run. Hybrid mode and links
  /// other than pipes meet everything but every parser and every number of workers: they would be four fifths of all.
  var matrix: [Configuration] {
    configurations { $0 == .serial ? [1] : Configuration.workerCounts }.filter { configuration in
      let isPlain = configuration.mode != .hybrid && configuration.link ?? .pipe == .pipe
      return isPlain || (configuration.workers == 2 && configuration.parser == .simd)
    }
  }

  /// All configurations that the command line accepts.
  var all: [Configuration] { configurations { _ in Configuration.workerCounts } }

  private func configurations(_ workerCounts: (Configuration.Mode) -> [Int]) -> [Configuration] {
    var all: [Configuration] = []
    for mode in Configuration.Mode.allCases {
      for workers in workerCounts(mode) {
        for parser in Configuration.Parser.allCases {
          for chunkSize in chunkSizes {
            for source in sources {
              for depth in depths(mode) {
                for handOff in handOffs(mode) {
                  for link in links(mode) {
                    all.append(
                      Configuration(
                        mode: mode, workers: workers, parser: parser, chunkSize: chunkSize, source: source,
                        depth: depth, handOff: handOff, link: link))
                  }
                }
              }
            }
          }
        }
      }
    }
    return all
  }

  /// A configuration by chance. Many processes take their time to start: they come less often.
  func random(using generator: inout SeededGenerator) -> Configuration {
    var configuration = Configuration()
    configuration.mode = pick([.serial, .thread, .thread, .process, .hybrid], &generator)
    configuration.workers = pick(
      configuration.mode.hasProcesses ? [1, 2, 2, 3, 3, 8] : Configuration.workerCounts, &generator)
    configuration.parser = pick(Configuration.Parser.allCases, &generator)
    configuration.chunkSize = pick(chunkSizes, &generator)
    configuration.source = pick(sources, &generator)
    configuration.depth = pick(depths(configuration.mode), &generator)
    configuration.handOff = pick(handOffs(configuration.mode), &generator)
    configuration.link = pick(links(configuration.mode), &generator)
    return configuration
  }

  private func pick<Value>(_ values: [Value], _ generator: inout SeededGenerator) -> Value {
    values[Int.random(in: values.indices, using: &generator)]
  }
}
