// The closing line of a run.

import Testing

@testable import Report

@Suite struct RunSummaryTests {
  @Test func saysWhatBecameOfTheRecords() {
    var summary = RunSummary(
      bytes: 1_379_955_178, seconds: 3.58, used: 9_999_890, rows: 412, mode: "thread", parsers: 2)
    summary.rejected = 10
    summary.filtered = 100
    #expect(
      summary.text
        == "10,000,000 records (1,316 MiB) in 3.58 s, 0.385 GB/s: 9,999,890 used, 100 filtered out, 10 rejected; 412 rows; thread mode, 2 parsers"
    )
  }

  @Test func leavesZerosOut() {
    var summary = RunSummary(bytes: 20, seconds: 0, used: 1, rows: 1, mode: "serial", parsers: 1)
    #expect(summary.text == "1 record (20 B) in 0 ns; 1 row; serial mode, 1 parser")
    summary.unreadBytes = 4096
    summary.used = 0
    summary.rejected = 1
    summary.rows = 0
    summary.seconds = 0.002
    #expect(
      summary.text
        == "1 record (20 B) in 2.00 ms, 10.0 kB/s: 0 used, 1 rejected; 0 rows; 4.00 KiB unread; serial mode, 1 parser")
  }
}
