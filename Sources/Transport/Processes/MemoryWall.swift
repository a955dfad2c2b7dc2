// The wall around the private memory of this process (RLIMIT_DATA), and the end of a process that runs into it: no crash,
// but an exit with a status and words of its own.

import CLinux
import Glibc
import Synchronization

/// The wall of the calling process.
package enum MemoryWall {
  /// Bytes of the stacks of threads within a wall: a stack counts from the start, touched or not.
  private static let stackSize: UInt64 = 1 << 20

  private static let messages = Atomic<Int32>(2)
  // Remembered: a sandbox does not let a process ask.
  private static let isEntered = Atomic<Bool>(false)

  /// Where messages for people go: standard error, which within a wall has another number.
  package static var messageDescriptor: Int32 { messages.load(ordering: .relaxed) }

  /// Whether there can be walls: a sanitizer maps terabytes.
  package static var isPossible: Bool { clinux_is_sanitized() == 0 }

  /// Whether the calling process has entered one.
  package static var exists: Bool { isEntered.load(ordering: .relaxed) }

  /// Puts a wall around the calling process. To be called once, early: threads that are there already have their stacks.
  ///
  /// - Parameters:
  ///   - bytes: private memory that the process may have resident.
  ///   - threads: how many there will be at a time, beyond those that there are.
  ///   - isFinal: whether it cannot be moved again, not even by programs that the process starts.
  ///   - status: what the process exits with where an allocation fails.
  ///   - explanation: what it writes to standard error then.
  ///   - paths: files that it removes then.
  /// - Returns: descriptors that the process has in addition; none where there can be no wall.
  package static func enter(
    bytes: UInt64, threads: Int, isFinal: Bool, status: Int32, explanation: String = "", removing paths: [String] = []
  ) throws(TransportError) -> [Int32] {
    guard isPossible, let look = OwnMemory()?.look() else { return [] }
    var descriptors: [Int32] = [0, 0]
    let removed = paths.joined(separator: "\0") + "\0"
    guard clinux_guard_memory(status, explanation, removed, UInt64(paths.count), &descriptors) == 0 else {
      throw .last("guarding the memory")
    }
    messages.store(descriptors[0], ordering: .relaxed)
    let failed = clinux_set_stack_size(stackSize)
    guard failed == 0 else { throw TransportError(call: "pthread_setattr_default_np", errno: failed) }
    // The limit counts what is not resident too: what is so already, and the stacks to come, are added.
    let room = bytes - min(bytes, look.privateBytes)
    guard clinux_limit_data(look.dataBytes + room + UInt64(threads) * stackSize, isFinal ? 1 : 0) == 0 else {
      throw .last("setrlimit RLIMIT_DATA")
    }
    isEntered.store(true, ordering: .relaxed)
    return descriptors
  }
}
