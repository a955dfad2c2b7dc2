// A run with a checkpoint that is ended in mid-flight, and those that go on from where it was.

import Foundation

/// A run over a file of some thousand rows, in small pieces, that keeps its state in `kept`.
struct KeptRun {
  static let inputName = "input.csv"
  static let bytes = rows(bytes: 1 << 20)
  let folder: ScratchFolder
  let arguments: [String]

  /// - Parameter question: with `-o` and `--rejects` where there are any.
  init(_ mode: Mode, _ question: [String], _ bytes: [UInt8] = KeptRun.bytes) throws {
    folder = try ScratchFolder()
    try folder.write(bytes, as: Self.inputName)
    arguments = mode.run + question + ["--checkpoint", "kept", "--chunk-size", "1KiB"]
  }

  func start() throws -> Child { try Child(arguments + [Self.inputName], in: folder) }

  /// Starts the run, and lets it come some way.
  func startUnderWay() throws -> Child {
    let before = stateSize
    let child = try start()
    let isUnderWay = eventually { stateSize > 4000 && stateSize != before }
    if !isUnderWay { throw Child.Failure(description: "no run: \(try child.wait(seconds: 0))") }
    return child
  }

  /// Bytes of the saved state.
  private var stateSize: Int {
    ["kept/pipe.state.1", "kept/pipe.state.2"].reduce(0) { sum, name in
      sum + ((try? FileManager.default.attributesOfItem(atPath: folder[name]))?[.size] as? Int ?? 0)
    }
  }

  /// Kills all processes of a run that is under way.
  func kill(by signal: Int32 = SIGKILL) throws {
    let child = try startUnderWay()
    child.sendToGroup(signal)
    let end = try child.wait()
    guard end.status == .signalled(signal) else { throw Child.Failure(description: "not killed: \(end)") }
  }

  /// Goes on, with more options.
  func goOn(_ more: String...) throws -> ChildEnd { try Child(arguments + more + [Self.inputName], in: folder).wait() }

  /// What a run answers that keeps nothing.
  func plain(_ question: [String]) throws -> ChildEnd {
    try Child(Mode.serial.run + question + [Self.inputName], in: folder).wait()
  }
}
