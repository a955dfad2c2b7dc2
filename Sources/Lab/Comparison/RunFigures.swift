// What one run measured. The clock and the kernel look at it from outside, while it does nothing but its work; from inside it
// is looked at in runs of their own, whose reports cost time that is nobody's.

import Transport

/// One timed run.
package struct RunFigures: Codable, Equatable, Sendable {
  /// Which round it belongs to, from 1.
  package var round: Int
  /// From the moment before the program was started to the one at which it had ended and was waited for.
  package var wallNanoseconds: UInt64
  // Of the process and all its descendants, by wait4.
  package var userNanoseconds: UInt64
  package var systemNanoseconds: UInt64
  package var voluntarySwitches: UInt64
  package var involuntarySwitches: UInt64
  package var minorFaults: UInt64
  package var majorFaults: UInt64
  /// Bytes that were read from a device.
  package var blockInputBytes: UInt64

  package init(round: Int, wallNanoseconds: UInt64, usage: ResourceUsage = ResourceUsage()) {
    self.round = round
    self.wallNanoseconds = wallNanoseconds
    userNanoseconds = usage.userNanoseconds
    systemNanoseconds = usage.systemNanoseconds
    voluntarySwitches = usage.voluntarySwitches
    involuntarySwitches = usage.involuntarySwitches
    minorFaults = usage.minorFaults
    majorFaults = usage.majorFaults
    blockInputBytes = usage.blockInputBytes
  }

  package var wallSeconds: Double { Double(wallNanoseconds) / 1e9 }
  package var processorSeconds: Double { Double(userNanoseconds + systemNanoseconds) / 1e9 }
}

/// What one more run said of itself in its report.
package struct RunInsight: Codable, Equatable, Sendable {
  /// Of the whole program, which was held up by nothing but its own report.
  package var wallNanoseconds: UInt64 = 0
  /// From the first look at the inputs to the end of the last stage; start and end of the program are not in it.
  package var pipelineNanoseconds: UInt64 = 0
  /// Read of the inputs by all stages, what was read twice counted twice.
  package var inputBytes: UInt64 = 0
  /// Until the first parser was ready for work, counted from the start of the pipeline.
  package var firstReadyNanoseconds: UInt64?
  /// Of all stages together: neither running nor ready.
  package var offCoreNanoseconds: UInt64?
  /// Of all stages together: ready, but no core was free.
  package var readyNanoseconds: UInt64?
  /// The largest sum of proportional set sizes over all processes.
  package var peakProportionalBytes: UInt64?
  /// Bytes that crossed links between processes.
  package var linkBytes: UInt64 = 0
  package var copiedBytes: UInt64 = 0
  package var encodeNanoseconds: UInt64 = 0
  package var decodeNanoseconds: UInt64 = 0
  package var stages: [StageShares] = []

  package init() {}
}
