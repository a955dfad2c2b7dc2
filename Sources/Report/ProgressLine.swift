// One line that says how far a run has come.

/// The state of a run at one moment, as a line: `1,234 of 4,096 MiB, 30 %, 1.23 GB/s, 2 s left, queue 7/16`.
package struct ProgressLine: Equatable, Sendable {
  /// Bytes read so far.
  package var done: Int
  /// Bytes of all inputs, or nil where a stream does not say.
  package var total: Int?
  /// Time since the start.
  package var seconds: Double
  /// Messages in the link behind the reader and how many it takes, or nil in a mode without links.
  package var queue: (used: Int, capacity: Int)? { usedSlots.map { ($0, slots) } }
  private let usedSlots: Int?
  private let slots: Int

  package init(done: Int, total: Int?, seconds: Double, queue: (used: Int, capacity: Int)? = nil) {
    self.done = done
    self.total = total
    self.seconds = seconds
    usedSlots = queue?.used
    slots = queue?.capacity ?? 0
  }

  /// The line, without line end.
  ///
  /// - Parameter maxWidth: columns of the terminal; whole parts are left out from the end so that the line fits.
  package func text(maxWidth: Int? = nil) -> String {
    let parts = parts
    var text = parts[0]
    for part in parts.dropFirst() {
      if let maxWidth, text.utf8.count + 2 + part.utf8.count > maxWidth { break }
      text += ", " + part
    }
    return text
  }

  private var parts: [String] {
    var parts: [String] = []
    let decimals = max(done, total ?? 0) < 100 << 20 ? 1 : 0
    let read = NumberText.fixed(Double(done) / 1_048_576, decimals: decimals)
    if let total, total > 0 {
      parts.append("\(read) of \(NumberText.fixed(Double(total) / 1_048_576, decimals: decimals)) MiB")
      // Rounded down: 100 % is said when all is read, not before.
      parts.append("\(Int(100 * min(1, Double(done) / Double(total)))) %")
    } else {
      parts.append("\(read) MiB")
    }
    if done > 0, seconds > 0 {
      parts.append(NumberText.rate(bytes: done, seconds: seconds))
      if let total, total > done {
        let left = Double(total - done) * seconds / Double(done)
        parts.append("\(NumberText.countdown(seconds: left)) left")
      }
    }
    if let queue { parts.append("queue \(queue.used)/\(queue.capacity)") }
    return parts
  }
}
