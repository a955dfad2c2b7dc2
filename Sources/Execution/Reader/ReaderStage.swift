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
    /// Whether the next piece starts with the rest of a rejected line.
    var nextIsSkipping = false
  }

  /// Where a reader takes over from one that is gone, or that must go back.
  package struct Resumption: Equatable, Sendable {
    /// Everything before this is committed.
    package var boundary: Boundary
    /// How often reading has begun anew.
    package var generation: Int
    /// Whether nothing more is wanted.
    package var isFinished: Bool
    /// What the aggregator has asked for at the boundary, of a reader that is gone.
    package var redo: RedoRequest?

    package init(boundary: Boundary, generation: Int, isFinished: Bool = false, redo: RedoRequest? = nil) {
      self.boundary = boundary
      self.generation = generation
      self.isFinished = isFinished
      self.redo = redo
    }
  }

  private let question: Question
  private let files: [InputFile]
  /// What the stage reads the source through.
  let tap: SourceTap?
  private var cutter: PieceCutter
  /// Bytes between the edges of pieces: those of the question, or less where memory is short.
  private var chunkSize: Int {
    didSet { cutter = Self.cutter(chunkSize, question, survey) }
  }
  private var inputs: [OpenInput] = []
  /// What the first input looks like.
  package let survey: Survey
  private var ledger: PieceLedger
  /// Pieces that are out and whose results have not arrived. Bounded, so that the feedback about them is, too.
  private var unanswered: Set<WorkName> = []
  /// Pieces whose results will not arrive, to be given out again.
  private var lost: [WorkName] = []
  /// What parsers have died of, and pieces of it that wait for everything before them.
  private var suspects = SuspectList()
  private var heldBack: [WorkName] = []
  private var redo: RedoRequest?
  /// A failure to read on counts only when everything before it is committed: the run may end before it gets there.
  private var held: (failure: RunFailure, at: Boundary)?
  private var isFinished = false
  /// Whether to give nothing out before it is known where an earlier run has left off.
  package var awaitsBoundary = false
  /// Whether ranges are handed over as bytes, which are taken from the source then.
  package var handsOverBytes = false
  /// A fault to be committed.
  package var injection: FaultInjection?
  /// When to leave this process to a fresh one.
  package var retirement: Retirement?
  /// Inputs that nothing will be read from again.
  private var released = 0

  /// Opens the first input and looks at it.
  ///
  /// - Parameter tap: what the stage reads the source through.
  package init(
    files: [InputFile], question: Question, window: Int, tap: SourceTap? = nil
  ) throws(RunFailure) {
    self.question = question
    self.files = files
    self.tap = tap
    chunkSize = question.chunkSize
    ledger = PieceLedger(window: window)
    guard let first = files.first else { throw RunFailure(.input, "there is no input") }
    var source = first.makeSource(tap)
    let (survey, preamble) = try InputSurveyor(question: question).survey(&source, name: first.facts.name)
    self.survey = survey
    cutter = Self.cutter(chunkSize, question, survey)
    inputs = [OpenInput(source: source, preamble: preamble)]
  }

  private static func cutter(_ chunkSize: Int, _ question: Question, _ survey: Survey) -> PieceCutter {
    PieceCutter(chunkSize: chunkSize, maxRecord: question.maxRecord, dialect: survey.dialect)
  }

  /// Takes over where another reader of the same regular files has left off.
  package init(
    files: [InputFile], question: Question, window: Int, survey: Survey, at resumption: Resumption,
    tap: SourceTap? = nil
  ) throws(RunFailure) {
    self.question = question
    self.files = files
    self.tap = tap
    self.survey = survey
    chunkSize = question.chunkSize
    cutter = Self.cutter(chunkSize, question, survey)
    ledger = PieceLedger(window: window)
    isFinished = resumption.isFinished
    guard let first = files.first else { throw RunFailure(.input, "there is no input") }
    var source = first.makeSource(tap)
    var preamble = Preamble(length: 0, lines: 0)
    if resumption.boundary == Boundary(input: 0, offset: 0) {
      preamble = try InputSurveyor(question: question).survey(&source, name: first.facts.name).1
    }
    inputs = [OpenInput(source: source, preamble: preamble)]
    try begin(at: resumption.boundary, generation: resumption.generation, redo: resumption.redo)
  }

  /// Forgets what is out and goes on from a boundary, with what was asked for there: a record that spans many pieces would
  /// else be begun with one of them again, and never come to its end where stages die often.
  private mutating func begin(at boundary: Boundary, generation: Int, redo known: RedoRequest?) throws(RunFailure) {
    ledger = PieceLedger(window: ledger.window, committed: boundary, generation: generation)
    (unanswered, lost, heldBack, redo, held) = ([], [], [], nil, nil)
    if let known, known.from == boundary, known.minimumEnd > boundary.offset { redo = known }
    // Later inputs are opened anew when it is their turn; earlier ones were read to their ends.
    inputs.removeLast(max(0, inputs.count - boundary.input - 1))
    for index in inputs.indices { inputs[index].next = nil }
    while inputs.count < min(boundary.input, files.count) {
      inputs.append(
        OpenInput(source: files[inputs.count].makeSource(tap), preamble: Preamble(length: 0, lines: 0), next: nil))
    }
    guard boundary.input < files.count else { return }
    if inputs.count == boundary.input { try openNext() }
    inputs[boundary.input].next = boundary.offset
    inputs[boundary.input].nextFollowsLine = !boundary.isSkipping
    inputs[boundary.input].nextIsSkipping = boundary.isSkipping
  }

  /// The most feedback messages that can wait for a reader with this window.
  package static func feedbackCapacity(window: Int) -> Int { 2 * window + 4096 }

  /// Gives out pieces until the aggregator says that the answer is complete.
  package mutating func run(
    to outlet: inout some PieceOutlet, feedback: some Inlet<Feedback>, meter: inout StageMeter
  ) throws(StageError) -> ReaderFindings {
    while !isFinished {
      let hasRoom = !awaitsBoundary && unanswered.count < 2 * ledger.window
      // A stream may have nothing to say for as long as it likes.
      meter.activity?.note(isSeekable ? .works : .waitsForInput)
      if hasRoom, let piece = try StageError.own({ () throws(RunFailure) in try nextToSend() }) {
        meter.activity?.note(.works)
        meter.begin(piece.work)
        if let injection, injection.isDue(at: piece.work) { injection.strike() }
        if handsOverBytes, piece.content == .range { tap?.admit(piece.length) }
        try meter.waitForOutput { () throws(StageError) in try outlet.send(piece) }
        meter.activity?.advance(piece.length)
        meter.end()
        unanswered.insert(piece.work)
        meter.trace?.count(unanswered.count)
        if let retirement, isSeekable, retirement.isDueAfterPiece() { retirement.leave() }
        continue
      }
      // All before it may be committed already: then nobody has anything more to say.
      if let held, held.at <= ledger.committed { throw .failure(held.failure) }
      let message = try meter.waitForFeedback { () throws(StageError) in
        try StageError.link { () throws(LinkError) in try feedback.receive() }
      }
      guard let message else { throw .cancelled }
      switch message {
      case .received(let work, let committed, let request):
        outlet.acknowledge(work)
        unanswered.remove(work)
        ledger.receive(work, committed: committed)
        release(before: committed)
        redo = request ?? redo ?? gap()
        meter.trace?.count(unanswered.count)
        if !suspects.isEmpty { suspects.pass(committed) }
        lose(heldBack)
        heldBack = []
      case .lost(let parser, let named):
        let works = outlet.renew(parser: parser)
        unanswered.subtract(works)
        let halves = try StageError.own { () throws(RunFailure) in
          try take(named.filter { works.contains($0.work) })
        }
        lose(works + halves)
      case .rewound(let boundary, let generation, let redo):
        awaitsBoundary = false
        outlet.forget()
        try StageError.own { () throws(RunFailure) in try begin(at: boundary, generation: generation, redo: redo) }
      case .finished: isFinished = true
      }
    }
    meter.waitForOutput { outlet.finish() }
    return try StageError.own { () throws(RunFailure) in try findings() }
  }

  /// The shortest piece that is halved where memory is short: what needs more for fewer bytes is looked for record by record.
  private static let leastHalf = 4096
  /// Pieces that have not been out yet are not made shorter than this.
  private static let leastChunk = 256 << 10

  /// Takes in what parsers have died of. A piece that took too much memory is divided; gives the second halves.
  private mutating func take(_ named: [Suspect]) throws(RunFailure) -> [WorkName] {
    var halves: [WorkName] = []
    for suspect in named {
      if suspect.kind != .crash, let half = try halve(suspect.work) {
        halves.append(half)
      } else if suspect.kind != .kernelMemory {
        suspects.note(suspect.work, signal: suspect.signal)
      }
    }
    return halves
  }

  /// Divides a piece at about its middle, and has later ones cut as short; gives the second half, or nil where there is none.
  private mutating func halve(_ work: WorkName) throws(RunFailure) -> WorkName? {
    let (input, first, end) = (Int(work.input), Int(work.first), Int(work.end))
    let half = (end - first) / 2
    guard half >= Self.leastHalf, inputs.indices.contains(input) else { return nil }
    // One that is taken apart by records already goes on so.
    guard suspects.bounds(of: Boundary(input: input, offset: first)).recordLimit == nil else { return nil }
    if half >= Self.leastChunk { chunkSize = min(chunkSize, half) }
    let near = Self.cutter(Self.leastHalf, question, survey)
    let cut = try near.cut(&inputs[input].source, after: first, minimumEnd: first + half)
    return ledger.divide(work, at: cut)?.second
  }

  /// Has pieces given out again, those that come first in the input first.
  private mutating func lose(_ works: [WorkName]) {
    if works.isEmpty { return }
    lost += works
    lost.sort { ($0.input, $0.first) > ($1.input, $1.first) }
  }

  /// The bytes between the committed boundary and the first piece behind it, if there are any. A piece that an earlier
  /// reader gave out may end where none of this one's begins.
  private func gap() -> RedoRequest? {
    let committed = ledger.committed
    let next = ledger.entries.first?.start ?? nextStart
    guard committed < next, inputs.indices.contains(committed.input) else { return nil }
    let end = next.input == committed.input ? next.offset : committed.offset + 1
    return RedoRequest(from: committed, minimumEnd: end)
  }

  /// The next piece to send: one that was lost, one that is to be read again, or the next in the order of the input.
  private mutating func nextToSend() throws(RunFailure) -> Piece? {
    while let work = lost.popLast() {
      let start = Boundary(input: Int(work.input), offset: Int(work.first))
      if suspects.holdsBack(start, committed: ledger.committed) {
        if start >= ledger.committed { heldBack.append(work) }
        continue
      }
      guard let (entry, name) = ledger.renew(work) else { continue }
      return try piece(
        name, start: entry.start, cut: entry.cut, rowLimit: entry.rowLimit, rejectLimit: entry.rejectLimit)
    }
    if let request = redo {
      redo = nil
      return try redonePiece(request)
    }
    guard held == nil, ledger.hasRoom else { return nil }
    let start = nextStart
    do throws(RunFailure) {
      return try nextPiece()
    } catch {
      held = (error, start)
      return nil
    }
  }

  /// Whether everything can be read by offset.
  private var isSeekable: Bool { files.allSatisfy(\.facts.isRegular) }

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
    let start = Boundary(input: current, offset: first, isSkipping: inputs[current].nextIsSkipping)
    let minimumEnd = max(first + 1, first == 0 ? inputs[current].preamble.length : 0)
    // To look for the end of a piece of a stream is to read it.
    if !inputs[current].source.hasRanges { tap?.awaitAnswer() }
    let cut = try cutter.cut(&inputs[current].source, after: first, minimumEnd: minimumEnd)
    let work = ledger.append(start: start, startsAfterLine: inputs[current].nextFollowsLine, cut: cut)
    inputs[current].next = cut.isLast ? nil : cut.offset
    inputs[current].nextFollowsLine = cut.endsLine
    inputs[current].nextIsSkipping = false
    return try piece(work, start: start, cut: cut, rowLimit: nil, rejectLimit: nil)
  }

  /// A piece from a record start that is known now, to a start that is known or to a new guess.
  private mutating func redonePiece(_ redo: RedoRequest) throws(RunFailure) -> Piece {
    let index = redo.from.input
    // Pieces that an earlier reader gave out may lead into inputs that this one has not come to.
    while inputs.count <= min(index, files.count - 1) { try openNext() }
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
        inputs[index].nextIsSkipping = false
      }
      cut = new
    }
    let chosen = cut ?? Cut(offset: redo.from.offset, isLast: true, endsLine: false)
    let work = ledger.insert(
      start: redo.from, cut: chosen, rowLimit: redo.rowLimit, rejectLimit: redo.rejectLimit)
    return try piece(work, start: redo.from, cut: chosen, rowLimit: redo.rowLimit, rejectLimit: redo.rejectLimit)
  }

  private mutating func openNext() throws(RunFailure) {
    let file = files[inputs.count]
    var source = file.makeSource(tap)
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
    var piece = Piece(
      work: work, content: content, isLast: cut.isLast, endsLine: cut.endsLine, isSkipping: start.isSkipping,
      headerLength: preamble.length, headerLines: preamble.lines, rowLimit: rowLimit, rejectLimit: rejectLimit)
    if !suspects.isEmpty { (piece.recordLimit, piece.poison) = suspects.bounds(of: start) }
    return piece
  }
}
