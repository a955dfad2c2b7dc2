// What a comparison keeps of a run's report.

import Lab

extension RunInsight {
  /// - Parameter wallNanoseconds: of the program that wrote the report.
  init(_ report: RunReport, wallNanoseconds: UInt64) {
    self.init()
    self.wallNanoseconds = wallNanoseconds
    pipelineNanoseconds = report.wallNanoseconds
    inputBytes = report.inputBytes
    firstReadyNanoseconds = report.firstReadyNanoseconds
    peakProportionalBytes = report.memory.peakProportionalBytes
    let known = report.stages.allSatisfy { $0.offCoreNanoseconds != nil }
    offCoreNanoseconds = known ? report.stages.reduce(0) { $0 + ($1.offCoreNanoseconds ?? 0) } : nil
    readyNanoseconds = known ? report.stages.reduce(0) { $0 + ($1.readyNanoseconds ?? 0) } : nil
    let links = report.stages.flatMap(\.links)
    // Both ends of a link tell of its bytes; of the last one only the sender does.
    linkBytes = links.filter { $0.name.hasSuffix("sending") }.reduce(0) { $0 + $1.bytes }
    copiedBytes = links.reduce(0) { $0 + $1.copiedBytes }
    encodeNanoseconds = links.reduce(0) { $0 + $1.encodeNanoseconds }
    decodeNanoseconds = links.reduce(0) { $0 + $1.decodeNanoseconds }
    stages = StageShares.byRole(report.stages.compactMap(StageTimes.init))
  }
}

extension StageTimes {
  /// nil for a stage of another kind.
  init?(_ figures: RunReport.StageFigures) {
    let role: StageShares.Role
    switch figures.name {
    case "serial": role = .serial
    case "pipe:reader": role = .reader
    case "pipe:aggregator": role = .aggregator
    case let name where name.hasPrefix("pipe:parser"): role = .parsers
    default: return nil
    }
    self.init(
      role: role, wall: figures.wallNanoseconds, running: figures.runningNanoseconds, ready: figures.readyNanoseconds,
      processor: figures.userNanoseconds + figures.systemNanoseconds, waitedForInput: figures.idleNanoseconds,
      waitedForOutput: figures.blockedNanoseconds, source: figures.sourceNanoseconds)
  }
}
