// Pieces in order, each from a boundary that is known to be true. What the serial mode reads with.

import CSV
import Query

/// Reads inputs one piece after the other.
package struct SequentialReader {
  private let files: [InputFile]
  private let question: Question
  private let cutter: PieceCutter
  private let tap: SourceTap?
  package let survey: Survey
  /// `end` is how far pieces have reached.
  private var sources: [(source: any ByteSource, preamble: Preamble, end: Int)]

  /// Opens the first input and looks at it.
  ///
  /// - Parameter tap: what the stage reads the source through.
  package init(files: [InputFile], question: Question, tap: SourceTap? = nil) throws(RunFailure) {
    self.files = files
    self.tap = tap
    self.question = question
    guard let first = files.first else { throw RunFailure(.input, "there is no input") }
    var source = first.makeSource(tap)
    let (survey, preamble) = try InputSurveyor(question: question).survey(&source, name: first.facts.name)
    self.survey = survey
    cutter = PieceCutter(chunkSize: question.chunkSize, maxRecord: question.maxRecord, dialect: survey.dialect)
    sources = [(source, preamble, 0)]
  }

  /// The piece that starts at a boundary, with the bounds of a request if there is one.
  package mutating func piece(at boundary: Boundary, redo: RedoRequest?) throws(RunFailure) -> Piece {
    // A run that goes on from what an earlier one had kept may begin in a later input.
    while boundary.input >= sources.count { try openNext() }
    let index = boundary.input
    sources[index].source.release(before: boundary.offset)
    let preamble = boundary.offset == 0 ? sources[index].preamble : Preamble(length: 0, lines: 0)
    let minimumEnd = max(redo?.minimumEnd ?? 0, preamble.length)
    // To look for the end of a piece of a stream is to read it.
    if !sources[index].source.hasRanges { tap?.awaitAnswer() }
    let cut = try cutter.edge(&sources[index].source, after: boundary.offset, minimumEnd: minimumEnd)
    let content = try sources[index].source.content(from: boundary.offset, count: cut.offset - boundary.offset)
    sources[index].end = max(sources[index].end, cut.offset)
    return Piece(
      work: .init(
        input: UInt32(index), first: UInt64(boundary.offset), end: UInt64(cut.offset), attempt: redo == nil ? 0 : 1),
      content: content, isLast: cut.isLast, endsLine: cut.endsLine, isSkipping: boundary.isSkipping,
      headerLength: preamble.length, headerLines: preamble.lines, rowLimit: redo?.rowLimit,
      rejectLimit: redo?.rejectLimit)
  }

  /// Checks that the inputs are what they were, and says how long they are.
  package func findings() throws(RunFailure) -> ReaderFindings {
    var findings = ReaderFindings()
    for (index, file) in files.enumerated() {
      if index < sources.count { try sources[index].source.checkUnchanged() }
      findings.sizes.append(index < sources.count ? sources[index].source.size ?? sources[index].end : file.facts.size)
    }
    return findings
  }

  private mutating func openNext() throws(RunFailure) {
    let file = files[sources.count]
    var source = file.makeSource(tap)
    let preamble = try InputSurveyor(question: question).preamble(
      of: &source, name: file.facts.name, survey: survey, firstName: files[0].facts.name)
    sources.append((source, preamble, 0))
  }
}
