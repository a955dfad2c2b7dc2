// What the processes of a hung run wait for, so that a hang need not be met a second time to be understood.

import Foundation

enum Standstill {
  /// Every thread of every process in a process group: its name, its state, and where in the kernel it waits.
  static func describe(group: pid_t) -> String {
    let processes = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
    return processes.sorted().compactMap { process in
      let fields = Self.fields(of: "/proc/\(process)/stat")
      guard fields.count > 2, pid_t(fields[2]) == group else { return nil }
      let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
      let threads = tasks.sorted().map { task in
        let folder = "/proc/\(process)/task/\(task)"
        return "\(text("\(folder)/comm")) \(Self.fields(of: "\(folder)/stat").first ?? "?") \(text("\(folder)/wchan"))"
      }
      return "process \(process): \(threads.joined(separator: ", "))\n"
    }.joined()
  }

  /// The fields of a `stat` file behind the name: state, parent, group and more.
  private static func fields(of path: String) -> [Substring] {
    let text = text(path)
    guard let close = text.lastIndex(of: ")") else { return [] }
    return text[text.index(after: close)...].split(separator: " ")
  }

  private static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
      .trimmingCharacters(in: .newlines)
  }
}
