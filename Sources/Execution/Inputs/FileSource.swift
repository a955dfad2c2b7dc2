// A regular file, read with `pread`. No mapping: a file that is cut short under a mapping kills the reader with SIGBUS.

import Glibc

/// Reads a regular file by offset.
package struct FileSource: ByteSource {
  private let input: InputFile
  private let tap: SourceTap?

  /// - Parameter tap: of the stage that reads.
  package init(input: InputFile, tap: SourceTap? = nil) {
    self.input = input
    self.tap = tap
  }

  package var size: Int? { input.facts.size }
  package var hasRanges: Bool { true }

  package mutating func release(before offset: Int) {}

  package mutating func read(from offset: Int, count: Int) throws(RunFailure) -> [UInt8] {
    let wanted = max(0, min(count, input.facts.size - offset))
    // An array made of nothing would write to the storage that all empty arrays share.
    if wanted == 0 { return [] }
    var failure: RunFailure?
    // Either the buffer was filled whole, or nothing of it counts.
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initializedCount in
      do throws(RunFailure) {
        let memory = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: wanted)
        try read(from: offset, into: memory, isWaitedFor: count > PieceCutter.lookAhead)
        initializedCount = wanted
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills the memory with the bytes from `offset` on, all of which were there when the file was opened.
  ///
  /// - Parameter isWaitedFor: as for `SourceTap`.
  package func read(
    from offset: Int, into memory: UnsafeMutableRawBufferPointer, isWaitedFor: Bool = true
  ) throws(RunFailure) {
    guard let tap else { return try fill(memory, from: offset) }
    try tap.read(isWaitedFor: isWaitedFor) { () throws(RunFailure) in
      try fill(memory, from: offset)
      return memory.count
    }
  }

  private func fill(_ memory: UnsafeMutableRawBufferPointer, from offset: Int) throws(RunFailure) {
    var filled = 0
    while filled < memory.count {
      // `rebasing` checks that the rest lies within the memory.
      let rest = UnsafeMutableRawBufferPointer(rebasing: memory[filled...])
      let got = pread(input.descriptor.number, rest.baseAddress, rest.count, off_t(input.facts.base + offset + filled))
      if got > 0 {
        filled += got
      } else if got == 0 {
        throw input.facts.unreadable(at: offset + filled, errno: 0)
      } else if errno != EINTR {
        throw input.facts.unreadable(at: offset + filled, errno: errno)
      }
    }
  }

  package func checkUnchanged() throws(RunFailure) {
    let old = input.facts
    var now = try InputFacts(name: old.name, descriptor: input.descriptor.number)
    now.size += now.base - old.base
    // The time of the last status change says nothing: a new name or owner leaves the bytes as they are.
    guard now.size == old.size, now.modified == old.modified else {
      let how = now.size == old.size ? "changed" : now.size > old.size ? "grew" : "became shorter"
      throw RunFailure(
        .transfer, "\(old.name): \(how) during the run", remedy: "run again when nothing writes to the file")
    }
  }
}
