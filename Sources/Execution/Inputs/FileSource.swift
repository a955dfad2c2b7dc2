// A regular file, read with `pread`. No mapping: a file that is cut short under a mapping kills the reader with SIGBUS.

import Glibc

/// Reads a regular file by offset.
package struct FileSource: ByteSource {
  private let input: InputFile

  package init(input: InputFile) { self.input = input }

  package var size: Int? { input.facts.size }

  package mutating func release(before offset: Int) {}

  package mutating func read(from offset: Int, count: Int) throws(RunFailure) -> [UInt8] {
    let wanted = max(0, min(count, input.facts.size - offset))
    // An array made of nothing would write to the storage that all empty arrays share.
    if wanted == 0 { return [] }
    var failure: Int32 = 0
    var filled = 0
    // The buffer is filled from its start and `filled` counts exactly the bytes that pread has written.
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initializedCount in
      while filled < wanted {
        let got = pread(
          input.descriptor.number, buffer.baseAddress! + filled, wanted - filled,
          off_t(input.facts.base + offset + filled))
        if got > 0 {
          filled += got
        } else if got == 0 {
          break
        } else if errno != EINTR {
          failure = errno
          break
        }
      }
      initializedCount = filled
    }
    if failure != 0 {
      throw RunFailure(
        .transfer, "\(input.facts.name): byte \(offset + filled): \(String(cString: strerror(failure)))")
    }
    if filled < wanted {
      throw RunFailure(
        .transfer, "\(input.facts.name): became shorter during the run (byte \(offset + filled) is missing)",
        remedy: "run again when nothing writes to the file")
    }
    return bytes
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
