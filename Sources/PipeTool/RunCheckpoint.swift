// `--checkpoint`: what a run is told of an earlier one before it begins, and what is left for the next one when it ends.

import Execution
import Query
import Report
import Transport

/// The checkpoint of one run.
struct RunCheckpoint {
  private let folder: CheckpointFolder
  private let identity: CheckpointIdentity
  private var keeper: CheckpointKeeper?
  /// Whether there is something to go on from.
  let isResumed: Bool
  /// A name for what is kept of the outputs.
  var label: String { folder.label }
  /// Whether rows are written before the end of the run.
  let streamsRows: Bool

  /// Opens the checkpoint of a run, or refuses one that is of something else. Reads all inputs once.
  init(opening path: String, of run: ResolvedRun, _ question: Question, _ inputs: [InputFile]) throws(RunFailure) {
    if let stream = inputs.first(where: { !$0.facts.isRegular }) {
      throw RunFailure(
        .usage, "\(stream.facts.name): is a stream, which no other run could go on with",
        remedy: "put it into a file for --checkpoint")
    }
    streamsRows = question.streamsRows
    let folder = try CheckpointFolder(opening: path)
    self.folder = folder
    let maker = CheckpointIdentity.Maker(program: PipeCommand.version)
    var identity = CheckpointIdentity(
      maker: maker, question: question, output: streamsRows ? run.output.flatMap(OutputFile.identity) : nil,
      rejects: run.rejects.flatMap(OutputFile.identity), inputs: inputs.map { CheckpointIdentity.Input($0.facts) })
    let bytes = try folder.savedIdentity()
    isResumed = bytes != nil
    do throws(RunFailure) {
      let saved = try bytes.map { (bytes) throws(RunFailure) in try Self.saved(bytes, maker, folder) }
      // What is cheap to see comes first.
      if let refusal = saved.flatMap({ identity.refusal(of: $0, folder: path) }) { throw refusal }
      let loop = ParallelLoop.threads(AvailableCores.count)
      for (index, input) in inputs.enumerated() {
        identity.inputs[index].content = try ContentHash.of(input, in: loop)
      }
      if let refusal = saved.flatMap({ identity.contentRefusal(of: $0, folder: path) }) { throw refusal }
    } catch {
      if !isResumed { folder.remove() }
      throw error
    }
    self.identity = identity
  }

  private static func saved(
    _ bytes: [UInt8], _ maker: CheckpointIdentity.Maker, _ folder: CheckpointFolder
  ) throws(RunFailure) -> CheckpointIdentity {
    guard let savedMaker = try? CheckpointIdentity.Maker(of: bytes) else { throw folder.damaged }
    if let refusal = maker.refusal(of: savedMaker, folder: folder.path) { throw refusal }
    guard let saved = try? CheckpointIdentity(bytes) else { throw folder.damaged }
    return saved
  }

  /// Brings the outputs to where they can be trusted, and keeps them and the state durable from now on.
  mutating func begin(_ destination: RunDestination) throws(RunFailure) -> KeptState {
    let outputs = try destination.keptDescriptors()
    var delivered = OutputCounts()
    if isResumed { delivered = try folder.trusted(lengths: destination.keptLengths) }
    try destination.goOn(at: delivered)
    if isResumed {
      do throws(TransportError) {
        for output in outputs.values { try output.synchronize() }
        try folder.mark(delivered)
      } catch {
        throw CheckpointFolder.unwritable(error)
      }
    } else {
      try folder.begin(identity)
    }
    // Hours may pass until the run is over.
    let keeper = CheckpointKeeper(folder, outputs: outputs) { Diagnostics.warn($0.message) }
    try keeper.start()
    self.keeper = keeper
    return KeptState(files: folder.files, delivered: delivered)
  }

  /// Ends what goes on beside the run.
  ///
  /// - Returns: why the outputs may not be on the disk.
  func finish(isComplete: Bool) -> RunFailure? { keeper?.finish(isComplete: isComplete) }

  /// Removes it: the run is over, or would end again as it has.
  func remove() { folder.remove() }

  /// Where a run goes on, in words.
  static func text(at boundary: Boundary, of inputs: [InputFacts]) -> String {
    guard inputs.indices.contains(boundary.input) else { return "continuing behind the last byte of the input" }
    if boundary.input == 0, boundary.offset == 0 { return "continuing at the beginning: nothing was kept" }
    let total = inputs.reduce(0) { $0 + $1.size }
    let before = inputs[..<boundary.input].reduce(0) { $0 + $1.size } + boundary.offset
    let share = total > 0 ? Int((100 * Double(before) / Double(total)).rounded(.down)) : 100
    let byte = NumberText.grouped(boundary.offset)
    return "continuing at byte \(byte) of \(inputs[boundary.input].name) (\(share) %)"
  }
}
