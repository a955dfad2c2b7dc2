// A few words and locks in memory that an experiment, its parts, their threads and their children share: where workers
// count, meet, and leave their answers, whatever becomes of them.
//
// Layout of two pages: 64 words of 8 bytes, each in a cache line of its own, then 32 locks of 128 bytes. Why the pointers
// hold: the mapping lives as long as this object, which alone has its address; the size of the file is sealed, so no page
// can go away; words and locks are found by numbers that are checked. Words are touched by atomics only, locks by the
// calls that are made for them.

import CLinux
import Glibc
import Transport

/// Shared words, zero at first, and shared locks.
///
/// Why `@unchecked Sendable` is right: the address is constant, and what lies there is touched by atomics and locks only.
final class SharedBoard: @unchecked Sendable {
  /// What becomes of taking a lock.
  enum Taking: Equatable { case taken, takenFromTheDead }

  static let wordCount = 64
  static let lockCount = 32
  /// Where a part finds the board of its experiment.
  static let target: Int32 = 4
  private static let lockOffset = 4096
  private static let size = 8192
  /// How long a worker that waits for others keeps its core, in nanoseconds.
  private static let patience: UInt64 = 500_000

  let descriptor: Descriptor
  private let base: UnsafeMutableRawPointer

  /// Makes a board.
  convenience init() throws(LabFailure) {
    let number = clinux_shared_memory("pipe-lab", Self.size)
    guard number >= 0 else {
      throw LabFailure("shared memory cannot be made: \(TransportError.reason(of: errno))")
    }
    try self.init(Descriptor(owning: number))
  }

  /// Maps the board that a part has been given.
  static func given() throws(LabFailure) -> SharedBoard { try SharedBoard(Descriptor(owning: target)) }

  private init(_ descriptor: Descriptor) throws(LabFailure) {
    guard clinux_is_size_sealed(descriptor.number) == 1 else {
      throw LabFailure("descriptor \(descriptor.number) is no shared memory of a fixed size")
    }
    let mapped = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.number, 0)
    guard let mapped, mapped != MAP_FAILED else {
      throw LabFailure("shared memory cannot be mapped: \(TransportError.reason(of: errno))")
    }
    self.descriptor = descriptor
    base = mapped
  }

  deinit { munmap(base, Self.size) }

  /// How a part is given this board.
  var inheritance: Spawner.Inheritance { .init(source: descriptor.number, target: Self.target) }

  // MARK: Words

  func load(_ word: Int) -> UInt64 { clinux_load_count(pointer(word)) }

  func store(_ value: UInt64, in word: Int) { clinux_store_count(pointer(word), value) }

  /// Adds to a word as a whole, and gives the sum.
  @discardableResult
  func add(_ number: UInt64, to word: Int) -> UInt64 { clinux_add(pointer(word), number) }

  func countApart(_ word: Int, times: UInt64) { clinux_count_apart(pointer(word), times) }

  func countAtomically(_ word: Int, times: UInt64) { clinux_count_atomically(pointer(word), times) }

  /// - Returns: 0, or the errno of the lock.
  func countLocked(_ word: Int, times: UInt64, lock: Int) -> Int32 {
    clinux_count_locked(pointer(word), times, place(ofLock: lock))
  }

  /// Waits, without sleep, until so many have come to this word; they can meet there again.
  ///
  /// Whoever waits gives its core away once in a while only, to those that are still to come: else it would not be running
  /// when the last one comes, and all that they do next would be done one after another.
  func meet(at word: Int, parties: Int) {
    let place = Int(add(1, to: word))
    let all = (place + parties - 1) / parties * parties
    var start = MonotonicClock.now()
    while load(word) < UInt64(all) {
      if MonotonicClock.now() - start < Self.patience { continue }
      sched_yield()
      start = MonotonicClock.now()
    }
  }

  // MARK: Locks

  /// Makes a lock for the threads of one process, or for processes: one that outlives its owner. To be called once a lock.
  func makeLock(_ lock: Int, isShared: Bool) throws(LabFailure) {
    try check(clinux_make_lock(place(ofLock: lock), isShared ? 1 : 0), "made")
  }

  /// Waits for the lock for ever.
  @discardableResult
  func take(_ lock: Int) throws(LabFailure) -> Taking {
    let failed = clinux_take_lock(place(ofLock: lock))
    if failed == EOWNERDEAD { return .takenFromTheDead }
    try check(failed, "taken")
    return .taken
  }

  func leave(_ lock: Int) throws(LabFailure) { try check(clinux_leave_lock(place(ofLock: lock)), "left") }

  private func check(_ failed: Int32, _ what: String) throws(LabFailure) {
    guard failed == 0 else { throw LabFailure("a lock could not be \(what): \(TransportError.reason(of: failed))") }
  }

  private func pointer(_ word: Int) -> UnsafeMutablePointer<UInt64> {
    precondition((0..<Self.wordCount).contains(word), "a board has no word \(word)")
    return base.advanced(by: word * 64).assumingMemoryBound(to: UInt64.self)
  }

  private func place(ofLock lock: Int) -> UnsafeMutableRawPointer {
    precondition((0..<Self.lockCount).contains(lock), "a board has no lock \(lock)")
    return base.advanced(by: Self.lockOffset + lock * 128)
  }
}

extension Bench {
  /// Starts a part that is given a board.
  func start(
    _ experiment: some Experiment, _ part: String, _ arguments: [String] = [], board: SharedBoard
  ) throws(LabFailure) -> PartRun {
    // The descriptor is the board's, which nobody else may hold.
    defer { withExtendedLifetime(board) {} }
    return try start(experiment, part, arguments, descriptors: [board.inheritance])
  }

  /// Runs a part that is given a board.
  func run(
    _ experiment: some Experiment, _ part: String, _ arguments: [String] = [], board: SharedBoard
  ) throws(LabFailure) -> [String] {
    defer { withExtendedLifetime(board) {} }
    return try run(experiment, part, arguments, descriptors: [board.inheritance])
  }
}

/// What a part has said, where each line is a word and what belongs to it.
enum PartWords {
  /// The rest of the first line that begins with the word.
  static func value(_ word: String, in lines: [String]) throws(LabFailure) -> String {
    for line in lines where line.hasPrefix(word + " ") { return String(line.dropFirst(word.count + 1)) }
    throw LabFailure("a part did not say its \(word): \(lines.joined(separator: " | "))")
  }

  /// The number behind the word.
  static func number(_ word: String, in lines: [String]) throws(LabFailure) -> Int {
    let text = try value(word, in: lines)
    guard let number = Int(text) else { throw LabFailure("a part said \(text) for its \(word), which is no number") }
    return number
  }
}
