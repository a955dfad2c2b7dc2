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
    /// Start and end of the program: what the pipeline was not there for.
    package var outsideSeconds: Double
    package var voluntarySwitches: Double
    package var involuntarySwitches: Double
    package var minorFaults: Double
    package var majorFaults: Double
    package var blockInputBytes: Double
    package var peakProportionalBytes: Double?
    package var linkBytes: Double
    package var copiedBytes: Double
    package var encodeSeconds: Double
    package var decodeSeconds: Double
  }

  package var configuration: Configuration
  /// As the table says: `thread x2`.
  package var name: String
  /// In the order in which they ran.
  package var samples: [RunFigures]
  /// Seconds from start to end.
  package var wall: MedianEstimate
  package var medians: Medians
  /// Means over all runs, in the order of the pipeline.
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
  package init?(_ configuration: Configuration, samples: [RunFigures], inputBytes: Int) {
    guard let wall = MedianEstimate(samples.map(\.wallSeconds)) else { return nil }
    self.configuration = configuration
    self.samples = samples
    self.wall = wall
    name = configuration.name
    func median(_ value: (RunFigures) -> Double) -> Double { MedianEstimate.median(samples.map(value)) }
    func known(_ value: (RunFigures) -> UInt64?) -> Double? {
      let some = samples.compactMap(value)
      return some.isEmpty ? nil : MedianEstimate.median(some.map { Double($0) })
    }
    medians = Medians(
      userSeconds: median { Double($0.userNanoseconds) / 1e9 },
      systemSeconds: median { Double($0.systemNanoseconds) / 1e9 },
      offCoreSeconds: known(\.offCoreNanoseconds).map { $0 / 1e9 },
      readySeconds: known(\.readyNanoseconds).map { $0 / 1e9 },
      firstReadySeconds: known(\.firstReadyNanoseconds).map { $0 / 1e9 },
      outsideSeconds: median { $0.wallSeconds - min($0.wallSeconds, Double($0.pipelineNanoseconds) / 1e9) },
      voluntarySwitches: median { Double($0.voluntarySwitches) },
      involuntarySwitches: median { Double($0.involuntarySwitches) }, minorFaults: median { Double($0.minorFaults) },
      majorFaults: median { Double($0.majorFaults) }, blockInputBytes: median { Double($0.blockInputBytes) },
      peakProportionalBytes: known(\.peakProportionalBytes), linkBytes: median { Double($0.linkBytes) },
      copiedBytes: median { Double($0.copiedBytes) }, encodeSeconds: median { Double($0.encodeNanoseconds) / 1e9 },
      decodeSeconds: median { Double($0.decodeNanoseconds) / 1e9 })
    stages = StageShares.Role.allCases.compactMap { role in
      StageShares.mean(samples.flatMap { $0.stages.filter { $0.role == role } })
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
