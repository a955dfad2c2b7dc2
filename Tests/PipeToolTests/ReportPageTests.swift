// Pages of real comparisons and of the lab: what is on them, what they leave, and that a browser shows them.

import Foundation
import TestTiers
import Testing

@Suite struct ReportPageTests {
  private static func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    // A name that would be markup, if somebody forgot to escape it.
    try folder.write(rows(bytes: 200_000), as: "in<b>&.csv")
    return folder
  }

  private static func compare(_ folder: ScratchFolder, _ modes: String) throws -> ChildEnd {
    try folder.pipe(
      "compare", "-g", "key", "-a", "count,sum(value)", "--modes", modes, "-j", "2", "--links", "pipe", "--parsers",
      "simd",
      "--runs", "1", "--html", "page.html", "in<b>&.csv")
  }

  @Test func aComparisonWithTimelines() throws {
    let folder = try Self.folder()
    let end = try Self.compare(folder, "serial,thread,process")
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.errors == "")
    #expect(end.text.contains("\nVerdict\n"))
    #expect(folder.names == ["in<b>&.csv", "page.html"])
    let page = try #require(folder.read("page.html"))
    for title in ["serial", "thread x2", "process x2"] {
      #expect(page.contains("One run of \(title)</h3>"), "\(title)")
    }
    for lane in ["pipe:reader", "pipe:parser/2", "pipe:aggregator"] {
      #expect(page.contains("<th scope=\"row\">\(lane)</th>"))
    }
    #expect(page.contains(">works<") && page.contains("in&lt;b&gt;&amp;.csv") && !page.contains("in<b>"))
    #expect(page.utf8.count < 500_000)
  }

  @Test(arguments: [
    (["compare", "--html", "-", "in.csv"], 64, "--html: a page goes to a file"),
    (["compare", "--html", "a", "-o", "a", "in.csv"], 64, "--html and --output name the same file"),
    (["compare", "--html", "missing/a.html", "in.csv"], 73, "missing/a.html: cannot be written"),
    (["lab", "--html", "-", "pool"], 64, "--html: a page goes to a file"),
    (["lab", "--html", "a", "-o", "a", "pool"], 64, "--html and --output name the same file"),
    (["lab", "--html", "missing/a.html", "pool"], 73, "missing/a.html: cannot be written"),
  ])
  func mistakesAreSaidBeforeAnythingRuns(_ arguments: [String], _ status: Int32, _ message: String) throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "in.csv")
    let end = try Child(arguments, in: folder).wait()
    #expect(end.exitStatus == status)
    #expect(end.errors.contains(message), "\(end.errors)")
    #expect(end.text.isEmpty && folder.names == ["in.csv"])
  }

  @Test func theLab() throws {
    let folder = try ScratchFolder()
    let end = try folder.pipe("lab", "--quick", "--html", "lab.html", "pool")
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.text.contains("\npool: ") && folder.names == ["lab.html"])
    let page = try #require(folder.read("lab.html"))
    #expect(page.contains("5 waits one after another") && page.contains("a wait was 100 ms, not 1 s"))
  }

  // MARK: - In a browser

  static let hasBrowser = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/chromium")
  }
  private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent()

  @Test(.enabled(if: !TestTier.isShort && hasBrowser, "needs chromium, and PIPE_TEST_TIER=ci"))
  func aBrowserShowsThem() throws {
    let folder = try Self.folder()
    #expect(try Self.compare(folder, "serial,thread,process,hybrid").exitStatus == 0)
    #expect(try folder.pipe("lab", "--quick", "--html", "lab.html", "cpu", "pool", "leak").exitStatus == 0)
    let script = Self.repository.appendingPathComponent("Tests/Support/browser.py").path
    let kept = Self.repository.appendingPathComponent("data/comparison.html").path
    for page in [folder["page.html"], folder["lab.html"], kept] where FileManager.default.fileExists(atPath: page) {
      let end = try Child(["python3", script, page], of: "/usr/bin/env", in: folder).wait(seconds: 120)
      #expect(end.text == "6 views\n", "\(page): \(end.errors)")
    }
  }
}
