// What it costs to make a thread, and to make a process in each of the ways that there are.

import CLinux
import Glibc
import Report
import Transport

/// Threads and processes that do nothing, made and waited for.
struct CreateExperiment: Experiment {
  let name = "create"
  let question = "How much cheaper is it to make a thread than to make a process?"
  let claim = "article: a thread takes 0.01 to 0.1 ms, a process 1 to 10 ms: 10 to 100 times as much"
  let method = """
    From before the creation to after the end of what was created: a thread that does nothing is started and joined; a child \
    is forked, ends at once and is waited for, in parents of different resident sizes; a trivial program, and this program, \
    are started by vfork and exec or by posix_spawn, and waited for. All in C, from a process of one thread.
    """
  let unit = "us"
  let measuresTime = true
  let threats = [
    "A forked child that goes on writes to pages that it shares with its parent; copying them costs it later.",
    "What a program does before its first line (loading libraries, setting up its runtime) counts as creation here.",
    "The parent of each size is a process of its own, measured a few times in a row, and then the next.",
  ]

  /// A thing that is made.
  private struct Kind: Hashable {
    var word: String
    var title: String
    /// Bytes that are resident in the parent.
    var resident: Int
  }

  private static let trivialPrograms = ["/bin/true", "/usr/bin/true"]

  func run(on bench: Bench) throws(LabFailure) -> ExperimentResult {
    let wanted = [0, 256 << 20, 1024 << 20].map { bench.isQuick ? $0 / 4 : $0 }
    let sizes = MemoryRoom.fitting(wanted, available: MemoryRoom.available())
    let trivial = Self.trivialPrograms.first { access($0, X_OK) == 0 }
    var words = ["thread", "fork"]
    if trivial != nil { words += ["vfork", "spawn"] }
    let kinds =
      words.map { Kind(word: $0, title: Self.title(of: $0, 0), resident: 0) }
      + [Kind(word: "self", title: Self.title(of: "self", 0), resident: 0)]
      + sizes[1...].filter { $0 > 0 }.flatMap { size in
        ["thread", "fork"].map { Kind(word: $0, title: Self.title(of: $0, size), resident: size) }
      }
    var trials = Trials(kinds.map(\.title))
    let rounds = bench.choose(quick: 1, full: 7)
    for _ in 0..<rounds {
      for size in Set(kinds.map(\.resident)).shuffled() {
        let here = kinds.indices.filter { kinds[$0].resident == size }.shuffled()
        let orders = here.map { "\(kinds[$0].word):\(repetitions(kinds[$0], isQuick: bench.isQuick))" }
        let lines = try bench.run(self, "make", ["\(size)", trivial ?? "-"] + orders)
        guard lines.count == here.count else { throw LabFailure("\(name): a part said \(lines)") }
        for (index, line) in zip(here, lines) {
          for nanoseconds in line.split(separator: " ").compactMap({ Double($0) }) {
            trials.note(index, nanoseconds / 1e9)
          }
        }
      }
    }
    return result(kinds, trials, wanted: wanted, hasTrivial: trivial != nil)
  }

  private func repetitions(_ kind: Kind, isQuick: Bool) -> Int {
    if kind.word == "thread" { return isQuick ? 50 : 200 }
    if kind.resident > 0 { return isQuick ? 4 : 5 }
    return isQuick ? 8 : 20
  }

  private static func title(of word: String, _ resident: Int) -> String {
    let size = resident == 0 ? "" : ", \(NumberText.grouped(resident >> 20)) MiB resident"
    return switch word {
    case "thread": "thread" + size
    case "fork": "fork" + (resident == 0 ? ", small parent" : size)
    case "vfork": "vfork and exec of a trivial program"
    case "spawn": "posix_spawn of a trivial program"
    default: "posix_spawn of this program"
    }
  }

  private func result(_ kinds: [Kind], _ trials: Trials, wanted: [Int], hasTrivial: Bool) -> ExperimentResult {
    let thread = kinds.firstIndex { $0.word == "thread" && $0.resident == 0 } ?? 0
    let processes = kinds.indices.filter { kinds[$0].word != "thread" }
    // One of a parent of the same size.
    func peer(_ index: Int) -> Int {
      kinds.firstIndex { $0.word == "thread" && $0.resident == kinds[index].resident } ?? thread
    }
    func measured(_ indices: [Int]) -> String {
      indices.map { "\(kinds[$0].title) \(NumberText.duration(seconds: trials.median($0)))" }.joined(separator: "; ")
    }
    var result = ExperimentResult(findings: [
      Finding(
        claim: "a thread takes 0.01 to 0.1 ms",
        measured: trials.text(thread) { NumberText.duration(seconds: $0) },
        .of(trials.bounds(thread), in: 1e-5...1e-4)),
      Finding(
        claim: "a process takes 1 to 10 ms", measured: measured(processes),
        .all(processes.map { .of(trials.bounds($0), in: 1e-3...1e-2) })),
      Finding(
        claim: "a process takes 10 to 100 times as long as a thread",
        measured: processes.map {
          "\(kinds[$0].title) \(trials.timesText($0, to: peer($0)))"
        }.joined(separator: "; "), .all(processes.map { .of(trials.bounds($0, to: peer($0)), in: 10...100) })),
    ])
    var table = LabTable(
      title: "Made, ended and waited for",
      columns: [TableColumn("what")] + Trials.columns("us") + [TableColumn("times a thread there", isNumeric: true)])
    for index in kinds.indices {
      table.rows.append(
        [kinds[index].title] + trials.cells(index, scale: 1e6)
          + [NumberText.threeDigits(trials.ratio(index, to: peer(index)))])
    }
    result.tables = [table]
    result.series = [
      LabSeries(
        title: "Making a thread or a child of a larger process", xTitle: "resident, MiB", yTitle: "us",
        lines: ["thread", "fork"].map { word in
          let here = kinds.indices.filter { kinds[$0].word == word }
          return .init(
            name: word, points: here.map { (x: Double(kinds[$0].resident >> 20), y: trials.median($0) * 1e6) })
        })
    ]
    result.samples = trials.raw("s")
    let missing = wanted.filter { size in size > 0 && !kinds.contains { $0.resident == size } }
    for size in missing {
      result.notes.append("memory is short: nothing with \(NumberText.grouped(size >> 20)) MiB resident was tried")
    }
    if !hasTrivial {
      result.notes.append("there is no \(Self.trivialPrograms[0]): no trivial program was started")
    }
    return result
  }

  // What the parts do.

  func runPart(_ part: LabPart) throws(LabFailure) -> Int32 {
    if part.name == "return" { return 0 }
    let memory = try ResidentMemory(bytes: try part.number(0))
    defer { withExtendedLifetime(memory) {} }
    for order in part.arguments.dropFirst(2) {
      let words = order.split(separator: ":")
      guard words.count == 2, let count = Int(words[1]) else { throw LabFailure("what is \(order)?") }
      let samples = try Self.time(String(words[0]), count: count, trivial: part.arguments[1])
      try part.say(samples.map { "\($0)" }.joined(separator: " "))
    }
    return 0
  }

  /// Nanoseconds of each, without a first one, which warms up.
  private static func time(_ word: String, count: Int, trivial: String) throws(LabFailure) -> [UInt64] {
    var samples = [UInt64](repeating: 0, count: count + 1)
    let failed: Int32
    switch word {
    case "thread": failed = clinux_lab_time_threads(&samples, samples.count)
    case "fork": failed = clinux_lab_time_forks(&samples, samples.count)
    case "vfork": failed = clinux_lab_time_vforks(trivial, texts([trivial]), 1, &samples, samples.count)
    case "spawn": failed = clinux_lab_time_spawns(trivial, texts([trivial]), 1, &samples, samples.count)
    case "self":
      let arguments = ["pipe", LabPart.command, "\(ProcessSelf.pid)", "create", "return"]
      failed = clinux_lab_time_spawns(
        "/proc/self/exe", texts(arguments), arguments.count, &samples, samples.count)
    default: throw LabFailure("what is \(word)?")
    }
    guard failed == 0 else { throw LabFailure("\(word): \(TransportError.reason(of: failed))") }
    return Array(samples.dropFirst())
  }

  /// The texts one after another, each with a NUL behind it.
  private static func texts(_ texts: [String]) -> [CChar] {
    texts.flatMap { $0.utf8.map { CChar(bitPattern: $0) } + [0] }
  }
}
