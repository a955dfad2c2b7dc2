// The two files of a journal in a test, which can be cut as if their writer had ended at any byte.

import Execution
import Glibc
import Transport

/// Files that outlive who writes them.
struct JournalFiles {
  /// How far the files were written.
  struct Mark {
    fileprivate var generations: [UInt64?]
    fileprivate var lengths: [Int]
  }

  let descriptors: [Descriptor]
  var files: StateFiles { StateFiles(journal: descriptors) }
  /// Bytes of results from which on a journal puts them together.
  let leastLog: Int

  init(leastLog: Int) throws {
    descriptors = [try RecordFile.makeDescriptor(), try RecordFile.makeDescriptor()]
    self.leastLog = leastLog
  }

  var lengths: [Int] { descriptors.map { Int(lseek($0.number, 0, SEEK_END)) } }

  func mark() -> Mark {
    Mark(generations: descriptors.map { try? RecordFile($0).generation() }, lengths: lengths)
  }

  /// Takes some of the bytes away that were written since: of a file that was begun anew, which comes last, or of the
  /// one that was added to.
  func cut(since mark: Mark, using generator: inout SeededGenerator) {
    let now = self.mark()
    let begun = descriptors.indices.first { now.generations[$0] != mark.generations[$0] }
    for index in descriptors.indices where begun == nil || begun == index {
      // Who takes a file over forgets the part of a record at its end: it may have become shorter.
      let least = begun == nil ? min(mark.lengths[index], now.lengths[index]) : 0
      truncate(index, to: Int.random(in: least...now.lengths[index], using: &generator))
    }
  }

  func truncate(_ index: Int, to length: Int) {
    precondition(ftruncate(descriptors[index].number, off_t(length)) == 0)
  }

  /// Damages a byte.
  func flip(_ index: Int, at offset: Int) {
    var byte: UInt8 = 0
    precondition(pread(descriptors[index].number, &byte, 1, off_t(offset)) == 1)
    byte ^= 0x10
    precondition(pwrite(descriptors[index].number, &byte, 1, off_t(offset)) == 1)
  }

  /// The same bytes in other files.
  func copy() throws -> JournalFiles {
    let copy = try JournalFiles(leastLog: leastLog)
    for (from, to) in zip(descriptors, copy.descriptors) {
      var bytes = [UInt8](repeating: 0, count: Int(lseek(from.number, 0, SEEK_END)))
      precondition(pread(from.number, &bytes, bytes.count, 0) == bytes.count)
      precondition(pwrite(to.number, bytes, bytes.count, 0) == bytes.count)
    }
    return copy
  }
}
