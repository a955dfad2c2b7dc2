// The line at every stage of a run.

import Testing

@testable import Report

@Suite struct ProgressLineTests {
  @Test func saysShareRateAndTimeLeft() {
    let line = ProgressLine(done: 1234 << 20, total: 4096 << 20, seconds: 1, queue: (7, 16))
    #expect(line.text() == "1,234 of 4,096 MiB, 30 %, 1.29 GB/s, 3 s left, queue 7/16")
  }

  @Test func isHonestAtTheEdges() {
    #expect(ProgressLine(done: 0, total: 10 << 20, seconds: 0).text() == "0.0 of 10.0 MiB, 0 %")
    #expect(ProgressLine(done: 0, total: 10 << 20, seconds: 5).text() == "0.0 of 10.0 MiB, 0 %")
    #expect(
      ProgressLine(done: (10 << 20) - 1, total: 10 << 20, seconds: 1).text()
        == "10.0 of 10.0 MiB, 99 %, 10.5 MB/s, 1 s left")
    #expect(ProgressLine(done: 10 << 20, total: 10 << 20, seconds: 1).text() == "10.0 of 10.0 MiB, 100 %, 10.5 MB/s")
    #expect(ProgressLine(done: 11 << 20, total: 10 << 20, seconds: 1).text() == "11.0 of 10.0 MiB, 100 %, 11.5 MB/s")
  }

  @Test func doesWithoutATotal() {
    #expect(
      ProgressLine(done: 300 << 20, total: nil, seconds: 3, queue: (0, 4)).text() == "300 MiB, 0.105 GB/s, queue 0/4")
    #expect(ProgressLine(done: 0, total: 0, seconds: 0).text() == "0.0 MiB")
  }

  @Test func leavesPartsOutToFit() {
    let line = ProgressLine(done: 1234 << 20, total: 4096 << 20, seconds: 1, queue: (7, 16))
    #expect(line.text(maxWidth: 57) == "1,234 of 4,096 MiB, 30 %, 1.29 GB/s, 3 s left, queue 7/16")
    #expect(line.text(maxWidth: 56) == "1,234 of 4,096 MiB, 30 %, 1.29 GB/s, 3 s left")
    #expect(line.text(maxWidth: 24) == "1,234 of 4,096 MiB, 30 %")
    #expect(line.text(maxWidth: 1) == "1,234 of 4,096 MiB")
  }
}
