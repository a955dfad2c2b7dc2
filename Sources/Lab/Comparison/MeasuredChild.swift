// Starting a program and measuring it from outside, as a shell with a stop watch would: the clock runs from the moment
// before the start to the one at which it has been waited for.

import Glibc
import Transport

/// A program that is being measured. Others may end it meanwhile (`end`), which its measurement then tells.
package final class MeasuredChild: Sendable {
  /// What came of it.
  package struct Measurement: Sendable {
    package var wallNanoseconds: UInt64
    /// How it ended, and what it and all children that it has waited for have used.
    package var report: ExitReport
  }

  private let child: ChildProcess
  private let started: UInt64

  /// Starts it.
  ///
  /// - Parameters:
  ///   - arguments: all of them, the program's name first.
  ///   - output: where its standard output goes; nil is nowhere.
  ///   - errors: where its standard error goes.
  package init(
    executable: String, arguments: [String], environment: [String], output: Descriptor?, errors: Descriptor
  ) throws(TransportError) {
    var descriptors = [Spawner.Inheritance(source: errors.number, target: 2)]
    if let output { descriptors.append(.init(source: output.number, target: 1)) }
    started = MonotonicClock.now()
    child = try Spawner.spawn(
      executable: executable, arguments: arguments, environment: environment, descriptors: descriptors)
  }

  /// Waits for its end.
  package func wait() throws(TransportError) -> Measurement {
    let report = try child.wait()
    return Measurement(wallNanoseconds: MonotonicClock.now() - started, report: report)
  }

  /// Asks it to end, and ends it if it has not done so in time. Whoever waits for it is not kept from that.
  package func end(within nanoseconds: UInt64) {
    try? child.kill(SIGTERM)
    if let ready = try? Readiness.waitReadable([child.pidfd.number], nanoseconds: nanoseconds), ready[0] { return }
    try? child.kill(SIGKILL)
    _ = try? Readiness.waitReadable([child.pidfd.number], nanoseconds: nanoseconds)
  }
}
