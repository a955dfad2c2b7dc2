// What /proc says about the processes of a run.

import Foundation

/// A process, as /proc shows it.
struct ProcessEntry {
  var pid: pid_t
  /// `pipe:reader`: at most 15 bytes.
  var name: String
  var state: Character
  var parent: pid_t
  var group: pid_t

  init?(_ pid: pid_t) {
    // pid (name) state parent group ...; a name may hold anything, parentheses too.
    guard let text = Self.file(pid, "stat"), let open = text.firstIndex(of: "("),
      let close = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: close)...].split(separator: " ")
    guard fields.count > 2, let state = fields[0].first, let parent = pid_t(fields[1]), let group = pid_t(fields[2])
    else { return nil }
    self.pid = pid
    name = String(text[text.index(after: open)..<close])
    self.state = state
    self.parent = parent
    self.group = group
  }

  var isAlive: Bool { state != "Z" && state != "X" }

  /// Whether none of its threads runs, or would if a core were free.
  var isAsleep: Bool {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    return threads.compactMap { pid_t($0) }.compactMap(ProcessEntry.init).allSatisfy { $0.state == "S" }
  }

  /// What the descriptors are: `pipe:[123]`, `socket:[45]`, `/path`.
  var descriptors: [String] {
    let folder = "/proc/\(pid)/fd"
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
    }
  }

  var pipes: Set<String> { Set(descriptors.filter { $0.hasPrefix("pipe:") }) }

  /// Bytes written so far by write and its kin; messages on sockets do not count.
  var bytesWritten: Int {
    let line = Self.file(pid, "io")?.split(separator: "\n").first { $0.hasPrefix("wchar:") }
    return line.flatMap { Int($0.dropFirst(6).trimmingCharacters(in: .whitespaces)) } ?? 0
  }

  /// What a file of a process says; tests that wait for something read many of them, so it is read as plainly as can be.
  static func file(_ pid: pid_t, _ name: String) -> String? {
    let descriptor = open("/proc/\(pid)/\(name)", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // Longer than any that is wanted.
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// The living processes that a process has started, and that these have.
  static func descendants(of pid: pid_t) -> [ProcessEntry] {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    return threads.flatMap { thread in
      let children = file(pid, "task/\(thread)/children")?.split(separator: " ").compactMap { pid_t($0) } ?? []
      return children.flatMap { child in
        [ProcessEntry(child)].compactMap { $0 }.filter(\.isAlive) + descendants(of: child)
      }
    }
  }

  /// The living processes of a process group.
  static func group(_ group: pid_t) -> [ProcessEntry] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
      .compactMap(ProcessEntry.init).filter { $0.group == group && $0.isAlive }.sorted { $0.pid < $1.pid }
  }
}

extension Child {
  /// The processes that this child started for its stages, by name.
  var workers: [String: ProcessEntry] {
    // The newest of two that have one name for a moment.
    Dictionary(ProcessEntry.descendants(of: pid).sorted { $0.pid < $1.pid }.map { ($0.name, $0) }) { $1 }
  }

  /// Whether all processes of the run are gone within the promised second. Where others keep the cores busy, those that
  /// want to run have longer, until all that are left sleep. They are killed.
  func leavesNobody() -> Bool {
    if eventually(within: 1, { ProcessEntry.group(pid).isEmpty }) { return true }
    var looks = 0
    // Asleep at two looks in a row: one may have been woken by another that slept at its turn.
    _ = eventually {
      let left = ProcessEntry.group(pid)
      looks = left.allSatisfy(\.isAsleep) ? looks + 1 : 0
      return left.isEmpty || looks == 2
    }
    if ProcessEntry.group(pid).isEmpty { return true }
    for entry in ProcessEntry.group(pid) { kill(entry.pid, SIGKILL) }
    return false
  }
}

/// A run that has read, parsed and delivered several pieces, and waits for more of its input.
struct HeldRun {
  static let inputName = "held.csv"
  /// Longer than the sample that every run reads before its first piece.
  static let bytes = rows(bytes: 3 << 19)
  let folder: ScratchFolder
  let input: FIFO
  let child: Child

  /// - Parameter output: `-o` or nothing; standard output is kept by the child.
  init(_ mode: Mode, _ arguments: [String]) throws {
    folder = try ScratchFolder()
    input = try FIFO(folder[Self.inputName])
    child = try Child(mode.run + arguments + ["--chunk-size", "64KiB", Self.inputName], in: folder)
    try input.write(Self.bytes)
    guard mode == .process else { return }
    // A parser that has written has said before what it works on.
    let child = child
    let isUnderWay = eventually {
      let workers = child.workers
      return workers.count == 4
        && workers.values.filter { $0.name.contains("parser") }.allSatisfy { $0.bytesWritten > 0 }
    }
    if !isUnderWay { throw Child.Failure(description: "no run: \(child.workers), \(try child.wait(seconds: 0))") }
  }
}
