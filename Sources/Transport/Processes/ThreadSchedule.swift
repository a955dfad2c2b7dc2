// How long a thread ran, and how long it was ready but no core was free (schedstat).

import Glibc

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
    ProcFile.read(file).flatMap(ThreadSchedule.init)
  }

  /// The times of threads of any process whose names begin so, by the kernel's numbers for them. The kernel keeps 15 bytes of
  /// a name.
  package static func ofThreads(of pid: Int32, named prefix: String) -> [Int32: ThreadSchedule] {
    guard let folder = opendir("/proc/\(pid)/task") else { return [:] }
    defer { closedir(folder) }
    let start = prefix.utf8.prefix(15)
    var schedules: [Int32: ThreadSchedule] = [:]
    while let entry = readdir(folder) {
      // The entry is as long as its name, and good until the next call: so it is read in place, up to the NUL behind the name.
      let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
      let name = String(cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self))
      guard let number = Int32(name), ProcFile.read("/proc/\(pid)/task/\(name)/comm")?.utf8.starts(with: start) == true
      else { continue }
      schedules[number] = ProcFile.read("/proc/\(pid)/task/\(name)/schedstat").flatMap(ThreadSchedule.init)
    }
    return schedules
  }

  /// From a line of the kernel's; nil for anything else.
  private init?(text: String) {
    let numbers = ProcFile.numbers(in: text)
    guard numbers.count >= 2 else { return nil }
    self.init(runningNanoseconds: numbers[0], waitingNanoseconds: numbers[1])
  }
}
