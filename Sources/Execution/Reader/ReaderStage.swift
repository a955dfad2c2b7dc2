// The reader: opens one input after the other, cuts it into pieces, gives them out, and gives them out again from the
// true record start where a guess was wrong.

import CSV
import Query
import Transport

/// What the reader knows when it has finished.
package struct ReaderFindings: Equatable, Sendable {
  /// Bytes of every input that was opened; what a stream holds is known only as far as it was read.
  package var sizes: [Int] = []

  package init() {}
}

/// Reads all inputs.
package struct ReaderStage: Sendable {
  private struct OpenInput: Sendable {
    var source: any ByteSource
    var preamble: Preamble
    /// Where the next piece starts; nil when all bytes are given out.
    var next: Int? = 0
    var nextFollowsLine = true
  }

  private let question: Question
  private let files: [InputFile]
  private let cutter: PieceCutter
  private var inputs: [OpenInput] = []
  /// What the first input looks like.
  package let survey: Survey
  private var ledger: PieceLedger
  /// Pieces that are out and whose results have not arrived. Bounded, so that the feedback about them is, too.
  private var unanswered = 0
  /// Inputs that nothing will be read from again.
  private var released = 0

  /// Opens the first input and looks at it.
  package init(files: [InputFile], question: Question, window: Int) throws(RunFailure) {
    self.question = question
    self.files = files
    cutter = PieceCutter(chunkSize: question.chunkSize, maxRecord: question.maxRecord)
    ledger = PieceLedger(window: window)
    guard let first = files.first else { throw RunFailure(.input, "there is no input") }
    var source = first.makeSource()
    let (survey, preamble) = try InputSurveyor(question: question).survey(&source, name: first.facts.name)
    self.survey = survey
    inputs = [OpenInput(source: source, preamble: preamble)]
  }

  /// The most feedback messages that can wait for a reader with this window.
  package static func feedbackCapacity(window: Int) -> Int { 2 * window + 2 }

  /// Gives out pieces until the aggregator says that the answer is complete.
  package mutating func run(
    to outlet: inout some PieceOutlet, feedback: some Inlet<Feedback>, meter: inout StageMeter
  ) throws(StageError) -> ReaderFindings {
    var redo: RedoRequest?
    // A failure to read on counts only when everything before it is committed: the run may end before it gets there.
    var held: (failure: RunFailure, at: Boundary)?
    while true {
      if let held, held.at <= ledger.committed { throw .failure(held.failure) }
      if unanswered < 2 * ledger.window {
        if let request = redo {
          redo = nil
          let piece = try StageError.own { () throws(RunFailure) in try redonePiece(request) }
          try send(piece, to: &outlet, meter: &meter)
          continue
        }
        if held == nil, ledger.hasRoom {
          let start = nextStart
          switch Result(catching: { () throws(RunFailure) in try nextPiece() }) {
          case .success(nil): break
          case .success(let piece?):
            try send(piece, to: &outlet, meter: &meter)
            continue
          case .failure(let failure):
            held = (failure, start)
            continue
          }
        }
      }
      let message = try meter.waitForInput { () throws(StageError) in
        try StageError.link { () throws(LinkError) in try feedback.receive() }
      }
      guard let message else { throw .cancelled }
      guard case .received(let work, let committed, let request) = message else { break }
      unanswered -= 1
      outlet.acknowledge(work)
      ledger.receive(work, committed: committed)
      release(before: committed)
      if let request { redo = request }
    }
    outlet.finish()
    return try StageError.own { () throws(RunFailure) in try findings() }
  }

  private mutating func send(
    _ piece: Piece, to outlet: inout some PieceOutlet, meter: inout StageMeter
  ) throws(StageError) {
    try meter.waitForOutput { () throws(StageError) in try outlet.send(piece) }
    unanswered += 1
  }

  private mutating func release(before committed: Boundary) {
    while released < min(committed.input, inputs.count) {
      inputs[released].source.release(before: .max)
      released += 1
    }
    if inputs.indices.contains(committed.input) { inputs[committed.input].source.release(before: committed.offset) }
  }

  private func findings() throws(RunFailure) -> ReaderFindings {
    for input in inputs { try input.source.checkUnchanged() }
    var findings = ReaderFindings()
    for (index, file) in files.enumerated() {
      let read = index < inputs.count ? inputs[index].source.size ?? inputs[index].next : nil
      findings.sizes.append(read ?? file.facts.size)
    }
    return findings
  }

  /// Where the next piece starts.
  private var nextStart: Boundary {
    if let offset = inputs[inputs.count - 1].next { return Boundary(input: inputs.count - 1, offset: offset) }
    return Boundary(input: inputs.count, offset: 0)
  }

  /// The next piece in input order; nil when every byte is given out.
  private mutating func nextPiece() throws(RunFailure) -> Piece? {
    if inputs[inputs.count - 1].next == nil {
      guard inputs.count < files.count else { return nil }
      try openNext()
    }
    let current = inputs.count - 1
    guard let first = inputs[current].next else { return nil }
    let start = Boundary(input: current, offset: first)
    let minimumEnd = max(first + 1, first == 0 ? inputs[current].preamble.length : 0)
    let cut = try cutter.cut(&inputs[current].source, after: first, minimumEnd: minimumEnd)
    let work = ledger.append(start: start, startsAfterLine: inputs[current].nextFollowsLine, cut: cut)
    inputs[current].next = cut.isLast ? nil : cut.offset
    inputs[current].nextFollowsLine = cut.endsLine
    return try piece(work, start: start, cut: cut, rowLimit: nil, rejectLimit: nil)
  }

  /// A piece from a record start that is known now, to a start that is known or to a new guess.
  private mutating func redonePiece(_ redo: RedoRequest) throws(RunFailure) -> Piece {
    let index = redo.from.input
    guard inputs.indices.contains(index) else {
      throw RunFailure(.books, "input \(index) is to be read again before it was opened")
    }
    var cut = ledger.drop(for: redo)
    if cut == nil, let next = inputs[index].next, next >= redo.minimumEnd {
      cut = Cut(offset: next, isLast: false, endsLine: inputs[index].nextFollowsLine)
    }
    if cut == nil {
      let new = try cutter.cut(&inputs[index].source, after: redo.from.offset, minimumEnd: redo.minimumEnd)
      // An input whose bytes were all given out stays so: the new cut is then its end.
      if inputs[index].next != nil || !new.isLast {
        inputs[index].next = new.isLast ? nil : new.offset
        inputs[index].nextFollowsLine = new.endsLine
      }
      cut = new
    }
    let chosen = cut ?? Cut(offset: redo.from.offset, isLast: true, endsLine: false)
    let work = ledger.insert(start: redo.from, cut: chosen)
    return try piece(work, start: redo.from, cut: chosen, rowLimit: redo.rowLimit, rejectLimit: redo.rejectLimit)
  }

  private mutating func openNext() throws(RunFailure) {
    let file = files[inputs.count]
    var source = file.makeSource()
    let surveyor = InputSurveyor(question: question)
    let preamble = try surveyor.preamble(
      of: &source, name: file.facts.name, survey: survey, firstName: files[0].facts.name)
    inputs.append(OpenInput(source: source, preamble: preamble))
  }

  private mutating func piece(
    _ work: WorkName, start: Boundary, cut: Cut, rowLimit: Int?, rejectLimit: Int?
  ) throws(RunFailure) -> Piece {
    let content = try inputs[start.input].source.content(from: start.offset, count: cut.offset - start.offset)
    let preamble = start.offset == 0 ? inputs[start.input].preamble : Preamble(length: 0, lines: 0)
    return Piece(
      work: work, content: content, isLast: cut.isLast, endsLine: cut.endsLine, isSkipping: start.isSkipping,
      headerLength: preamble.length, headerLines: preamble.lines, rowLimit: rowLimit, rejectLimit: rejectLimit)
  }
}
