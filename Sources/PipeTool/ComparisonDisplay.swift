// How far a comparison has come: one line that is rewritten on a terminal, a line a round elsewhere.

import Lab
import Report
import Transport

/// Says what runs, in which round, and how certain the medians are so far.
final class ComparisonDisplay: Sendable {
  private let isTerminal: Bool
  private let ending: Schedule.Ending
  private let shownRound = Monitor(-1)

  init(isTerminal: Bool, ending: Schedule.Ending) {
    self.isTerminal = isTerminal
    self.ending = ending
  }

  func show(_ schedule: Schedule, _ configuration: Configuration, elapsed: UInt64) {
    let isNewRound = shownRound.withLock { shown in
      defer { shown = schedule.round }
      return shown != schedule.round
    }
    guard isTerminal || isNewRound else { return }
    var parts = [schedule.round == 0 ? "warm-up" : "round \(schedule.round)"]
    let seconds = NumberText.countdown(seconds: Double(elapsed) / 1e9)
    switch ending {
    case .budget(let budget): parts.append("\(seconds) of \(NumberText.countdown(seconds: Double(budget) / 1e9))")
    case .rounds(let rounds):
      if schedule.round > 0 { parts[0] += " of \(rounds)" }
      parts.append(seconds)
    }
    if let widest = schedule.widest { parts.append("widest interval \(PercentText.of(widest))") }
    if isTerminal { parts.append(configuration.fullName) }
    let line = parts.joined(separator: ", ")
    if isTerminal {
      let width = Terminal.width(MemoryWall.messageDescriptor) ?? 80
      Diagnostics.write("\r\u{1B}[K" + line.prefix(width - 1))
    } else {
      Diagnostics.say(line)
    }
  }

  /// Takes the line away.
  func end() { if isTerminal { Diagnostics.write("\r\u{1B}[K") } }
}
