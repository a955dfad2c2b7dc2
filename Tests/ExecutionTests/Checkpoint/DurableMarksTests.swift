// Marks of what is on the disk: the newest whole one counts, and what it says of outputs is believed no further.

import Execution
import Glibc
import Testing
import Transport

@Suite struct DurableMarksTests {
  private func counts(_ result: Int, _ rejects: Int, _ reasons: Int) -> OutputCounts {
    var counts = OutputCounts()
    (counts[.result], counts[.rejects], counts[.reasons]) = (result, rejects, reasons)
    return counts
  }

  @Test func theNewestCounts() throws {
    let file = try RecordFile.makeDescriptor()
    let marks = DurableMarks(file)
    #expect(try marks.latest() == nil)
    for sequence in UInt64(1)...5 {
      let mark = DurableMark(sequence: sequence, boot: "boot", written: counts(Int(sequence), 2, 3))
      try marks.put(mark)
      #expect(try marks.latest() == mark)
    }
    #expect(lseek(file.number, 0, SEEK_END) == 1024)
  }

  @Test func damageLeavesTheOneBefore() throws {
    let file = try RecordFile.makeDescriptor()
    let marks = DurableMarks(file)
    let old = DurableMark(sequence: 4, boot: "a", written: counts(1, 1, 1))
    try marks.put(old)
    try marks.put(DurableMark(sequence: 5, boot: "b", written: counts(2, 2, 2)))
    // The second slot: length, checksum, sequence, boot, three counts.
    for byte in 0..<8 + 8 + 5 + 24 {
      var old8: UInt8 = 0
      precondition(pread(file.number, &old8, 1, off_t(512 + byte)) == 1)
      var new = old8 ^ 0x41
      precondition(pwrite(file.number, &new, 1, off_t(512 + byte)) == 1)
      #expect(try marks.latest() == old, "byte \(byte)")
      precondition(pwrite(file.number, &old8, 1, off_t(512 + byte)) == 1)
    }
    #expect(try marks.latest()?.sequence == 5)
  }

  @Test func lengthsAreTrustedWhileTheMachineIsUp() {
    let lengths = counts(100, 10, 7)
    let mark = DurableMark(sequence: 1, boot: "now", written: counts(60, 20, 7))
    func trusted(_ mark: DurableMark?, _ boot: String) -> OutputCounts {
      DurableMark.trusted(lengths: lengths, mark: mark, boot: boot)
    }
    #expect(trusted(mark, "now") == lengths)
    #expect(trusted(mark, "later") == counts(60, 10, 7))
    #expect(trusted(nil, "now") == OutputCounts())
    // Nobody knows which start of the machine it was.
    var unknown = mark
    unknown.boot = ""
    #expect(trusted(unknown, "") == counts(60, 10, 7))
    #expect(trusted(unknown, "now") == counts(60, 10, 7))
  }

  @Test func countsAreComparedOneByOne() {
    #expect(counts(1, 2, 3).isWithin(counts(1, 2, 3)) && OutputCounts().isWithin(OutputCounts()))
    for more in [counts(2, 2, 3), counts(1, 3, 3), counts(1, 2, 4)] {
      #expect(!more.isWithin(counts(1, 2, 3)) && counts(1, 2, 3).isWithin(more))
      #expect(more.limited(to: counts(1, 2, 3)) == counts(1, 2, 3))
    }
  }

  @Test func theMachineSaysSinceWhenItIsUp() {
    #expect(DurableMark.currentBoot.count == 36)
    #expect(DurableMark.currentBoot == DurableMark.currentBoot)
  }
}
