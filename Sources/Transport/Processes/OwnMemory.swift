// How much memory the calling process has, read in a microsecond, also from within a sandbox.

import Glibc

/// The file in which the kernel says how much memory this process has: opened once, read as often as wanted.
package struct OwnMemory: Sendable {
  /// A look at it, in bytes.
  package struct Look: Equatable, Sendable {
    /// Resident memory that is nobody else's.
    package var privateBytes: UInt64
    /// Resident pages of files: the program itself, as a rule, which processes of the same program share.
    package var fileBytes: UInt64
    /// Private writable memory, touched or not: what RLIMIT_DATA bounds, and the main thread's stack.
    package var dataBytes: UInt64
  }

  private static let pageSize = UInt64(max(1, sysconf(Int32(_SC_PAGESIZE))))
  private let file: Descriptor

  /// nil where the kernel does not tell.
  package init?() {
    guard let file = try? Descriptor.openForReading("/proc/self/statm") else { return nil }
    self.file = file
  }

  /// The number of the descriptor.
  package var descriptor: Int32 { file.number }

  package func look() -> Look? {
    // size resident shared text lib data dt, in pages.
    let pages = ProcFile.read(file).map(ProcFile.numbers) ?? []
    guard pages.count >= 6 else { return nil }
    return Look(
      privateBytes: (pages[1] - min(pages[1], pages[2])) * Self.pageSize, fileBytes: pages[2] * Self.pageSize,
      dataBytes: pages[5] * Self.pageSize)
  }
}
