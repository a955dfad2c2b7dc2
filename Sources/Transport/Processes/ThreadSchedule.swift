// How long a thread ran, and how long it was ready but no core was free (schedstat).

/// Times of one thread since it started, in nanoseconds.
package struct ThreadSchedule: Equatable, Sendable {
  package var runningNanoseconds: UInt64
  /// Ready to run, but waiting for a core.
  package var waitingNanoseconds: UInt64

  package init(runningNanoseconds: UInt64, waitingNanoseconds: UInt64) {
    self.runningNanoseconds = runningNanoseconds
    self.waitingNanoseconds = waitingNanoseconds
  }

  /// The file that tells of the calling thread, for `read`; nil if the kernel does not keep such times. In a sandbox nothing can be opened.
  package static func openOfThread() -> Descriptor? { try? Descriptor.openForReading("/proc/thread-self/schedstat") }

  /// The times up to now of the thread that opened the file.
  package static func read(_ file: Descriptor) -> ThreadSchedule? {
    guard let text = ProcFile.read(file) else { return nil }
    let numbers = ProcFile.numbers(in: text)
    guard numbers.count >= 2 else { return nil }
    return ThreadSchedule(runningNanoseconds: numbers[0], waitingNanoseconds: numbers[1])
  }
}
