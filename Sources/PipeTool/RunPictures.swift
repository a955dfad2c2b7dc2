// What the stages of a run do, told on standard error: when SIGUSR1 asks for it, and when a thread hangs.

import Execution
import Glibc
import Report
import Transport

/// Shows pictures of one run to whoever asks for them.
final class RunPictures: Sendable {
  /// The signal that asks.
  static let signal = SIGUSR1

  private let desk: PictureDesk
  /// Nearly no run is ever asked, so the thread that answers is started by the first who does.
  private let hasThread = Monitor(false)

  init(of progress: Progress) { desk = progress.pictures }

  /// Has a picture shown soon. Does not wait for that: standard error may be a terminal that is stopped.
  func ask() {
    desk.ask()
    let isFirst = hasThread.withLock { hasThread in
      defer { hasThread = true }
      return !hasThread
    }
    guard isFirst else { return }
    let show: @Sendable () -> Void = { [desk] in
      while let picture = desk.next() { Diagnostics.write(Self.text(of: picture)) }
    }
    let thread = try? WorkerThread.start(name: "pipe:pictures", body: show)
    if thread == nil { hasThread.withLock { $0 = false } }
  }

  /// The picture as text: a line about the run, its stages, its queues, and who waits for whom.
  static func text(of picture: RunPicture) -> String {
    var text = "pipe: \(picture.mode.rawValue) mode, \(NumberText.duration(nanoseconds: picture.nanoseconds)), "
    text += NumberText.grouped(picture.committedBytes)
    if let total = picture.totalBytes { text += " of \(NumberText.grouped(total))" }
    text += " bytes committed\n"
    text += table(of: picture)
    if !picture.queues.isEmpty {
      text += "queues: "
      text += picture.queues.map { "\($0.cargo.rawValue) \($0.depth) of \($0.capacity)" }.joined(separator: ", ") + "\n"
    }
    if !picture.replacements.isEmpty { text += RunCommand.text(of: picture.replacements) + "\n" }
    return picture.waits.reduce(text) { $0 + $1 + "\n" }
  }

  private static func table(of picture: RunPicture) -> String {
    let hasProcesses = picture.mode.hasProcesses
    var columns = [TableColumn("stage")]
    if hasProcesses { columns += [.init("process", isNumeric: true), .init("replaced", isNumeric: true)] }
    columns += [
      .init("does"), .init("the same for s", isNumeric: true), .init("bytes done", isNumeric: true),
      .init("CPU s", isNumeric: true),
    ]
    let rows = picture.stages.map { stage in
      var cells = [stage.title]
      if hasProcesses { cells += [stage.pid.map { "\($0)" } ?? "-", "\(stage.incarnation)"] }
      cells += [
        picture.doing(stage), seconds(stage.quietNanoseconds), NumberText.grouped(stage.doneBytes),
        stage.cpuNanoseconds.map(seconds) ?? "",
      ]
      return cells
    }
    return TableLayout(columns: columns).text(rows: rows)
  }

  private static func seconds(_ nanoseconds: UInt64) -> String {
    NumberText.fixed(Double(nanoseconds) / 1e9, decimals: 2)
  }
}
