// A worker that never gives memory back: what grows, and what helps.

import CLinux
import Report
import Transport

/// Four workers that answer requests, the third of which leaks with each.
struct LeakExperiment: Experiment {
  let name = "leak"
  let question = "What grows when one of four workers leaks memory, and what helps?"
  let claim = "article: a leak of one thread is the whole process's; a process that leaks can be replaced"
  let method = """
    Four workers answer 400 requests each, and the third keeps 256 KiB with each of them (26 KiB in a quick run). \
    As threads they are a program of their own; when all have answered, the leaking thread has been joined and the program's \
    resident memory is looked at once more. As processes, whoever has grown by 16 MiB (2 MiB in a quick run) leaves between \
    two requests and is started again. All answers are checked. Memory is what the kernel counts as resident (VmRSS) when \
    the leaking worker has answered: first is that of its first request.
    """
  let unit = "MiB"
  let threats = [
    "Memory that was given back to the allocator is not always given back to the system; this leak gives nothing back.",
    "A worker that is replaced loses what it has kept on purpose, too.",
  ]

  static let workers = 4
  static let leaking = 2
  private static let requests = 400

  /// What memory did while a leaking worker answered.
  struct Growth: Equatable, Sendable {
    /// Resident bytes of the leaking worker's process after each of its requests.
    var sizes: [UInt64]
    /// Of the threads' program, after all workers had ended; nil for processes.
    var afterwards: UInt64?
    /// How often the worker was replaced.
    var replaced = 0
    /// The most that another worker's process had; nil for threads, which have none of their own.
    var others: UInt64?

    var first: UInt64 { sizes.first ?? 0 }
    var peak: UInt64 { sizes.max() ?? 0 }
    var last: UInt64 { sizes.last ?? 0 }
  }

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let leak = bench.choose(quick: 26 << 10, full: 256 << 10)
    let bound = bench.choose(quick: 2 << 20, full: 16 << 20)
    let threads = try growThreads(leak, on: bench)
    let processes = try growProcesses(leak, bound, on: bench)
    return Self.result(threads, processes, leaked: leak * Self.requests, bound: bound)
  }

  static func result(_ threads: Growth, _ processes: Growth, leaked: Int, bound: Int) -> ExperimentResult {
    let size = { (bytes: UInt64) in NumberText.bytes(Int(bytes)) }
    let afterwards = threads.afterwards ?? 0
    let grown = threads.peak - min(threads.peak, threads.first)
    let kept = afterwards > threads.first + UInt64(leaked) / 2
    let isBounded = processes.peak < processes.first + UInt64(2 * bound)
    var result = ExperimentResult(findings: [
      Finding(
        claim: "a thread's leak is the whole process's",
        measured: "\(size(threads.first)) grew to \(size(threads.peak)), for \(size(UInt64(leaked))) leaked",
        grown > UInt64(leaked) * 3 / 4 ? .holds : .doesNotHold),
      Finding(
        claim: "ending the thread gives nothing back",
        measured: "\(size(afterwards)) after all threads had been joined", kept ? .holds : .doesNotHold),
      Finding(
        claim: "a process that leaks can be replaced",
        measured: "\(processes.replaced) times at \(size(UInt64(bound))) more; it had \(size(processes.peak)) at most, "
          + "the other workers \(size(processes.others ?? 0)); all \(workers * requests) answers right",
        isBounded && processes.replaced > 0 ? .holds : .doesNotHold),
    ])
    let columns = ["first", "most", "last"].map { TableColumn("\($0) MiB", isNumeric: true) }
    result.tables = [
      LabTable(
        title: "Resident memory of the process with the leaking worker",
        columns: [TableColumn("workers")] + columns + [TableColumn("replaced", isNumeric: true)],
        rows: [("threads", threads), ("processes", processes)].map { who, growth in
          [who] + [growth.first, growth.peak, growth.last].map { NumberText.threeDigits(Double($0) / 1_048_576) } + [
            "\(growth.replaced)"
          ]
        })
    ]
    result.series = [
      LabSeries(
        title: "Resident memory of the process with the leaking worker", xTitle: "requests answered by it",
        yTitle: "MiB",
        lines: [("threads", threads), ("processes", processes)].map { who, growth in
          let points = growth.sizes.enumerated().map { (Double($0.offset + 1), Double($0.element) / 1_048_576) }
          return .init(name: who, points: points)
        })
    ]
    result.observations = [
      FailureObservation(
        .leak,
        threads: "the process of all grew from \(size(threads.first)) to \(size(threads.peak)), and stayed there",
        processes: "one process grew to \(size(processes.peak)) at most and was replaced \(processes.replaced) times; "
          + "the others kept \(size(processes.others ?? 0))")
    ]
    return result
  }

  // MARK: The experiment's side

  private func growThreads(_ leak: Int, on bench: Bench) throws(LabFailure) -> Growth {
    var book = AnswerBook(workers: Self.workers, requests: Self.requests)
    var growth = Growth(sizes: [])
    for line in try bench.run(self, "threads", ["\(leak)"]) {
      if let afterwards = UInt64(line) {
        growth.afterwards = afterwards
      } else {
        let answer = try book.enter(line)
        if answer.worker == Self.leaking { growth.sizes.append(answer.residentBytes) }
      }
    }
    try book.requireComplete()
    guard growth.afterwards != nil else {
      throw LabFailure("the program of threads did not say what it had in the end")
    }
    return growth
  }

  private func growProcesses(_ leak: Int, _ bound: Int, on bench: Bench) throws(LabFailure) -> Growth {
    var book = AnswerBook(workers: Self.workers, requests: Self.requests)
    var growth = Growth(sizes: [])
    var others: UInt64 = 0
    func start(_ worker: Int) throws(LabFailure) -> PartRun {
      let leak = worker == Self.leaking ? leak : 0
      return try bench.start(self, "worker", ["\(worker)", "\(leak)", "\(bound)", "\(book.next(of: worker))"])
    }
    var runs: [PartRun] = []
    for worker in 0..<Self.workers { runs.append(try start(worker)) }
    for worker in 0..<Self.workers {
      while true {
        let end = try runs[worker].finish()
        guard end.status == .exited(code: 0) else { throw LabFailure("\(runs[worker].name) ended with \(end.status)") }
        // One that does nothing would be started again for ever.
        guard !end.lines.isEmpty else { throw LabFailure("\(runs[worker].name) answered nothing") }
        for line in end.lines {
          let size = try book.enter(line).residentBytes
          if worker == Self.leaking { growth.sizes.append(size) } else { others = max(others, size) }
        }
        if book.next(of: worker) == Self.requests { break }
        growth.replaced += 1
        runs[worker] = try start(worker)
      }
    }
    try book.requireComplete()
    growth.others = others
    return growth
  }

  // MARK: The parts' side

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    if part.name == "worker" {
      try answer(
        part, worker: try part.number(0), leak: try part.number(1), bound: UInt64(try part.number(2)),
        from: try part.number(3))
      return 0
    }
    let leak = try part.number(0)
    let failures = Monitor<[LabFailure]>([])
    let threads = try LabThreads.start(Self.workers) { worker in
      do throws(LabFailure) {
        try answer(part, worker: worker, leak: worker == Self.leaking ? leak : 0, bound: nil, from: 0)
      } catch {
        failures.withLock { $0.append(error) }
      }
    }
    threads.join()
    if let failure = failures.withLock({ $0.first }) { throw failure }
    try part.say("\(try Self.residentBytes())")
    return 0
  }

  /// Answers requests, and keeps so much memory with each, until all are answered or this process has grown too much.
  private func answer(
    _ part: LabPart, worker: Int, leak: Int, bound: UInt64?, from first: Int
  ) throws(LabFailure) {
    let start = try Self.residentBytes()
    for request in first..<Self.requests {
      if leak > 0 {
        // Never given back: that is what this is about. Every page is touched, for only those count.
        let kept = UnsafeMutableRawPointer.allocate(byteCount: leak, alignment: 16)
        kept.initializeMemory(as: UInt8.self, repeating: 1, count: leak)
      }
      let size = try Self.residentBytes()
      let number = AnswerBook.number(worker: worker, request: request)
      try part.say("\(worker) \(request) \(clinux_answer(number)) \(size)")
      if let bound, size > start + bound { return }
    }
  }

  private static func residentBytes() throws(LabFailure) -> UInt64 {
    guard let size = ProcessFacts.read(ProcessSelf.pid).residentBytes else {
      throw LabFailure("the kernel does not say how much memory this process has", remedy: "mount /proc")
    }
    return size
  }
}
