// The report as it is read on a terminal, and as Markdown.

import Testing

@testable import Lab

@Suite struct LabTextTests {
  private let report = LabReport.example()

  @Test func anExperimentOnATerminal() {
    #expect(
      LabText(width: 50).text(of: report.entries[0]) == """
        example: Is one more than none?
          claim:  article: yes
          method: Both are counted.

        claim           measured     holds?
        --------------  -----------  ------------
        one is more     1 against 0  yes
        none is |less|  0 against 1  not observed

        Counts
        of   n
        ---  -
        one  1

        note:  counted twice
        mind:  Somebody may have eaten one.

        """)
  }

  @Test func oneThatFailedSaysWhy() {
    let text = LabText(width: 50).text(of: report.entries[1])
    #expect(text.hasSuffix("  failed: no pieces\n          buy some\n"), "\(text)")
  }

  @Test func nothingIsWiderThanTheTerminal() {
    var long = report
    long.entries[0].outcome = .success(
      ExperimentResult(findings: [
        Finding(
          claim: "whatever is claimed at length goes on in the next line", measured: "as do its figures, 1 after 2",
          .doesNotHold)
      ]))
    for width in [40, 60, 100] {
      let text = LabText(width: width).text(of: long)
      let body = text.split(separator: "\n").dropFirst(long.header.count)
      #expect(body.allSatisfy { $0.count <= width }, "\(text)")
    }
    let words = LabText(width: 60).text(of: long.entries[0]).split { $0.isWhitespace }
    for word in ["whatever", "line", "figures,"] { #expect(words.contains(Substring(word))) }
  }

  @Test func theSummarySaysWhatFailed() {
    let text = LabText(width: 80).summary(of: report)
    #expect(text.contains("memory leak  grows"))
    #expect(text.hasSuffix("\nwithout a result: broken\n"), "\(text)")
  }

  @Test func markdownShowsTheSummaryFirst() {
    let text = LabMarkdown.text(of: report)
    #expect(text.hasPrefix("# Threads and processes, measured\n\nModel, 2 of 4 cores"))
    #expect(text.contains("| example    | none is \\|less\\| | 0 against 1       | not observed |\n"), "\(text)")
    #expect(text.contains("| crash       | all die; again | one dies; never |\n"), "\(text)")
    #expect(text.contains("\nCounts:\n\n| of  |   n |\n| --- | --: |\n| one |   1 |\n"), "\(text)")
    #expect(text.contains("* Failed: no pieces; buy some\n"))
    let titles = text.split(separator: "\n").filter { $0.hasPrefix("#") }
    #expect(titles == ["# Threads and processes, measured", "## Claims", "## Ways to fail", "## example", "## broken"])
  }
}
