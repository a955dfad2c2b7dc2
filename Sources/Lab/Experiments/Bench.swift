// What experiments work with: how much time there is, the cores at hand, and parts that are started and always ended.

import Glibc
import Transport

/// The bench of one run of `pipe lab`.
package struct Bench: Sendable {
  /// Whether everything is to be shorter: waits a tenth, fewer repetitions.
  package let isQuick: Bool
  /// The cores that affinity and quota allow.
  package let cores: Int
  /// What whoever breaks the lab off has to take away: experiments make everything that has a name through this.
  package let leftovers: Leftovers

  package init(isQuick: Bool, cores: Int, leftovers: Leftovers = Leftovers()) {
    self.isQuick = isQuick
    self.cores = cores
    self.leftovers = leftovers
  }

  /// A wait that a quick run cuts to a tenth, in nanoseconds.
  package func wait(seconds: Double) -> UInt64 { UInt64(seconds * (isQuick ? 1e8 : 1e9)) }

  /// One of two values, for repetitions and sizes.
  package func choose<Value>(quick: Value, full: Value) -> Value { isQuick ? quick : full }

  /// Starts a part of an experiment as a process of its own, which ends at the latest with the thread that calls this.
  ///
  /// - Parameter descriptors: what it has besides standard error and the way back; targets from 4 on.
  package func start(
    _ experiment: some Experiment, _ part: String, _ arguments: [String] = [],
    descriptors: [Spawner.Inheritance] = []
  ) throws(LabFailure) -> PartRun {
    let run: PartRun
    do throws(TransportError) {
      let words = try Descriptor.pipe()
      let child = try Spawner.spawn(
        executable: "/proc/self/exe",
        arguments: ["pipe", LabPart.command, "\(ProcessSelf.pid)", experiment.name, part] + arguments,
        environment: ["SWIFT_BACKTRACE=enable=no"],
        descriptors: [.init(source: words.write.number, target: LabPart.wordsDescriptor)] + descriptors)
      words.write.close()
      run = PartRun(name: "\(experiment.name) \(part)", child: child, words: words.read, leftovers: leftovers)
    } catch {
      throw LabFailure("\(experiment.name): \(error.description)")
    }
    try leftovers.add(run.child)
    return run
  }

  /// Starts a part, waits for it, and gives what it said; a part that fails, or takes longer, is the experiment's failure.
  package func run(
    _ experiment: some Experiment, _ part: String, _ arguments: [String] = [],
    descriptors: [Spawner.Inheritance] = [], within seconds: Double = 60
  ) throws(LabFailure) -> [String] {
    try start(experiment, part, arguments, descriptors: descriptors).succeed(within: seconds)
  }
}

/// A part that runs. One that nobody holds any more is killed.
package final class PartRun: Sendable {
  /// How a part ended.
  package struct End: Sendable {
    package var status: ExitReport.Status
    package var usage: ResourceUsage
    /// What it said, a line each; without what `line` gave before.
    package var lines: [String]
  }

  package let name: String
  package let child: ChildProcess
  private let words: Descriptor
  private let leftovers: Leftovers
  private let heard = Monitor<[UInt8]>([])

  init(name: String, child: ChildProcess, words: Descriptor, leftovers: Leftovers) {
    self.name = name
    self.child = child
    self.words = words
    self.leftovers = leftovers
  }

  deinit {
    // It may have ended long ago; then neither does anything.
    try? child.kill(SIGKILL)
    _ = try? child.wait()
    leftovers.drop(child)
  }

  /// The next line that the part says, nil at the end of its words; throws when the time is over.
  package func line(within seconds: Double = 60) throws(LabFailure) -> String? {
    let deadline = MonotonicClock.now() + UInt64(seconds * 1e9)
    while true {
      if let line = heard.withLock(Self.takeLine) { return line }
      guard try hear(until: deadline) else { return nil }
    }
  }

  /// Waits for the end of the part, which is killed when the time is over: that is a failure.
  package func finish(within seconds: Double = 60) throws(LabFailure) -> End {
    let deadline = MonotonicClock.now() + UInt64(seconds * 1e9)
    while try hear(until: deadline) {}
    return try end(by: deadline)
  }

  /// The same for a part that has to end well: anything else is the experiment's failure. Gives what it said.
  package func succeed(within seconds: Double = 60) throws(LabFailure) -> [String] {
    let end = try finish(within: seconds)
    guard end.status == .exited(code: 0) else { throw LabFailure("\(name) ended with \(end.status)") }
    return end.lines
  }

  /// Ends the part by a signal, and waits.
  package func end(by signal: Int32) throws(LabFailure) -> End {
    do throws(TransportError) {
      try child.kill(signal)
    } catch {
      throw LabFailure("\(name): \(error.description)")
    }
    return try finish(within: 10)
  }

  private func end(by deadline: UInt64) throws(LabFailure) -> End {
    do throws(TransportError) {
      let now = MonotonicClock.now()
      let ready = try Readiness.waitReadable([child.pidfd.number], nanoseconds: deadline > now ? deadline - now : 0)
      guard ready[0] else { throw TransportError(call: "waiting", errno: ETIMEDOUT) }
      let report = try child.wait()
      let text = heard.withLock { bytes in
        defer { bytes = [] }
        return String(decoding: bytes, as: UTF8.self)
      }
      return End(
        status: report.status, usage: report.usage, lines: text.split(separator: "\n").map(String.init))
    } catch {
      throw LabFailure("\(name): \(error.description)")
    }
  }

  /// Takes in what the part has said; false at the end of its words.
  private func hear(until deadline: UInt64) throws(LabFailure) -> Bool {
    let now = MonotonicClock.now()
    var block = [UInt8](repeating: 0, count: 4096)
    do throws(TransportError) {
      let ready = try Readiness.waitReadable([words.number], nanoseconds: deadline > now ? deadline - now : 0)
      guard ready[0] else { throw TransportError(call: "waiting for its words", errno: ETIMEDOUT) }
      while true {
        let count = read(words.number, &block, block.count)
        if count > 0 {
          heard.withLock { $0 += block[..<count] }
          return true
        }
        if count == 0 { return false }
        if errno != EINTR { throw TransportError(call: "read", errno: errno) }
      }
    } catch {
      throw LabFailure("\(name): \(error.description)")
    }
  }

  private static func takeLine(_ bytes: inout [UInt8]) -> String? {
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    defer { bytes.removeSubrange(...end) }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }
}
