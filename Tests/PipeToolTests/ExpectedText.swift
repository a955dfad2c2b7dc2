// Texts that the program must print, kept whole as files beside the tests. `PIPE_TESTS_REWRITE=1` writes them anew.

import Foundation
import Testing

/// A file in the folder `Expected`.
enum ExpectedText {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
    "Expected")
  private static let rewrites = ProcessInfo.processInfo.environment["PIPE_TESTS_REWRITE"] == "1"

  /// Compares a text with the file of this name.
  static func check(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = folder.appendingPathComponent(name)
    if rewrites { try text.write(to: file, atomically: true, encoding: .utf8) }
    let expected = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    #expect(text == expected, "Expected/\(name)", sourceLocation: sourceLocation)
  }
}
