// The whole picture of every mode.

import Testing

@testable import Report

@Suite struct PipelineDrawingTests {
  static let pieces = PipelineDrawing.Link(carries: "pieces of the input", what: "queue of 16, shared by the parsers")
  static let partials = PipelineDrawing.Link(carries: "partial states", what: "queue of 16")

  private func threads(_ workers: Int) -> String {
    PipelineDrawing.threads(
      workers: workers, input: "a.csv", output: "standard output", pieces: Self.pieces, partials: Self.partials
    ).text
  }

  @Test func serial() {
    #expect(
      PipelineDrawing.serial(input: "a.csv", output: "b.csv").text == """
          a.csv --> reader --> parser --> aggregator --> b.csv

          one thread calls the stages in turn; nothing is linked and nothing waits

        """)
  }

  @Test func oneThread() {
    #expect(
      threads(1) == """
          a.csv --> reader --[1]--> parser 1 --[2]--> aggregator --> standard output

          [1] pieces of the input: queue of 16, shared by the parsers
          [2] partial states: queue of 16
          every stage is a thread of one process; a full link makes its sender wait

        """)
  }

  @Test func twoThreads() {
    #expect(
      threads(2).hasPrefix(
        """
          a.csv --> reader --[1]--+-> parser 1 -+--[2]--> aggregator --> standard output
                                  '-> parser 2 -'

        """))
  }

  @Test func threeThreads() {
    #expect(
      threads(3).hasPrefix(
        """
                                  .-> parser 1 -.
          a.csv --> reader --[1]--+-> parser 2 -+--[2]--> aggregator --> standard output
                                  '-> parser 3 -'

        """))
  }

  @Test func manyThreads() {
    #expect(
      threads(12).hasPrefix(
        """
                                  .-> parser 1  -.
          a.csv --> reader --[1]--+-> parser 2  -+--[2]--> aggregator --> standard output
                                  |   ...        |
                                  '-> parser 12 -'

        """))
  }

  @Test func processes() {
    let drawing = PipelineDrawing.processes(
      workers: 2, input: "日本.csv", output: "standard output",
      pieces: .init(carries: "pieces of the input", what: "a pipe of 1 MiB to each parser"),
      partials: .init(carries: "partial states", what: "a pipe of 1 MiB from each parser"),
      result: .init(carries: "result rows", what: "a pipe of 1 MiB"))
    #expect(
      drawing.text == """
          日本.csv --> pipe:reader --[1]--+-> pipe:parser/1 -+--[2]--> pipe:aggregator --[3]--> pipe --> standard output
                                          '-> pipe:parser/2 -'

          [1] pieces of the input: a pipe of 1 MiB to each parser
          [2] partial states: a pipe of 1 MiB from each parser
          [3] result rows: a pipe of 1 MiB
          every stage is a process; a full link makes its sender wait
          pipe starts them, hands out descriptors over a control socket each, and writes the result

        """)
  }

  @Test func longNamesKeepTheirEnds() {
    let text = PipelineDrawing.serial(input: String(repeating: "d/", count: 30) + "a.csv", output: "x\ny").text
    #expect(text.hasPrefix("  …d/d/d/d/d/d/d/d/d/d/d/a.csv --> reader --> parser --> aggregator --> x\\ny\n"))
  }
}
