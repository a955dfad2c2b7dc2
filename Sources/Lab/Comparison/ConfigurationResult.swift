// What all runs of one configuration say together.

/// Samples, medians and stages of one configuration.
package struct ConfigurationResult: Codable, Equatable, Sendable {
  /// Medians over all runs, each figure by itself.
  package struct Medians: Codable, Equatable, Sendable {
    package var userSeconds: Double
    package var systemSeconds: Double
    /// Of all stages together: neither running nor ready; nil where the kernel does not keep it.
    package var offCoreSeconds: Double?
    /// Of all stages together: ready, but no core was free.
    package var readySeconds: Double?
    /// Until the first parser was ready for work.
    package var firstReadySeconds: Double?
    /// Of the runs that were looked into, as a whole.
    package var lookedIntoSeconds: Double
    /// Start and end of the program: what the pipeline was not there for.
    package var outsideSeconds: Double
    package var voluntarySwitches: Double
    package var involuntarySwitches: Double
    package var minorFaults: Double
    package var majorFaults: Double
    package var blockInputBytes: Double
    /// Read of the inputs by all stages, what was read twice counted twice.
    package var inputBytes: Double
    package var peakProportionalBytes: Double?
    package var linkBytes: Double
    package var copiedBytes: Double
    package var encodeSeconds: Double
    package var decodeSeconds: Double
  }

  package var configuration: Configuration
  /// As the table says: `thread x2`.
  package var name: String
  /// The timed runs, in the order in which they ran.
  package var samples: [RunFigures]
  /// The runs that were looked into.
  package var insights: [RunInsight]
  /// Seconds from start to end.
  package var wall: MedianEstimate
  package var medians: Medians
  /// Means over all runs that were looked into, in the order of the pipeline.
  package var stages: [StageShares]
  /// Input bytes in a second, by the median.
  package var bytesPerSecond: Double
  /// Against serial mode with the same parser in the same regime; nil where that was not measured.
  package var speedUp: Double?
  /// Speed-up for each parser.
  package var efficiency: Double?
  /// How many samples are outliers.
  package var outliers: Int
  /// A Chrome trace of one more run, where one was made.
  package var tracePath: String?

  /// nil of no samples.
  ///
  /// - Parameter inputBytes: of all inputs.
  package init?(_ configuration: Configuration, samples: [RunFigures], insights: [RunInsight], inputBytes: Int) {
    guard let wall = MedianEstimate(samples.map(\.wallSeconds)) else { return nil }
    self.configuration = configuration
    self.samples = samples
    self.insights = insights
    self.wall = wall
    name = configuration.name
    func median(_ path: KeyPath<RunFigures, UInt64>) -> Double {
      MedianEstimate.median(samples.map { Double($0[keyPath: path]) })
    }
    func inside(_ path: KeyPath<RunInsight, UInt64>) -> Double {
      MedianEstimate.median(insights.map { Double($0[keyPath: path]) })
    }
    func known(_ path: KeyPath<RunInsight, UInt64?>) -> Double? {
      let some = insights.compactMap { $0[keyPath: path].map { Double($0) } }
      return some.isEmpty ? nil : MedianEstimate.median(some)
    }
    medians = Medians(
      userSeconds: median(\.userNanoseconds) / 1e9, systemSeconds: median(\.systemNanoseconds) / 1e9,
      offCoreSeconds: known(\.offCoreNanoseconds).map { $0 / 1e9 },
      readySeconds: known(\.readyNanoseconds).map { $0 / 1e9 },
      firstReadySeconds: known(\.firstReadyNanoseconds).map { $0 / 1e9 },
      lookedIntoSeconds: inside(\.wallNanoseconds) / 1e9,
      outsideSeconds: max(0, inside(\.wallNanoseconds) - inside(\.pipelineNanoseconds)) / 1e9,
      voluntarySwitches: median(\.voluntarySwitches), involuntarySwitches: median(\.involuntarySwitches),
      minorFaults: median(\.minorFaults), majorFaults: median(\.majorFaults),
      blockInputBytes: median(\.blockInputBytes),
      inputBytes: inside(\.inputBytes), peakProportionalBytes: known(\.peakProportionalBytes),
      linkBytes: inside(\.linkBytes), copiedBytes: inside(\.copiedBytes),
      encodeSeconds: inside(\.encodeNanoseconds) / 1e9, decodeSeconds: inside(\.decodeNanoseconds) / 1e9)
    stages = StageShares.Role.allCases.compactMap { role in
      StageShares.mean(insights.flatMap { $0.stages.filter { $0.role == role } })
    }
    bytesPerSecond = wall.median > 0 ? Double(inputBytes) / wall.median : 0
    outliers = Outliers.count(samples.map(\.wallSeconds))
  }

  /// The shares of a stage; nil where there is none of this kind.
  package func stage(_ role: StageShares.Role) -> StageShares? { stages.first { $0.role == role } }

  /// Time on processors, by the medians.
  package var processorSeconds: Double { medians.userSeconds + medians.systemSeconds }
}

extension [ConfigurationResult] {
  /// All of one regime.
  package func of(_ regime: ComparisonRegime) -> [ConfigurationResult] { filter { $0.configuration.regime == regime } }

  /// The one with exactly this configuration.
  package func first(_ configuration: Configuration) -> ConfigurationResult? {
    first { $0.configuration == configuration }
  }

  /// The same results with speed-ups against their serial runs.
  package var withSpeedUps: [ConfigurationResult] {
    map { result in
      var result = result
      let own = result.configuration
      let serial = first {
        let other = $0.configuration
        return other.mode == .serial && other.regime == own.regime && other.parser == own.parser
          && other.chunkSize == own.chunkSize
      }
      if let serial, result.wall.median > 0 {
        let speedUp = serial.wall.median / result.wall.median
        result.speedUp = speedUp
        result.efficiency = speedUp / Double(own.parsers)
      }
      return result
    }
  }
}
