// A folder for one test, in which children run, so that every path in messages is short and the same everywhere.

import Foundation

/// A new folder; gone when the test is over.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/pipe-tests-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Child.Failure(description: "mkdtemp: errno \(errno)") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // Other users must be able to pass.
    chmod(path, 0o755)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The absolute path of a name in the folder.
  subscript(name: String) -> String { "\(path)/\(name)" }

  @discardableResult
  func write(_ text: String, as name: String) throws -> String { try write(Array(text.utf8), as: name) }

  @discardableResult
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: self[name]))
    return name
  }

  /// The contents of a file, or nil if there is none.
  func read(_ name: String) -> String? {
    FileManager.default.contents(atPath: self[name]).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Everything in the folder, hidden files too.
  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

  /// Runs the program under test to its end.
  func pipe(_ arguments: String...) throws -> ChildEnd { try Child(arguments, in: self).wait() }

  /// Runs `pipe run` in a mode, with two parsers.
  func run(_ mode: Mode, _ arguments: String...) throws -> ChildEnd {
    try Child(mode.run + arguments, in: self).wait()
  }

  /// Runs a shell script in which `$PIPE` is the program under test.
  func shell(_ script: String, environment: [String: String] = [:]) throws -> ChildEnd {
    try Child(
      ["-c", script], of: "/bin/sh", in: self,
      environment: environment.merging(["PIPE": Child.program]) { $1 }
    ).wait()
  }
}

/// The modes of a run.
enum Mode: String, CaseIterable {
  case serial, thread, process

  /// The words that begin a run in this mode.
  var run: [String] { ["run", "--mode", rawValue] + (self == .serial ? [] : ["-j", "2"]) }
}

/// Rows `key,value,text` behind a header, at least as many bytes as asked for: keys `a` to `j`, values 0 to 999, texts
/// of any length. Long ones make few rows, which is kind to a program that was built for debugging.
func rows(bytes: Int, textLength: Int = 200) -> [UInt8] {
  var block: [UInt8] = []
  let text = String(repeating: "x", count: textLength)
  for row in 0..<1000 { block += Array("\(Character(Unicode.Scalar(UInt8(97 + row % 10)))),\(row),\(text)\n".utf8) }
  var all = Array("key,value,text\n".utf8)
  while all.count < bytes { all += block }
  return all
}
