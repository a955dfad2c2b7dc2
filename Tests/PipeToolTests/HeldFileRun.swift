// A run over a regular file that is held in mid-flight: nobody takes what it prints.

import Foundation

/// A run in process mode with two parsers that passes rows on; it waits, because what it prints fills all pipes.
final class HeldFileRun {
  static let inputName = "held.csv"
  static let names = ["pipe:reader", "pipe:parser/1", "pipe:parser/2", "pipe:aggregator"]
  /// More than the pipes of a run hold. Long rows are few, which is kind to a program built for debugging.
  static let bytes = rows(bytes: 5 << 20, textLength: 2000)
  /// The input, and what is to be printed.
  let bytes: [UInt8]
  let folder: ScratchFolder
  let child: Child
  private let reader: Int32
  /// What was taken of the output.
  private(set) var output: [UInt8] = []

  /// - Parameter isStream: whether the input is a stream, which is spooled.
  init(
    _ bytes: [UInt8] = HeldFileRun.bytes, environment: [String: String] = [:], in folder: ScratchFolder? = nil,
    isStream: Bool = false
  ) throws {
    self.bytes = bytes
    let folder = try folder ?? ScratchFolder()
    self.folder = folder
    let stream = isStream ? try FIFO(folder[Self.inputName]) : nil
    if !isStream { try folder.write(bytes, as: Self.inputName) }
    let ends = try FIFO.ends(folder["output"])
    reader = ends.read
    defer { close(ends.write) }
    child = try Child(
      Mode.process.run + (isStream ? ["--spool", "."] : [])
        + ["--select", "key,value,text", "--chunk-size", "64KiB", Self.inputName], in: folder,
      output: ends.write, environment: environment)
    if let stream {
      try stream.write(bytes)
      stream.finish()
    }
    try hold()
  }

  deinit { close(reader) }

  /// Waits until all stages are there and none gets on any more.
  func hold() throws {
    var looks = 0
    let child = child
    let isHeld = eventually {
      let workers = child.workers
      looks = Set(Self.names).isSubset(of: workers.keys) && workers.values.allSatisfy(\.isAsleep) ? looks + 1 : 0
      return looks == 3
    }
    if !isHeld { throw Child.Failure(description: "no held run: \(child.workers), \(try child.wait(seconds: 0))") }
  }

  /// Ends a stage, and waits until another is in its place.
  func replace(_ name: String, by signal: Int32) throws {
    guard let pid = child.workers[name]?.pid else { throw Child.Failure(description: "there is no \(name)") }
    kill(pid, signal)
    let child = child
    let isReplaced = eventually { child.workers[name].map { $0.pid != pid } ?? false }
    if !isReplaced { throw Child.Failure(description: "nobody takes the place of \(name)") }
  }

  /// Takes so many bytes of the output, or all that there are.
  func take(_ count: Int) {
    let wanted = output.count + count
    var block = [UInt8](repeating: 0, count: 1 << 16)
    _ = eventually {
      while output.count < wanted {
        let got = read(reader, &block, block.count)
        if got == 0 { return true }
        if got > 0 { output += block[..<got] } else if !isReady(reader, for: POLLIN) { return false }
      }
      return true
    }
  }

  /// Takes all of the output, and waits for the end.
  func finish() throws -> ChildEnd {
    take(.max / 2)
    return try child.wait()
  }
}

extension Child {
  /// Children of this child that have ended and that it has not waited for.
  var zombies: [ProcessEntry] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
      .compactMap(ProcessEntry.init).filter { $0.parent == pid && $0.state == "Z" }
  }

  /// What it has open.
  var openDescriptors: [String] { ProcessEntry(pid)?.descriptors ?? [] }
}
