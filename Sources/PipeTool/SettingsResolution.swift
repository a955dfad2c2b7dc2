// From options as typed, over what a pipeline file says, to how a run is carried out: mode, workers, links, memory, faults.
// What does not apply to the mode is refused here.

import Execution
import Glibc
import Query
import Spec
import Transport

extension RunOptions {
  func settings(over base: PipelineDefinition) throws(QuestionError) -> RunSettings {
    let mode = try option("--mode") { () throws(QuestionError) in try Self.mode(self.mode ?? base.mode ?? "thread") }
    // What the file says about another mode than the one chosen here does not apply; what is typed here must.
    let isFileMode = self.mode == nil || self.mode == base.mode
    let (workers, threads) = try parsers(mode, over: base, isFileMode: isFileMode)
    let depth = try queueDepth(mode, over: base, isFileMode: isFileMode)
    let carrier = try carrier(mode, over: base, isFileMode: isFileMode)
    let handOff = try handOff(mode, over: base, isFileMode: isFileMode)
    let policy = try sandbox(mode, over: base, isFileMode: isFileMode)
    var settings = RunSettings(
      mode: mode, workers: mode == .serial ? 1 : workers, threads: threads, queueDepth: depth, handOff: handOff,
      sandbox: policy, stallTimeout: try stallTimeout(over: base))
    if let carrier { settings.carrier = carrier }
    if noCombine {
      guard mode != .serial else {
        throw QuestionError("--no-combine does not apply to --mode serial", remedy: "a serial run sends nothing")
      }
      settings.combines = false
    }
    if let regime {
      settings.regime = try option("--regime") { () throws(QuestionError) in try RegimeText.parse(regime) }
    }
    settings.safeguards = try safeguards(mode)
    try applyMemory(to: &settings, over: base, isFileMode: isFileMode)
    settings.injections = try injections(mode, hasLimit: settings.budget != nil)
    return settings
  }

  private static func mode(_ text: String) throws(QuestionError) -> ExecutionMode {
    let name = try ChoiceText.parse(text, as: "mode", among: ExecutionMode.allCases.map(\.rawValue) + [automatic])
    // What is left open is decided before this (`permitted`).
    guard let mode = ExecutionMode(rawValue: name) else { throw QuestionError("\(name) is no mode of a run") }
    return mode
  }

  /// How many parsers there are, and in hybrid mode how many threads each has.
  private func parsers(
    _ mode: ExecutionMode, over base: PipelineDefinition, isFileMode: Bool
  ) throws(QuestionError) -> (workers: Int, threads: Int) {
    var threads = isFileMode ? base.threads : nil
    if let text = self.threads {
      threads = try option("--threads") { () throws(QuestionError) in
        try OptionRange.parse(text, in: OptionRange.workers)
      }
    }
    if threads != nil {
      guard mode == .hybrid else {
        throw QuestionError(
          "--threads does not apply to --mode \(mode.rawValue)",
          remedy: mode == .thread ? "-j is the number of parser threads" : "only --mode hybrid has threads in processes"
        )
      }
    }
    let each = threads ?? 2
    var workers = base.workers ?? AvailableCores.count
    // Two threads a process and one for each core, unless something else is asked for.
    if mode == .hybrid, self.workers == nil, base.workers == nil { workers = max(1, workers / each) }
    if let text = self.workers {
      workers = try option("--workers") { () throws(QuestionError) in
        try OptionRange.parse(text, in: OptionRange.workers)
      }
    }
    if mode == .hybrid, workers * each > OptionRange.workers.upperBound {
      throw QuestionError(
        "--workers \(workers) with \(each) threads each are more than \(OptionRange.workers.upperBound) parsers",
        remedy: "use fewer of either")
    }
    return (workers, each)
  }

  private func queueDepth(
    _ mode: ExecutionMode, over base: PipelineDefinition, isFileMode: Bool
  ) throws(QuestionError) -> Int? {
    var depth = isFileMode ? base.queueDepth : nil
    if let text = self.queueDepth {
      depth = try option("--queue-depth") { () throws(QuestionError) in
        try OptionRange.parse(text, in: OptionRange.queueDepth)
      }
    }
    if depth != nil, mode != .thread {
      throw QuestionError(
        "--queue-depth does not apply to --mode \(mode.rawValue)", remedy: "only threads are linked by queues")
    }
    return depth
  }

  private func carrier(
    _ mode: ExecutionMode, over base: PipelineDefinition, isFileMode: Bool
  ) throws(QuestionError) -> Carrier? {
    guard let text = link ?? (isFileMode ? base.link : nil) else { return nil }
    let kind: LinkKind = try option("--link") { () throws(QuestionError) in try choice(text, as: "link") }
    let isFitting = mode == .thread && kind == .queue || mode.hasProcesses && kind.carrier != nil
    guard isFitting else {
      let remedy =
        switch mode {
        case .serial: "a serial run has no links"
        case .thread: "use --link queue, which is the default"
        case .process, .hybrid: "use --link pipe, which is the default, socket or shm"
        }
      throw QuestionError("--link \(kind.rawValue) does not apply to --mode \(mode.rawValue)", remedy: remedy)
    }
    return kind.carrier
  }

  private func handOff(
    _ mode: ExecutionMode, over base: PipelineDefinition, isFileMode: Bool
  ) throws(QuestionError) -> HandOff? {
    guard let text = self.handOff ?? (isFileMode ? base.handOff : nil) else { return nil }
    let handOff: HandOff = try option("--hand-off") { () throws(QuestionError) in try choice(text, as: "hand-off") }
    guard mode.hasProcesses else {
      throw QuestionError(
        "--hand-off does not apply to --mode \(mode.rawValue)",
        remedy: "only parsers that are processes can be handed either; use --mode process")
    }
    return handOff
  }

  private func sandbox(
    _ mode: ExecutionMode, over base: PipelineDefinition, isFileMode: Bool
  ) throws(QuestionError) -> SandboxPolicy {
    // A sandbox that the file wants is not lost with a change from one kind of processes to another.
    let isFileKind = isFileMode || mode.hasProcesses
    guard let text = self.sandbox ?? (isFileKind ? base.sandbox : nil) else { return .standard }
    let policy: SandboxPolicy = try option("--sandbox") { () throws(QuestionError) in
      try choice(text, as: "sandbox")
    }
    guard mode.hasProcesses else {
      throw QuestionError(
        "--sandbox does not apply to --mode \(mode.rawValue)",
        remedy: "only processes can be sandboxed; use --mode process")
    }
    return policy
  }

  /// In nanoseconds.
  private func stallTimeout(over base: PipelineDefinition) throws(QuestionError) -> UInt64 {
    var seconds = base.stallTimeout
    if let text = self.stallTimeout {
      seconds = try option("--stall-timeout") { () throws(QuestionError) in
        try OptionRange.parse(text, in: OptionRange.stallTimeout)
      }
    }
    return seconds.map { UInt64($0) * 1_000_000_000 } ?? RunSettings.standardStallTimeout
  }

  /// Refuses what only tests may do, unless this is one.
  private func allowForTests(_ option: String) throws(QuestionError) {
    guard getenv("PIPE_ALLOW_INJECT").map({ String(cString: $0) }) == "1" else {
      throw QuestionError("\(option) is for tests", remedy: "set PIPE_ALLOW_INJECT=1 if this is one")
    }
  }

  private func safeguards(_ mode: ExecutionMode) throws(QuestionError) -> Safeguards {
    var safeguards = Safeguards.all
    if without.isEmpty { return safeguards }
    try allowForTests("--without")
    guard mode.hasProcesses else {
      throw QuestionError("--without does not apply to --mode \(mode.rawValue)", remedy: "use --mode process")
    }
    for name in without.flatMap({ $0.split(separator: ",") }) {
      guard let known = Safeguards.names.first(where: { $0.name == name }) else {
        throw QuestionError("--without: \(name) is no safeguard", remedy: "give checksums, journal or watch")
      }
      safeguards.remove(known.safeguard)
    }
    return safeguards
  }

  private func applyMemory(
    to settings: inout RunSettings, over base: PipelineDefinition, isFileMode: Bool
  ) throws(QuestionError) {
    let mode = settings.mode
    settings.maxPiecesPerWorker = isFileMode ? base.maxChunksPerWorker : nil
    if let maxChunksPerWorker {
      settings.maxPiecesPerWorker = try option("--max-chunks-per-worker") { () throws(QuestionError) in
        try OptionRange.parse(maxChunksPerWorker, in: OptionRange.maxChunksPerWorker)
      }
    }
    if settings.maxPiecesPerWorker != nil, !mode.hasProcesses {
      throw QuestionError(
        "--max-chunks-per-worker does not apply to --mode \(mode.rawValue)",
        remedy: "only processes can be replaced; use --mode process")
    }
    var limit = base.memoryLimit
    if let memoryLimit {
      limit = try option("--memory-limit") { () throws(QuestionError) in
        try ByteSize.parse(memoryLimit, in: OptionRange.memoryLimit)
      }
    }
    guard let limit else { return }
    let (workers, threads, carrier) = (settings.workers, settings.threads, settings.carrier)
    let program = MemoryBudget.measuredProgram()
    settings.budget = MemoryBudget(
      limit: limit, mode: mode, workers: workers, threads: threads, carrier: carrier, program: program)
    if settings.budget != nil { return }
    // What the program maps of itself is not the same each time: somewhat more than it takes now will do then, too.
    let minimum = MemoryBudget.minimum(mode, workers: workers, threads: threads, carrier: carrier, program: program)
    let least = minimum + minimum / 16
    let parsers = settings.parsers == 1 ? "1 parser" : "\(settings.parsers) parsers"
    let others = mode == .serial ? "" : ", use fewer workers (-j), or --mode serial"
    throw QuestionError(
      "--memory-limit \(ByteSize.text(limit)) is too little for --mode \(mode.rawValue) with \(parsers)",
      remedy: "give at least \((least + (1 << 20) - 1) >> 20)MiB\(others)")
  }

  private func injections(_ mode: ExecutionMode, hasLimit: Bool) throws(QuestionError) -> [FaultInjection] {
    if inject.isEmpty { return [] }
    try allowForTests("--inject")
    var injections: [FaultInjection] = []
    for text in inject {
      guard let injection = FaultInjection(text) else {
        throw QuestionError(
          "--inject: \(text) is no fault",
          remedy: "give \(FaultInjection.Kind.names)@STAGE, then :BYTE, :random:SEED or, for parsers, :text:WORD")
      }
      guard mode.hasProcesses || !injection.kind.isOfFrames else {
        throw QuestionError(
          "--inject \(text) does not apply to --mode \(mode.rawValue)",
          remedy: "only processes send frames; use --mode process")
      }
      if injection.kind == .oom, !hasLimit {
        throw QuestionError(
          "--inject: \(text) would take all memory of the machine", remedy: "give a --memory-limit for it to meet")
      }
      if injections.contains(where: { $0.role == injection.role }) {
        throw QuestionError("--inject: two faults for one stage", remedy: "name each stage once")
      }
      injections.append(injection)
    }
    return injections
  }
}
