// Faults on demand: what is promised about workers that die is worth as much as the deaths it was tried with. Only for
// tests and demonstrations; the command line refuses it without a variable that says so.
//
//   KIND@STAGE[:WHEN]   crash, abort, hang, spin, leak or oom, at reader, parser or aggregator; or what the stage sends next
//                       is wrong: corrupt, short-write or lying-length
//   WHEN                N: at the piece with this byte of any input (default: 0; leak: at every piece), at its first
//                       attempt only
//                       random:SEED: at one attempt in eight, which ones the seed and the stage decide
//                       text:WORD: at every record that holds the word, at every attempt (parser)

import CSV
import Glibc
import Synchronization
import Transport

/// A fault to be committed.
package struct FaultInjection: Equatable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// Writes where no memory is.
    case crash
    case abort
    /// Waits for ever.
    case hang
    /// Runs for ever.
    case spin
    /// Takes 16 MiB and forgets them.
    case leak
    /// Takes memory until there is none.
    case oom
    /// Sends a frame with a wrong byte behind its checksum.
    case corrupt
    /// Sends a part of a frame, and ends.
    case shortWrite = "short-write"
    /// Sends a frame whose header is as it should be, but for a length that is too great.
    case lyingLength = "lying-length"

    /// All kinds, for messages.
    package static var names: String {
      let names = allCases.map(\.rawValue)
      return "\(names.dropLast().joined(separator: ", ")) or \(names.last ?? "")"
    }

    /// Whether it is committed by what the stage sends.
    package var isOfFrames: Bool { [.corrupt, .shortWrite, .lyingLength].contains(self) }
  }

  package enum Trigger: Equatable, Sendable {
    /// The piece that holds this byte, at its first attempt.
    case byte(UInt64)
    case first
    case random(seed: UInt64)
    case text([UInt8])
  }

  package var kind: Kind
  package var role: WorkerRole
  package var trigger: Trigger
  /// What was asked for.
  package var text: String
  /// What the stage's links ask, where the fault is committed by them.
  let frames: FrameFault?

  package static func == (one: FaultInjection, other: FaultInjection) -> Bool { one.text == other.text }

  /// Reads `KIND@STAGE[:WHEN]`; nil if it is none.
  package init?(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])) else { return nil }
    let place = parts[1].split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard let role = WorkerRole(rawValue: place[0]) else { return nil }
    switch place.count {
    case 1: trigger = .first
    case 2:
      guard let byte = UInt64(place[1]) else { return nil }
      trigger = .byte(byte)
    default:
      if place[1] == "random", let seed = UInt64(place[2]) {
        trigger = .random(seed: seed)
      } else if place[1] == "text", role == .parser, !kind.isOfFrames, !place[2].isEmpty {
        trigger = .text(Array(place[2].utf8))
      } else {
        return nil
      }
    }
    self.kind = kind
    self.role = role
    self.text = text
    frames = kind.isOfFrames ? FrameFault(kind) : nil
  }

  /// Whether the fault is due at this piece.
  func isDue(at work: WorkName) -> Bool {
    let isFirstAttempt = work.attempt == 0
    switch trigger {
    case .first: return kind == .leak || isFirstAttempt && work.first == 0
    case .byte(let byte): return isFirstAttempt && work.first <= byte && byte < work.end
    case .random(let seed):
      // Steele and others 2014 (splitmix64): each attempt is drawn anew.
      let stage = UInt64(WorkerRole.allCases.firstIndex(of: role) ?? 0) &* 0x94d0_49bb_1331_11eb
      var mixed = seed &+ stage &+ work.first &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(work.attempt) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
      return (mixed ^ (mixed >> 31)) % 8 == 0
    case .text: return false
    }
  }

  /// Whether the fault is due at this record.
  func isDue(at record: Span<UInt8>) -> Bool {
    guard case .text(let word) = trigger, record.count >= word.count else { return false }
    next: for start in 0...record.count - word.count {
      for index in word.indices where record[start + index] != word[index] { continue next }
      return true
    }
    return false
  }

  private static let leaked = Atomic<Int>(0)
  /// Leaks of a process without a wall, 2 GiB in all.
  private static let mostLeaks = 128

  /// Takes memory and touches it; nobody gives it back.
  private static func leak() { _ = Unmanaged.passRetained(Leak()) }

  private final class Leak {
    // Debug builds would write it byte by byte otherwise. The memory is the array's own and filled whole.
    private let bytes = [UInt8](unsafeUninitializedCapacity: 16 << 20) { buffer, count in
      if let start = buffer.baseAddress { memset(start, 1, buffer.count) }
      count = buffer.count
    }
  }

  /// Commits the fault.
  func strike() {
    switch kind {
    case .crash:
      // Nothing is ever mapped at this address: the kernel ends the process by SIGSEGV, which is what is wanted.
      UnsafeMutablePointer<UInt8>(bitPattern: 16)?.pointee = 1
    case .abort: Glibc.abort()
    case .hang: while true { sleep(1000) }
    case .spin: while true { _ = MonotonicClock.now() }
    case .corrupt, .shortWrite, .lyingLength: frames?.arm()
    case .leak:
      // Without a wall, or somebody who looks, this must not fill the machine.
      if MemoryWall.exists || Self.leaked.wrappingAdd(1, ordering: .relaxed).newValue <= Self.mostLeaks { Self.leak() }
    case .oom: while MemoryWall.exists { Self.leak() }
    }
  }
}
