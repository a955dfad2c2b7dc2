// A random table and a random question, asked with `--checkpoint` by runs that are killed with all their processes at
// random moments, each in another mode, until one comes to the end: it answers what a serial run does.

import Foundation

/// One checkpoint of the campaign, drawn from a seed.
struct CheckpointSchedule: Sendable {
  /// What is done to the files of the checkpoint between two runs.
  enum Mischief: CaseIterable {
    case none
    /// What was on its way to the outputs has not arrived.
    case shortOutputs
    case cutState, flippedState, flippedMarks
    /// The machine has crashed: what was not on the disk is zeros.
    case crash
  }

  private static let folderName = "kept"
  let seed: UInt64
  /// What is asked, and of what.
  private let base: NemesisSchedule

  init(seed: UInt64) {
    self.seed = seed
    base = NemesisSchedule(seed: seed)
  }

  /// What came of it.
  struct Verdict: Sendable {
    var kills = 0
    /// Kills behind which there was a checkpoint.
    var kept = 0
    /// What is wrong, or nil.
    var mistake: String?
  }

  func verdict(in scratch: URL) -> Verdict {
    var generator = SeededGenerator(seed: seed ^ 0x5eed)
    let folder = scratch.appendingPathComponent("checkpoint-\(seed)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      for (index, table) in base.tables.enumerated() {
        try Data(table.utf8).write(to: folder.appendingPathComponent("input\(index).csv"))
      }
    } catch {
      return Verdict(mistake: "the inputs cannot be written: \(error)")
    }
    let start = ContinuousClock.now
    let truth = run(["--mode", "serial"], output: "truth", folder)
    // Long enough for a run to end now and then, on whatever machine.
    let usual = (ContinuousClock.now - start) / .seconds(1)
    var verdict = Verdict()
    var story: [String] = []
    var outcome = ChildRun.Outcome(end: .hung)
    var killsLeft = Int.random(in: 2...8, using: &generator)
    while isKilled(outcome.end) {
      // The whole group of processes is killed when its time is over.
      let moment = killsLeft > 0 ? Double.random(in: 0.3..<1.8, using: &generator) * usual : 60
      let way = way(using: &generator)
      outcome = run(way + ["--checkpoint", Self.folderName], output: "kept-out", folder, timeout: moment)
      story.append("\(way.joined(separator: " ")): \(outcome.end) after at most \(moment) s")
      guard isKilled(outcome.end) else { break }
      if killsLeft == 0 { return Verdict(mistake: "schedule \(seed): hung: \(outcome.errorText.suffix(4000))") }
      killsLeft -= 1
      verdict.kills += 1
      guard FileManager.default.fileExists(atPath: path(Self.folderName + "/pipe.identity", folder)) else { continue }
      verdict.kept += 1
      let mischief = Mischief.allCases.randomElement(using: &generator) ?? .none
      story.append("then \(mischief)")
      commit(mischief, folder, using: &generator)
    }
    let mistakes = mistakes(outcome, truth, folder)
    if mistakes.isEmpty {
      try? FileManager.default.removeItem(at: folder)
    } else {
      verdict.mistake =
        "schedule \(seed), \(base.question + base.errors): "
        + (mistakes + story + ["it said: \(outcome.errorText.prefix(2000))"]).joined(separator: "\n  ")
    }
    return verdict
  }

  /// Whether a run's time was over; it may have ended by itself in the same moment.
  private func isKilled(_ end: ChildRun.End) -> Bool { end == .hung || end == .leftBehind }

  /// How one of the runs goes about it.
  private func way(using generator: inout SeededGenerator) -> [String] {
    let mode = ["serial", "thread", "process", "hybrid"].randomElement(using: &generator) ?? "serial"
    let chunk = ["97", "1KiB", "8KiB"].randomElement(using: &generator) ?? "1KiB"
    return ["--mode", mode, "-j", mode == "serial" ? "1" : "2", "--chunk-size", chunk]
  }

  private func run(
    _ way: [String], output: String, _ folder: URL, timeout: Double = 60
  ) -> ChildRun.Outcome {
    var arguments = ["run", "--quiet"] + base.question + base.errors + way + ["-o", "\(output).csv"]
    if base.errors.contains("quarantine") { arguments += ["--rejects", "\(output).rejects"] }
    arguments += base.tables.indices.map { "input\($0).csv" }
    return ChildRun(arguments: arguments, folder: folder, timeout: timeout).run()
  }

  private func mistakes(_ outcome: ChildRun.Outcome, _ truth: ChildRun.Outcome, _ folder: URL) -> [String] {
    var mistakes: [String] = []
    if outcome.end != truth.end { mistakes.append("it ended by \(outcome.end), the serial run by \(truth.end)") }
    if outcome.errors != truth.errors { mistakes.append("messages differ; the serial run said: \(truth.errorText)") }
    for suffix in [".csv", ".rejects", ".rejects.reasons.csv"] {
      let contents = ["kept-out", "truth"].map { FileManager.default.contents(atPath: path($0 + suffix, folder)) }
      if contents[0] == contents[1] { continue }
      let difference = FirstDifference(got: Array(contents[0] ?? Data()), want: Array(contents[1] ?? Data()))
      mistakes.append("\(suffix) differs: \(difference.description)")
    }
    // Who was killed as it made the folder, or took it away, leaves it empty.
    let isEmpty = names(folder.appendingPathComponent(Self.folderName)).isEmpty
    let left = names(folder).filter { $0 == Self.folderName && !isEmpty || $0.hasPrefix(".") }
    if !left.isEmpty { mistakes.append("left behind: \(left)") }
    return mistakes
  }

  // MARK: Mischief

  private func commit(_ mischief: Mischief, _ folder: URL, using generator: inout SeededGenerator) {
    let parts = names(folder).filter { $0.contains(".pipe-") }
    let state = Self.folderName + "/pipe.state." + (Bool.random(using: &generator) ? "1" : "2")
    switch mischief {
    case .none: break
    case .shortOutputs:
      for part in parts {
        change(part, folder) { $0.removeLast(Int.random(in: 0...$0.count, using: &generator)) }
      }
    case .cutState:
      change(state, folder) { $0.removeLast(Int.random(in: 0...$0.count, using: &generator)) }
    case .flippedState: flip(state, folder, using: &generator)
    case .flippedMarks: flip(Self.folderName + "/pipe.marks", folder, using: &generator)
    case .crash:
      var durable = 0
      change(Self.folderName + "/pipe.marks", folder) { durable = Marks.changeBoot(of: &$0) }
      for part in parts {
        // Only what is written without a break is known here; of rejects nothing is taken away.
        guard part.contains("kept-out.csv"), !part.contains("rejects") else { continue }
        change(part, folder) { bytes in
          for index in bytes.indices.dropFirst(durable) { bytes[index] = 0 }
        }
      }
    }
  }

  private func flip(_ name: String, _ folder: URL, using generator: inout SeededGenerator) {
    change(name, folder) { bytes in
      guard let index = bytes.indices.randomElement(using: &generator) else { return }
      bytes[index] ^= UInt8.random(in: 1...255, using: &generator)
    }
  }

  /// Changes a file in place.
  private func change(_ name: String, _ folder: URL, _ body: (inout [UInt8]) -> Void) {
    let path = path(name, folder)
    guard let data = FileManager.default.contents(atPath: path) else { return }
    var bytes = Array(data)
    body(&bytes)
    let file = open(path, O_WRONLY | O_TRUNC)
    defer { close(file) }
    _ = write(file, bytes, bytes.count)
  }

  private func path(_ name: String, _ folder: URL) -> String { folder.appendingPathComponent(name).path }

  private func names(_ folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }
}

/// The file of marks, as a test may change it: slots of 512 bytes with length, CRC, sequence, boot, three counts.
private enum Marks {
  /// Makes the marks those of another start of the machine. Gives how many bytes of the result were on the disk.
  static func changeBoot(of bytes: inout [UInt8]) -> Int {
    var newest: (sequence: UInt64, result: Int) = (0, 0)
    for slot in [0, 512] where bytes.count >= slot + 512 {
      let length = Int(integer(bytes, at: slot, 4))
      guard length > 36, length <= 504 else { continue }
      let content = slot + 8
      // One that is damaged stays so.
      guard integer(bytes, at: slot + 4, 4) == UInt64(crc(bytes[content..<content + length])) else { continue }
      // Behind the sequence and the length of the text, which has hexadecimal digits only: also after two crashes, of which
      // the second came before the run could put a mark of its own, it is no start that there ever was.
      bytes[content + 12] = UInt8(ascii: "x")
      let sum = crc(bytes[content..<content + length])
      for byte in 0..<4 { bytes[slot + 4 + byte] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * byte)) }
      let sequence = integer(bytes, at: content, 8)
      if sequence >= newest.sequence { newest = (sequence, Int(integer(bytes, at: content + length - 24, 8))) }
    }
    return newest.result
  }

  private static func integer(_ bytes: [UInt8], at offset: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }

  /// CRC-32C, bit by bit.
  private static func crc(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var sum: UInt32 = .max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = (sum >> 1) ^ (sum & 1 == 1 ? 0x82F6_3B78 : 0) }
    }
    return ~sum
  }
}
