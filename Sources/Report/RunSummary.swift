// The one line that closes a run on a terminal: what was read, what became of it, and how fast.

/// The figures of a finished run, as a line such as
/// `1,000 records (1.32 MiB) in 3.58 ms, 0.387 GB/s: 990 used, 10 rejected; 412 rows; thread mode, 2 parsers`.
package struct RunSummary: Equatable, Sendable {
  /// Bytes of the inputs that were read.
  package var bytes: Int
  /// Bytes of the inputs behind a reached limit, which were not read.
  package var unreadBytes = 0
  package var seconds: Double
  package var used: Int
  package var filtered = 0
  package var rejected = 0
  /// Rows of the result.
  package var rows: Int
  package var mode: String
  package var parsers: Int

  package init(bytes: Int, seconds: Double, used: Int, rows: Int, mode: String, parsers: Int) {
    self.bytes = bytes
    self.seconds = seconds
    self.used = used
    self.rows = rows
    self.mode = mode
    self.parsers = parsers
  }

  /// The line, without line end. Figures that are zero are left out.
  package var text: String {
    var text = Self.count(used + filtered + rejected, "record")
    text += " (\(NumberText.bytes(bytes))) in \(NumberText.duration(seconds: seconds))"
    if seconds > 0 { text += ", \(NumberText.rate(bytes: bytes, seconds: seconds))" }
    if filtered > 0 || rejected > 0 {
      var fates = ["\(NumberText.grouped(used)) used"]
      if filtered > 0 { fates.append("\(NumberText.grouped(filtered)) filtered out") }
      if rejected > 0 { fates.append("\(NumberText.grouped(rejected)) rejected") }
      text += ": " + fates.joined(separator: ", ")
    }
    text += "; " + Self.count(rows, "row")
    if unreadBytes > 0 { text += "; \(NumberText.bytes(unreadBytes)) unread" }
    text += "; \(mode) mode, " + Self.count(parsers, "parser")
    return text
  }

  private static func count(_ value: Int, _ noun: String) -> String {
    "\(NumberText.grouped(value)) \(noun)\(value == 1 ? "" : "s")"
  }
}
