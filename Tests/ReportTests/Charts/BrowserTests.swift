// Pages in a real browser, wide and narrow, in light and dark, and on paper: `Tests/Support/browser.py` looks. Takes some
// seconds, so the shortest tier leaves it out; so does a machine without Chromium.

import Foundation
import TestTiers
import Testing

@testable import Report

/// Where pages can be looked at.
enum Browser {
  static let isInstalled = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/chromium")
  }
}

@Suite(.enabled(if: !TestTier.isShort && Browser.isInstalled, "needs chromium, and PIPE_TEST_TIER=ci"))
struct BrowserTests {
  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test func showsEveryChart() throws {
    let page = FileManager.default.temporaryDirectory.appendingPathComponent("pipe-page-\(getpid()).html")
    try SamplePage.page.text.write(to: page, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: page) }
    #expect(try Self.look(at: page) == "6 views\n")
  }

  private static func look(at page: URL) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", tests.appendingPathComponent("Support/browser.py").path, page.path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: said, as: UTF8.self)
  }
}
