// What a stage did with its time, and what its links carried: the figures of `--report`, and their binary form.

import CSV
import Transport

/// What crossed one end of a link.
package struct LinkReport: Equatable, Sendable {
  /// Which link, from which end: `pipe:reader -> pipe:parser/1, sending`.
  package var name: String
  package var metrics: LinkMetrics

  package init(name: String, metrics: LinkMetrics) {
    self.name = name
    self.metrics = metrics
  }
}

/// What one stage did.
package struct StageReport: Equatable, Sendable {
  package var name: String
  package var pid: Int32
  package var wallNanoseconds: UInt64 = 0
  /// Threads that do the work of the stage. Times on the clock are means of theirs, usage and bytes are sums.
  package var threads = 1
  /// Time waiting for the stage before, and for the stage behind; the rest of the wall time the stage was busy.
  package var inputNanoseconds: UInt64 = 0
  package var outputNanoseconds: UInt64 = 0
  /// Time in reading the source, be it at work or waiting: a part of the time in which the stage was busy. What a reader
  /// lets the kernel move from a file to a parser (`--hand-off bytes`) is not among it: that is time waiting for output.
  package var sourceNanoseconds: UInt64 = 0
  /// Bytes that were read of the source, those that were read again included, and those that the kernel moved.
  package var sourceBytes: UInt64 = 0
  /// CPU time, faults and context switches of the stage's thread or, in process mode, process.
  package var usage = ResourceUsage()
  /// Time running and time ready but waiting for a core.
  package var schedule: ThreadSchedule?
  /// Most resident memory of the process (VmHWM); nil for threads, which share theirs.
  package var peakBytes: UInt64?
  package var links: [LinkReport] = []
  /// What each thread did, if that was asked for.
  package var lanes: [TraceLane] = []
  /// Which layers of a sandbox hold in the process; nil where there is no sandbox.
  package var sandbox: SandboxReport?

  package init(name: String, pid: Int32) {
    self.name = name
    self.pid = pid
  }

  package var busyNanoseconds: UInt64 {
    let (waited, isTooMuch) = inputNanoseconds.addingReportingOverflow(outputNanoseconds)
    return isTooMuch ? 0 : wallNanoseconds - min(wallNanoseconds, waited)
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(name)
    writer.write(pid)
    for value in [wallNanoseconds, inputNanoseconds, outputNanoseconds, sourceNanoseconds, sourceBytes] {
      writer.write(value)
    }
    writer.write(threads)
    usage.encode(into: &writer)
    writer.write(schedule) { writer, schedule in
      writer.write(schedule.runningNanoseconds)
      writer.write(schedule.waitingNanoseconds)
    }
    writer.write(peakBytes) { $0.write($1) }
    writer.write(links) { writer, link in
      writer.write(link.name)
      link.metrics.encode(into: &writer)
    }
    writer.write(lanes) { $1.encode(into: &$0) }
    writer.write(sandbox) { $1.encode(into: &$0) }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    self.init(name: try reader.readString(), pid: try reader.read())
    wallNanoseconds = try reader.read()
    inputNanoseconds = try reader.read()
    outputNanoseconds = try reader.read()
    sourceNanoseconds = try reader.read()
    sourceBytes = try reader.read()
    threads = try reader.readInt()
    guard (1...1024).contains(threads) else { throw ByteCodingError("a report of \(threads) threads") }
    usage = try ResourceUsage(from: &reader)
    schedule = try reader.readOptional { (reader) throws(ByteCodingError) in
      ThreadSchedule(runningNanoseconds: try reader.read(), waitingNanoseconds: try reader.read())
    }
    peakBytes = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.read(UInt64.self) }
    links = try reader.readArray { (reader) throws(ByteCodingError) in
      LinkReport(name: try reader.readString(), metrics: try LinkMetrics(from: &reader))
    }
    lanes = try reader.readArray { (reader) throws(ByteCodingError) in try TraceLane(from: &reader) }
    sandbox = try reader.readOptional { (reader) throws(ByteCodingError) in try SandboxReport(from: &reader) }
  }
}

extension SandboxReport {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.write(policy.rawValue)
    writer.write(inForce) { $0.write($1.rawValue) }
    writer.write(absent) { writer, absence in
      writer.write(absence.layer.rawValue)
      writer.write(absence.reason)
    }
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteCodingError) {
    guard let policy = SandboxPolicy(rawValue: try reader.readString()) else {
      throw ByteCodingError("unknown sandbox")
    }
    self.init(policy: policy)
    inForce = try reader.readArray { (reader) throws(ByteCodingError) in try SandboxLayer(from: &reader) }
    absent = try reader.readArray { (reader) throws(ByteCodingError) in
      Absence(layer: try SandboxLayer(from: &reader), reason: try reader.readString())
    }
  }
}

extension SandboxLayer {
  fileprivate init(from reader: inout ByteReader) throws(ByteCodingError) {
    guard let layer = SandboxLayer(rawValue: try reader.readString()) else {
      throw ByteCodingError("unknown layer of a sandbox")
    }
    self = layer
  }
}

extension ResourceUsage {
  fileprivate func encode(into writer: inout ByteWriter) {
    for value in [
      userNanoseconds, systemNanoseconds, minorFaults, majorFaults, voluntarySwitches, involuntarySwitches,
      blockInputBytes,
    ] { writer.write(value) }
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteCodingError) {
    self.init()
    userNanoseconds = try reader.read()
    systemNanoseconds = try reader.read()
    minorFaults = try reader.read()
    majorFaults = try reader.read()
    voluntarySwitches = try reader.read()
    involuntarySwitches = try reader.read()
    blockInputBytes = try reader.read()
  }
}

extension LinkMetrics {
  fileprivate func encode(into writer: inout ByteWriter) {
    for value in [
      messages, frames, bytes, copiedBytes, encodeNanoseconds, decodeNanoseconds, systemCallNanoseconds,
      systemCalls, blockedNanoseconds,
    ] { writer.write(value) }
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteCodingError) {
    self.init()
    messages = try reader.read()
    frames = try reader.read()
    bytes = try reader.read()
    copiedBytes = try reader.read()
    encodeNanoseconds = try reader.read()
    decodeNanoseconds = try reader.read()
    systemCallNanoseconds = try reader.read()
    systemCalls = try reader.read()
    blockedNanoseconds = try reader.read()
  }
}
