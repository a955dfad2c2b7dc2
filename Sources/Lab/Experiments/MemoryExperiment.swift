// What workers that do nothing take of the memory: threads share all of it, processes share what they only read.

import Glibc
import Report
import Transport

/// Idle threads against idle processes.
struct MemoryExperiment: Experiment {
  let name = "memory"
  let question = "How much memory does a worker take that does nothing, as a thread and as a process?"
  let claim = "article: threads share the memory of their process; every process has its own, so many of them take much"
  let method = """
    N threads in a part of their own, or N parts, all idle. Resident and proportional size (shared pages divided among those \
    who share them) as the kernel adds them up: of the part with its threads less the same part before it had any; of N + 1 \
    parts less the first before there were others; divided by N.
    """
  let unit = "KiB a worker"
  let threats = [
    "These processes are the same program, started anew: its code is shared, what its runtime sets up is not.",
    "Kernel memory is in neither figure: its stack of 16 KiB a thread or process, page tables of each process.",
    "A thread has 8 MiB of addresses for its stack, of which only what is touched becomes resident.",
    "Workers that work touch memory of their own: then threads and processes come closer.",
  ]

  /// Sizes in bytes.
  private struct Sizes {
    var resident: Double
    var proportional: Double

    static func - (left: Sizes, right: Sizes) -> Sizes {
      Sizes(resident: left.resident - right.resident, proportional: left.proportional - right.proportional)
    }
  }

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let counts = bench.choose(quick: [8, 32], full: [8, 64, 256])
    let variants = counts.flatMap { count in [true, false].map { (isThreads: $0, count: count) } }
    let names = variants.map { "\($0.count) \($0.isThreads ? "threads" : "processes")" }
    var (resident, proportional) = (Trials(names), Trials(names))
    for _ in 0..<bench.choose(quick: Bounds.leastSamples, full: 5) {
      for index in variants.indices.shuffled() {
        let count = variants[index].count
        let sizes = variants[index].isThreads ? try ofThreads(count, on: bench) : try ofProcesses(count, on: bench)
        resident.note(index, sizes.resident / Double(count))
        proportional.note(index, sizes.proportional / Double(count))
      }
    }
    let most = variants.indices.filter { variants[$0].count == counts[counts.count - 1] }
    let (thread, process) = (most[0], most[1])
    let ratio = proportional.ratio(process, to: thread)
    let own = proportional.median(process) / resident.median(process)
    func each(_ index: Int) -> String {
      "\(NumberText.threeDigits(proportional.median(index) / 1024)) KiB proportional, "
        + "\(NumberText.threeDigits(resident.median(index) / 1024)) KiB resident"
    }

    var result = ExperimentResult(findings: [
      Finding(
        claim: "a process takes more memory than a thread",
        measured: "of \(counts[counts.count - 1]) idle workers each: thread \(each(thread)); process \(each(process)): "
          + "\(NumberText.threeDigits(ratio)) times as much, proportionally",
        .of(proportional.bounds(process, to: thread), in: 1.5...(.infinity))),
      Finding(
        claim: "what a process has, it has for itself",
        measured: "\(PercentText.of(own)) of what is resident in one of \(variants[process].count) processes, "
          + "the rest is shared",
        .of(proportional.bounds(process) / resident.bounds(process), holds: 0.8, fails: 0.2)),
    ])
    var table = LabTable(
      title: "Idle workers, KiB each",
      columns: [TableColumn("workers", isNumeric: true), TableColumn("are")] + Trials.columns("proportional")
        + [TableColumn("resident", isNumeric: true)])
    for index in variants.indices {
      table.rows.append(
        ["\(variants[index].count)", variants[index].isThreads ? "threads" : "processes"]
          + proportional.cells(index, scale: 1.0 / 1024) + [NumberText.threeDigits(resident.median(index) / 1024)])
    }
    result.tables = [table]
    result.series = [
      LabSeries(
        title: "Memory of idle workers", xTitle: "workers", yTitle: "proportional, MiB",
        lines: [true, false].map { isThreads in
          .init(
            name: isThreads ? "threads" : "processes",
            points: variants.indices.filter { variants[$0].isThreads == isThreads }.map {
              (x: Double(variants[$0].count), y: proportional.median($0) * Double(variants[$0].count) / 1_048_576)
            })
        })
    ]
    result.samples =
      proportional.raw("B a worker", of: "proportional") + resident.raw("B a worker", of: "resident")
    return result
  }

  /// What a part has more with so many threads than without.
  private func ofThreads(_ count: Int, on bench: Bench) throws(LabFailure) -> Sizes {
    let go: (read: Descriptor, write: Descriptor)
    do throws(TransportError) { go = try Descriptor.pipe() } catch { throw LabFailure(error.description) }
    let run = try bench.start(
      self, "threads", ["\(count)"], descriptors: [.init(source: go.read.number, target: 4)])
    go.read.close()
    try Self.expect("alone", of: run)
    let alone = try Self.sizes(of: [run])
    go.write.close()
    try Self.expect("ready", of: run)
    let all = try Self.sizes(of: [run])
    _ = try run.end(by: SIGKILL)
    return all - alone
  }

  /// What so many parts and one more have more than one.
  private func ofProcesses(_ count: Int, on bench: Bench) throws(LabFailure) -> Sizes {
    var runs = [try bench.start(self, "idle")]
    try Self.expect("ready", of: runs[0])
    let alone = try Self.sizes(of: runs)
    for _ in 0..<count { runs.append(try bench.start(self, "idle")) }
    for run in runs[1...] { try Self.expect("ready", of: run) }
    let all = try Self.sizes(of: runs)
    for run in runs { _ = try run.end(by: SIGKILL) }
    return all - alone
  }

  private static func expect(_ word: String, of run: PartRun) throws(LabFailure) {
    guard try run.line() == word else { throw LabFailure("\(run.name) is not \(word)") }
  }

  private static func sizes(of runs: [PartRun]) throws(LabFailure) -> Sizes {
    var sizes = Sizes(resident: 0, proportional: 0)
    for run in runs {
      let facts = ProcessFacts.read(run.child.pid)
      guard let resident = facts.residentBytes, let proportional = facts.proportionalBytes else {
        throw LabFailure(
          "the kernel does not say how much memory \(run.name) has", remedy: "it takes /proc/PID/smaps_rollup")
      }
      sizes.resident += Double(resident)
      sizes.proportional += Double(proportional)
    }
    return sizes
  }

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    guard part.name == "threads" else {
      try part.say("ready")
      // Until it is killed.
      while true { pause() }
    }
    let count = try part.number(0)
    // The code that makes threads is there before anything is measured.
    try LabThreads.start(1) { _ in }.join()
    try part.say("alone")
    var byte: UInt8 = 0
    while read(4, &byte, 1) < 0, errno == EINTR {}
    let gate = Monitor(0)
    let threads = try LabThreads.start(count) { _ in
      gate.change { $0 += 1 }
      while true { pause() }
    }
    _ = gate.wait { $0 == count ? true : nil }
    try part.say("ready")
    threads.join()
    return 0
  }
}
