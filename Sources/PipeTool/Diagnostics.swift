// Everything that people are told on standard error, in one grammar: what, where, remedy.

import Execution
import Glibc
import Query
import Spec
import Transport

/// Writes messages to standard error.
enum Diagnostics {
  /// A failed run.
  static func report(_ failure: RunFailure) {
    write("pipe: \(failure.message)\n")
    if let expression = failure.expression, let offset = failure.offset { point(at: offset, in: expression) }
    if let remedy = failure.remedy { write("  \(remedy)\n") }
  }

  static func report(_ error: PipelineFileError) { write("pipe: \(error.description)\n") }

  static func warn(_ text: String) { write("pipe: warning: \(text)\n") }

  static func say(_ text: String) { write("pipe: \(text)\n") }

  /// Writes to standard output what is no result of a run. A reader that has seen enough is no mistake.
  static func writeOut(_ text: String) { write(text, to: 1) }

  /// Writes to standard error. Nothing can be said about a failure of that.
  static func write(_ text: String, to descriptor: Int32 = MemoryWall.messageDescriptor) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno != EINTR {
        return
      }
    }
  }

  /// The line of an expression that holds the mistake, with a caret under it.
  private static func point(at offset: Int, in expression: String) {
    let scalars = Array(expression.unicodeScalars)
    let place = min(max(0, offset), scalars.count)
    let isBreak: (Unicode.Scalar) -> Bool = { $0 == "\n" || $0 == "\r" }
    let start = scalars[..<place].lastIndex(where: isBreak).map { $0 + 1 } ?? 0
    let end = scalars[place...].firstIndex(where: isBreak) ?? scalars.count
    var line = String.UnicodeScalarView()
    line.append(contentsOf: scalars[start..<end].map { $0 == "\t" ? " " : $0 })
    write("  \(String(line))\n  \(String(repeating: " ", count: place - start))^\n")
  }
}
