// Workers that are let go all at once, as threads or as forked children: the same C function, which goes through memory of
// its own again and again. Only parts have crews: they are processes of one thread, and end with their children.

import CLinux
import Glibc
import Report
import Transport

/// A crew, and what became of it.
struct LabCrew {
  enum Kind: String, CaseIterable, Sendable {
    case threads, processes

    /// `1 thread`, `4 processes`.
    func name(of count: Int) -> String {
      "\(NumberText.grouped(count)) "
        + (count != 1 ? rawValue : self == .threads ? "thread" : "process")
    }
  }

  /// How much a worker does.
  enum Task: Sendable {
    /// As much as it can in so many nanoseconds from the start on.
    case until(UInt64)
    /// So many times through its memory.
    case units(Int)
  }

  /// What all workers together have done.
  struct Report: Equatable, Sendable {
    /// How many there were.
    var workers = 0
    var units = 0
    /// From the moment they were let go to the end of the last.
    var nanoseconds = 0
    /// From before the first was made.
    var nanosecondsInAll = 0
    /// On a core.
    var runningNanoseconds = 0
    var voluntarySwitches = 0
    var involuntarySwitches = 0
    /// Whether all had begun before the first had ended.
    var isOverlapping = false
    /// Of the part and its children, when all were ready.
    var proportionalBytes = 0

    private static var fields: [WritableKeyPath<Report, Int>] {
      [
        \.workers, \.units, \.nanoseconds, \.nanosecondsInAll, \.runningNanoseconds, \.voluntarySwitches,
        \.involuntarySwitches, \.proportionalBytes,
      ]
    }

    /// A line for `LabPart.say`.
    var line: String {
      (Self.fields.map { "\(self[keyPath: $0])" } + [isOverlapping ? "1" : "0"]).joined(separator: " ")
    }

    init() {}

    init?(line: String) {
      let numbers = line.split(separator: " ").compactMap { Int($0) }
      guard numbers.count == Self.fields.count + 1 else { return nil }
      for (field, number) in zip(Self.fields, numbers) { self[keyPath: field] = number }
      isOverlapping = numbers[numbers.count - 1] == 1
    }
  }

  /// The stack of a thread, which does not need more.
  private static let stackSize = 64 << 10
  /// How long workers may take to get ready.
  private static let patience: UInt64 = 30_000_000_000

  /// Makes a crew, lets it work, and waits for its end. If the system has no room for all of it, it is smaller.
  /// - Parameter bytes: of memory that each worker goes through.
  static func run(_ kind: Kind, count: Int, bytes: Int, task: Task) throws(LabFailure) -> Report {
    let board = try CrewBoard(slots: count, bytes: bytes)
    let start = MonotonicClock.now()
    do throws(TransportError) {
      let (ready, go) = (try Descriptor.pipe(), try Descriptor.pipe())
      var members = Members()
      for index in 0..<count {
        guard members.add(kind, board, index, ready: ready.write, go: go.read, gate: go.write) else { break }
      }
      guard members.count > 0 else { throw TransportError(call: "making a worker", errno: EAGAIN) }
      do throws(TransportError) {
        try wait(for: members.count, at: ready.read)
      } catch {
        members.end()
        throw error
      }
      var report = Report()
      report.proportionalBytes = members.proportionalBytes
      let released = MonotonicClock.now()
      switch task {
      case .until(let nanoseconds): board.set(deadline: released + nanoseconds, units: 0)
      case .units(let units): board.set(deadline: 0, units: units)
      }
      go.write.close()
      try members.join()
      report.nanosecondsInAll = Int(MonotonicClock.now() - start)
      board.fill(&report, workers: members.count, since: released)
      return report
    } catch {
      throw LabFailure("a crew of \(count) \(kind.rawValue): \(error.description)")
    }
  }

  /// Each worker writes a byte when it is ready.
  private static func wait(for count: Int, at descriptor: Descriptor) throws(TransportError) {
    var block = [UInt8](repeating: 0, count: 4096)
    var left = count
    while left > 0 {
      guard try Readiness.waitReadable([descriptor.number], nanoseconds: patience)[0] else {
        throw TransportError(call: "waiting for \(left) of \(count) to be ready", errno: ETIMEDOUT)
      }
      let got = read(descriptor.number, &block, min(left, block.count))
      if got > 0 { left -= got } else if got == 0 || errno != EINTR { throw TransportError(call: "read", errno: EPIPE) }
    }
  }

  /// The workers that there are.
  private struct Members {
    private var threads: [WorkerThread] = []
    private var children: [Int32] = []
    private let failures = Monitor<Int32>(0)

    var count: Int { threads.count + children.count }

    /// False if the system has no room for another one.
    mutating func add(
      _ kind: Kind, _ board: CrewBoard, _ index: Int, ready: Descriptor, go: Descriptor, gate: Descriptor
    ) -> Bool {
      switch kind {
      case .threads:
        let failures = failures
        let thread = try? WorkerThread.start(name: "lab/\(index + 1)", stackSize: stackSize) {
          let failed = board.work(index, ready: ready, go: go)
          if failed != 0 { failures.withLock { $0 = failed } }
        }
        if let thread { threads.append(thread) }
        return thread != nil
      case .processes:
        let child = board.fork(index, ready: ready, go: go, gate: gate)
        if child > 0 { children.append(child) }
        return child > 0
      }
    }

    /// Waits for the end of all.
    func join() throws(TransportError) {
      for thread in threads { thread.join() }
      var failed = failures.withLock { $0 }
      for child in children {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
          if errno != EINTR { throw TransportError(call: "waitpid", errno: errno) }
        }
        if status != 0 { failed = ENOMEM }
      }
      if failed != 0 { throw TransportError(call: "a worker", errno: failed) }
    }

    /// Ends children that are not needed any more; threads end with the part.
    func end() { for child in children { kill(child, SIGKILL) } }

    var proportionalBytes: Int {
      ([ProcessSelf.pid] + children).reduce(0) { $0 + Int(clamping: ProcessFacts.read($1).proportionalBytes ?? 0) }
    }
  }
}

/// What a crew is told and what it has done, in memory that it shares.
///
/// Why `@unchecked Sendable` and the pointer are right: the mapping lives as long as this object and has room for all slots;
/// it is written to by `set` before workers are let go, by each worker in a slot of its own, and read when they have ended.
private final class CrewBoard: @unchecked Sendable {
  private let base: UnsafeMutableRawPointer
  private let size: Int
  private let slots: Int

  private var head: UnsafeMutablePointer<clinux_lab_board> { base.assumingMemoryBound(to: clinux_lab_board.self) }

  init(slots: Int, bytes: Int) throws(LabFailure) {
    self.slots = slots
    size = MemoryLayout<clinux_lab_board>.stride + slots * MemoryLayout<clinux_lab_slot>.stride
    let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
    guard let mapped, mapped != MAP_FAILED else {
      throw LabFailure("shared memory cannot be mapped: \(TransportError.reason(of: errno))")
    }
    base = mapped
    head.pointee.bytes = UInt64(bytes)
  }

  deinit { munmap(base, size) }

  func set(deadline: UInt64, units: Int) {
    head.pointee.deadline = deadline
    head.pointee.units = UInt64(units)
  }

  func work(_ index: Int, ready: Descriptor, go: Descriptor) -> Int32 {
    precondition(index < slots)
    return clinux_lab_work(head, index, ready.number, go.number)
  }

  func fork(_ index: Int, ready: Descriptor, go: Descriptor, gate: Descriptor) -> Int32 {
    precondition(index < slots)
    return clinux_lab_fork_worker(head, index, ready.number, go.number, gate.number)
  }

  func fill(_ report: inout LabCrew.Report, workers: Int, since released: UInt64) {
    precondition(workers <= slots)
    let first = base.advanced(by: MemoryLayout<clinux_lab_board>.stride).assumingMemoryBound(to: clinux_lab_slot.self)
    let all = UnsafeBufferPointer(start: first, count: workers)
    report.workers = workers
    report.nanoseconds = Int((all.map(\.ended).max() ?? released) - released)
    report.isOverlapping = (all.map(\.began).max() ?? 0) < (all.map(\.ended).min() ?? 0)
    for slot in all {
      report.units += Int(slot.units)
      report.runningNanoseconds += Int(slot.running)
      report.voluntarySwitches += Int(slot.voluntary)
      report.involuntarySwitches += Int(slot.involuntary)
    }
  }
}
