// Ends the stages of a run at random moments: a run in process mode must survive that without a byte's difference.

import Foundation

/// Whom it strikes, how often and by which signals, drawn from a seed. What a blow meets depends on the machine too.
struct Nemesis: Sendable {
  /// A blow that landed.
  struct Blow: Sendable, CustomStringConvertible {
    var milliseconds: Int
    var name: String
    var signal: Int32

    var description: String { "\(name) by signal \(signal) after \(milliseconds) ms" }
  }

  /// Crashes in a run: so few that no record comes to be suspected of them, and no start to be hopeless.
  static let mostCrashes = 3

  var seed: UInt64
  /// Deaths in a run. A supervisor bears 64 in a row without progress.
  var mostDeaths: Int
  /// Microseconds between two blows, on average.
  var interval: Int
  /// Crashes are one blow in so many.
  var crashShare = 6
  var crashes = Self.mostCrashes
  /// Where it is fair: it strikes only while so many stages are there and have said who they are, so that a busy machine
  /// has the time that it needs to replace one.
  var stages = 0
  /// Whether stages are stopped, too. The watch that replaces them takes a second for each.
  var stops = false

  /// A nemesis for a run of some ten milliseconds.
  init(drawn seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    self.seed = generator.next()
    mostDeaths = [1, 2, 3, 6, 12].randomElement(using: &generator) ?? 1
    interval = [1000, 3000, 10_000].randomElement(using: &generator) ?? 1000
  }

  init(seed: UInt64, mostDeaths: Int, interval: Int, crashes: Int = Self.mostCrashes) {
    self.seed = seed
    self.mostDeaths = mostDeaths
    self.interval = interval
    self.crashes = crashes
  }

  /// Strikes the children of a process until nobody wants it any more.
  fileprivate func strike(_ parent: pid_t, while isWanted: () -> Bool) -> [Blow] {
    var generator = SeededGenerator(seed: seed)
    var blows: [Blow] = []
    // One that has ended is there until its end is taken in; no number comes back as soon as that.
    var ended: Set<pid_t> = []
    let start = ContinuousClock.now
    while blows.count < mostDeaths {
      Self.sleep(Int.random(in: 0...2 * interval, using: &generator), while: isWanted)
      if !isWanted() { break }
      let victims = Self.children(of: parent).filter { !ended.contains($0) }
      if stages > 0, victims.count(where: Self.isStage) < stages { continue }
      guard let victim = victims.randomElement(using: &generator) else { continue }
      var signal = SIGKILL
      let crashed = blows.count { $0.signal == SIGSEGV }
      if crashed < crashes, Int.random(in: 0..<crashShare, using: &generator) == 0 { signal = SIGSEGV }
      let name = Self.name(of: victim)
      // One that is stopped before it has become a program of its own holds up whoever starts it, who cannot know.
      let isProgram = Self.isStage(victim) || name == "exe"
      if stops, isProgram, Int.random(in: 0..<20, using: &generator) == 0 { signal = SIGSTOP }
      guard kill(victim, signal) == 0 else { continue }
      if signal != SIGSTOP { ended.insert(victim) }
      let passed = (ContinuousClock.now - start) / .milliseconds(1)
      blows.append(Blow(milliseconds: Int(passed), name: name, signal: signal))
    }
    return blows
  }

  private static func sleep(_ microseconds: Int, while isWanted: () -> Bool) {
    var rest = microseconds
    while rest > 0, isWanted() {
      usleep(UInt32(min(rest, 2000)))
      rest -= 2000
    }
  }

  private static func children(of parent: pid_t) -> [pid_t] {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(parent)/task")) ?? []
    return tasks.sorted().flatMap { task in
      text("/proc/\(parent)/task/\(task)/children").split(separator: " ").compactMap { pid_t($0) }
    }
  }

  /// Whether a process has got as far as giving itself the name of a stage.
  private static func isStage(_ process: pid_t) -> Bool {
    let name = name(of: process)
    return ["pipe:reader", "pipe:aggregator"].contains(name) || name.hasPrefix("pipe:parser")
  }

  /// The name that a process has given itself; `exe` where it has had no time yet.
  private static func name(of process: pid_t) -> String {
    text("/proc/\(process)/comm").trimmingCharacters(in: .newlines)
  }

  private static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }
}

extension Nemesis {
  /// A nemesis at work, in a thread of its own. Unchecked because the compiler does not know of the lock, which guards
  /// all that changes.
  final class Hunt: @unchecked Sendable {
    private let lock = NSLock()
    private let hasEnded = DispatchSemaphore(value: 0)
    private var isWanted = true
    private var blows: [Blow] = []

    /// - Parameter parent: nobody may wait for it before `stop` has returned, so that its number stays its own.
    init(_ nemesis: Nemesis, of parent: pid_t) {
      Thread.detachNewThread { [self] in
        let blows = nemesis.strike(parent) { self.lock.withLock { self.isWanted } }
        lock.withLock { self.blows = blows }
        hasEnded.signal()
      }
    }

    /// Ends it, and gives what it did.
    func stop() -> [Blow] {
      lock.withLock { isWanted = false }
      hasEnded.wait()
      return lock.withLock { blows }
    }
  }
}

extension Configuration {
  /// What strikes every run of this configuration in a campaign that wants it so: the same each time for one seed.
  var nemesis: Nemesis? {
    guard Campaign.nemesis != .none, mode.hasProcesses, source == .file else { return nil }
    // FNV-1a: the hashes of the standard library differ from process to process.
    let hash = values.joined().utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    var nemesis = Nemesis(drawn: Campaign.seed &+ hash)
    nemesis.stops = Campaign.nemesis == .stops
    return nemesis
  }
}
