// Runs one configuration after another as `pipe run` would be run from a shell, measures each from outside, and sees to it
// that all give the same bytes.

import Execution
import Foundation
import Lab
import Transport

/// The runs of one comparison, and the folder in which they leave what they write.
final class ComparisonRunner: Sendable {
  /// Under way at this moment, and what becomes of it when the program is to end.
  private struct State: Sendable {
    var child: MeasuredChild?
    var isOver = false
  }

  /// Time for a run to end when the program is to end.
  private static let grace: UInt64 = 700_000_000
  private static let executable = "/proc/self/exe"

  private let plan: ComparisonPlan
  private let folder: String
  private let state = Monitor(State())
  private let check = Monitor(OutputCheck())
  private let facts: [InputFacts]
  /// Whether the inputs are known to be in the page cache.
  private let isLoaded = Monitor(false)
  /// Processor time of all runs so far, in nanoseconds.
  private let used = Monitor<UInt64>(0)
  private let rejected = Monitor(false)
  private let records = Monitor<Int?>(nil)

  /// - Parameter facts: about the inputs as they were opened; a comparison of files that change says nothing.
  init(_ plan: ComparisonPlan, facts: [InputFacts]) throws(RunFailure) {
    self.plan = plan
    self.facts = facts
    let parent = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array("\(parent)/pipe-compare-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw RunFailure(
        .output, "\(parent): no folder can be made for what runs write: \(TransportError.reason(of: errno))",
        remedy: "set TMPDIR to a folder that can be written to")
    }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether runs ended with rejected records.
  var hasRejects: Bool { rejected.withLock { $0 } }

  /// Processor time of all runs so far, in seconds.
  var processorSeconds: Double { Double(used.withLock { $0 }) / 1e9 }

  /// Records of the inputs, by the first report.
  var recordCount: Int? { records.withLock { $0 } }

  /// Runs a configuration as a user would, and times it.
  func time(_ configuration: Configuration, round: Int) throws(ComparisonFailure) -> RunFigures {
    // One that the pipeline file wants is not to be found where it says.
    let measured = try run(configuration, plan.hasReport ? ["--report", "/dev/null"] : [])
    return RunFigures(round: round, wallNanoseconds: measured.wallNanoseconds, usage: measured.report.usage)
  }

  /// Runs a configuration and has it say what went on inside.
  func lookInto(_ configuration: Configuration) throws(ComparisonFailure) -> RunInsight {
    let measured = try run(configuration, ["--report", reportPath])
    let report = try ComparisonFailure.own { () throws(RunFailure) in try readReport() }
    records.withLock { $0 = $0 ?? report.books?.recordsRead }
    return RunInsight(report, wallNanoseconds: measured.wallNanoseconds)
  }

  /// Runs a configuration to its end, and compares what it wrote.
  ///
  /// - Parameter more: options that this run is given besides.
  func run(_ configuration: Configuration, _ more: [String]) throws(ComparisonFailure) -> MeasuredChild.Measurement {
    try ComparisonFailure.own { () throws(RunFailure) in try prepare(configuration.regime) }
    let measured = try measure(configuration, more)
    let usage = measured.report.usage
    used.withLock { $0 += usage.userNanoseconds + usage.systemNanoseconds }
    try ComparisonFailure.own { () throws(RunFailure) in
      // Whatever is amiss with the outputs then, it is not the program.
      try checkInputs()
      try compare(configuration)
    }
    return measured
  }

  /// Runs a configuration once more with a trace, for a timeline.
  func trace(_ configuration: Configuration) throws(ComparisonFailure) -> TracedRun {
    let path = "\(folder)/trace.json"
    defer { unlink(path) }
    _ = try run(configuration, (plan.hasReport ? ["--report", "/dev/null"] : []) + ["--trace", path])
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw .own(RunFailure(.books, "a run wrote no trace"))
    }
    do {
      return TracedRun(configuration: configuration, lanes: try TraceFile(bytes).lanes)
    } catch {
      throw .own(RunFailure(.books, "the trace of a run cannot be read: \(error)"))
    }
  }

  /// Ends what is under way and removes what runs have left. Nothing runs after it.
  func end() {
    let child = state.withLock { state in
      state.isOver = true
      return state.child
    }
    child?.end(within: Self.grace)
    try? FileManager.default.removeItem(atPath: folder)
  }

  // MARK: - Before a run

  private func checkInputs() throws(RunFailure) {
    for (path, facts) in zip(plan.inputs, facts) {
      let now = try InputFile.open(path).facts
      guard now.size == facts.size, now.modified == facts.modified, now.inode == facts.inode else {
        throw RunFailure(
          .transfer, "\(path): changed during the comparison", remedy: "run again when nothing writes to the file")
      }
    }
  }

  private func prepare(_ regime: ComparisonRegime) throws(RunFailure) {
    try checkInputs()
    do throws(TransportError) {
      if regime.kind == .cold {
        try PageCache.drop(plan.inputs)
        isLoaded.withLock { $0 = false }
      } else if !isLoaded.withLock({ $0 }) {
        try PageCache.load(plan.inputs)
        isLoaded.withLock { $0 = true }
      }
    } catch {
      throw RunFailure(.transfer, error.description)
    }
  }

  // MARK: - The run

  private var outputPath: String { "\(folder)/result" }
  private var reportPath: String { "\(folder)/report.json" }
  private var rejectsPath: String { "\(folder)/rejects" }

  private func measure(
    _ configuration: Configuration, _ more: [String]
  ) throws(ComparisonFailure) -> MeasuredChild.Measurement {
    let isConsumed = configuration.regime.kind == .consumer
    var arguments = ["pipe", "run"] + plan.options(of: configuration) + more
    arguments += ["--output", isConsumed ? "-" : outputPath]
    arguments += plan.setsRejectsAside ? ["--rejects", rejectsPath] : []
    arguments += ["--quiet", "--progress", "never", "--"] + plan.inputs
    let measured: MeasuredChild.Measurement
    let errors: Descriptor
    do throws(TransportError) {
      errors = try UnnamedFile.make(in: folder)
      measured = try start(arguments, errors, consuming: isConsumed ? configuration.regime.amount : nil)
    } catch {
      throw .own(RunFailure(.system, "\(configuration.fullName) could not be run: \(error.description)"))
    }
    try judge(measured.report.status, of: configuration, errors)
    return measured
  }

  /// - Parameter rate: at which the output is taken, in bytes a second; nil where it goes to a file by itself.
  private func start(
    _ arguments: [String], _ errors: Descriptor, consuming rate: Double?
  ) throws(TransportError) -> MeasuredChild.Measurement {
    let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    guard let rate else {
      return try wait(
        MeasuredChild(
          executable: Self.executable, arguments: arguments, environment: environment, output: nil, errors: errors))
    }
    let pipe = try Descriptor.pipe()
    let file = try Descriptor.create(outputPath)
    let child = try MeasuredChild(
      executable: Self.executable, arguments: arguments, environment: environment, output: pipe.write, errors: errors)
    pipe.write.close()
    let reader = try PacedReader(from: pipe.read, to: file, bytesPerSecond: rate)
    let measured = try wait(child)
    try reader.finish()
    return measured
  }

  private func wait(_ child: MeasuredChild) throws(TransportError) -> MeasuredChild.Measurement {
    let isOver = state.withLock { state in
      state.child = child
      return state.isOver
    }
    if isOver { child.end(within: Self.grace) }
    defer { state.withLock { $0.child = nil } }
    return try child.wait()
  }

  private func judge(
    _ status: ExitReport.Status, of configuration: Configuration, _ errors: Descriptor
  ) throws(ComparisonFailure) {
    // Whoever ends this program ends the run first; then there is nothing to be said about that.
    if state.withLock({ $0.isOver }) { Self.waitForTheEnd() }
    if case .exited(let code) = status, let known = ExitStatus(rawValue: code), known == .complete || known == .rejects
    {
      if known == .rejects { rejected.withLock { $0 = true } }
      return
    }
    var kind = ExitStatus.worker
    if case .exited(let code) = status { kind = ExitStatus(rawValue: code) ?? .worker }
    // Ctrl-C goes to the run as well, and may have reached it first.
    if case .signalled(let signal, _) = status, SignalWatch.endingSignals.contains(signal) {
      usleep(UInt32(Self.grace / 1000))
      if state.withLock({ $0.isOver }) { Self.waitForTheEnd() }
    }
    // What a run says of inputs that are not what they were is not about the comparison's.
    try ComparisonFailure.own { () throws(RunFailure) in try checkInputs() }
    throw .run(
      said: Self.text(of: errors), summary: "the comparison ended with \(configuration.fullName): \(status)",
      status: kind)
  }

  private static func waitForTheEnd() -> Never {
    while true { sleep(3600) }
  }

  private static func text(of file: Descriptor) -> String {
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = pread(file.number, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  // MARK: - After a run

  /// Compares what a run wrote with what the first one wrote.
  private func compare(_ configuration: Configuration) throws(RunFailure) {
    var paths = [outputPath]
    if plan.setsRejectsAside { paths += [rejectsPath, rejectsPath + ".reasons.csv"] }
    for (path, what) in zip(paths, ["result", "rejects", "reasons of rejects"]) {
      let difference: OutputCheck.Difference?
      do throws(TransportError) {
        difference = try check.withLock { (check) throws(TransportError) in
          try check.take(path, as: what, of: configuration.fullName)
        }
      } catch {
        throw RunFailure(.transfer, "what \(configuration.fullName) wrote cannot be read: \(error.description)")
      }
      guard let difference else { continue }
      throw RunFailure(
        .books, difference.description,
        remedy: "this must never happen: report it with the input and both configurations")
    }
  }

  private func readReport() throws(RunFailure) -> RunReport {
    defer { unlink(reportPath) }
    guard let data = FileManager.default.contents(atPath: reportPath) else {
      throw RunFailure(.books, "a run wrote no report")
    }
    do {
      return try RunReport.read(Array(data))
    } catch {
      throw RunFailure(.books, "the report of a run cannot be read: \(error)")
    }
  }
}
