// What a checkpoint is of: a state that was saved for another question, another input or by another program must never be
// gone on from. A value; who holds it against a run's own says why that run is refused.

import CSV
import Query
import Transport

/// Everything that decides what bytes a run gives, but not how it gets there: a run may go on in another mode, with other
/// workers, pieces and parsers.
package struct CheckpointIdentity: Equatable, Sendable {
  /// Who wrote a checkpoint.
  package struct Maker: Equatable, Sendable {
    /// The form of this file and of the saved state.
    package static let format: UInt32 = 2

    package var format = Maker.format
    package var workers = WorkerStart.protocolVersion
    /// The version of the program.
    package var program: String

    package init(program: String) { self.program = program }
  }

  /// One input.
  package struct Input: Equatable, Sendable {
    package var name: String
    package var size: Int
    package var base: Int
    /// Nanoseconds.
    package var modified: Int64
    package var content: UInt64

    package init(name: String, size: Int, base: Int, modified: Int64, content: UInt64) {
      self.name = name
      self.size = size
      self.base = base
      self.modified = modified
      self.content = content
    }

    /// An input whose content is still to be looked at.
    package init(_ facts: InputFacts) {
      self.init(name: facts.name, size: facts.size, base: facts.base, modified: facts.modified, content: 0)
    }
  }

  package var maker: Maker
  package var question: Question
  /// Where rows go that are written as they come, and where rejects go; nil where nothing goes there before the end.
  package var output: String?
  package var rejects: String?
  package var inputs: [Input]

  package init(maker: Maker, question: Question, output: String?, rejects: String?, inputs: [Input]) {
    self.maker = maker
    self.question = question
    self.output = output
    self.rejects = rejects
    self.inputs = inputs
  }
}

extension CheckpointIdentity {
  /// Why a run of this identity cannot go on from what was saved under another one, its inputs' content aside; nil if it
  /// can.
  package func refusal(of saved: CheckpointIdentity, folder: String) -> RunFailure? {
    if let option = differingOption(saved) {
      return RunFailure(
        .usage, "\(folder): the checkpoint is of another question: \(option) differs",
        remedy: "repeat the command as it was to go on, or remove \(CheckpointFolder.files(in: folder)) to begin anew")
    }
    guard saved.inputs.map(\.name) == inputs.map(\.name), saved.inputs.map(\.base) == inputs.map(\.base) else {
      let names = saved.inputs.map(\.name)
      let shown = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", ..." : "")
      return RunFailure(
        .usage, "\(folder): the checkpoint is of other inputs: \(shown)",
        remedy: "name the same inputs to go on, or remove \(CheckpointFolder.files(in: folder)) to begin anew")
    }
    for (old, new) in zip(saved.inputs, inputs) {
      if old.size != new.size {
        return Self.changed(new.name, "it has \(new.size) bytes, not \(old.size)", folder)
      }
      if old.modified != new.modified { return Self.changed(new.name, "it was written to since", folder) }
    }
    return nil
  }

  /// Why a run cannot go on because of what its inputs hold; nil if it can.
  package func contentRefusal(of saved: CheckpointIdentity, folder: String) -> RunFailure? {
    for (old, new) in zip(saved.inputs, inputs) where old.content != new.content {
      return Self.changed(new.name, "its content is another, although size and time are the same", folder)
    }
    return nil
  }

  private static func changed(_ name: String, _ how: String, _ folder: String) -> RunFailure {
    RunFailure(
      .transfer, "\(name): is not what the checkpoint in \(folder) was made of: \(how)",
      remedy: "restore the file to go on, or remove \(CheckpointFolder.files(in: folder)) to begin anew")
  }

  /// The first option that makes another question.
  private func differingOption(_ saved: CheckpointIdentity) -> String? {
    let (old, new) = (saved.question, question)
    let pairs: [(String, Bool)] = [
      ("--delimiter", old.dialect.delimiter == new.dialect.delimiter),
      ("--quote", old.dialect.quote == new.dialect.quote),
      ("--no-header", old.dialect.hasHeader == new.dialect.hasHeader),
      ("--columns", old.dialect.columns == new.dialect.columns),
      ("--null", old.dialect.nullTexts == new.dialect.nullTexts),
      ("--types", old.types == new.types),
      ("--group-by", old.groupBy == new.groupBy),
      ("--agg", old.aggregates == new.aggregates),
      ("--where", old.filter == new.filter),
      ("--derive", old.derived == new.derived),
      ("--select", old.select == new.select),
      ("--sort", old.sort == new.sort),
      ("--limit", old.limit == new.limit),
      ("--format", old.format == new.format),
      ("--max-record", old.maxRecord == new.maxRecord),
      ("--on-error", old.errorPolicy == new.errorPolicy),
      ("--max-errors", old.maxErrors == new.maxErrors),
      ("--output", saved.output == output),
      ("--rejects", saved.rejects == rejects),
    ]
    return pairs.first { !$0.1 }?.0
  }
}

extension CheckpointIdentity.Maker {
  /// Why this program cannot go on from what another one saved; nil if it can.
  package func refusal(of saved: CheckpointIdentity.Maker, folder: String) -> RunFailure? {
    if saved == self { return nil }
    let which = saved.program == program ? "another build of version \(program)" : "version \(saved.program)"
    return RunFailure(
      .usage, "\(folder): the checkpoint was made by \(which) of this program, which is \(program)",
      remedy: "go on with that one, or remove \(CheckpointFolder.files(in: folder)) to begin anew")
  }

  /// Who wrote an identity: it begins with that, whatever follows.
  package init(of identity: [UInt8]) throws(ByteCodingError) {
    var reader = ByteReader(identity)
    try self.init(from: &reader)
  }

  fileprivate init(from reader: inout ByteReader) throws(ByteCodingError) {
    let format: UInt32 = try reader.read()
    let workers: UInt32 = try reader.read()
    self.init(program: try reader.readString())
    (self.format, self.workers) = (format, workers)
  }
}

extension CheckpointIdentity {
  package func encode() -> [UInt8] {
    var writer = ByteWriter()
    writer.write(maker.format)
    writer.write(maker.workers)
    writer.write(maker.program)
    question.encode(into: &writer)
    writer.write(output) { $0.write($1) }
    writer.write(rejects) { $0.write($1) }
    writer.write(inputs) { writer, input in
      writer.write(input.name)
      writer.write(input.size)
      writer.write(input.base)
      writer.write(input.modified)
      writer.write(input.content)
    }
    return writer.bytes
  }

  package init(_ bytes: [UInt8]) throws(ByteCodingError) {
    var reader = ByteReader(bytes)
    maker = try Maker(from: &reader)
    question = try Question(from: &reader)
    output = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readString() }
    rejects = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readString() }
    inputs = try reader.readArray { (reader) throws(ByteCodingError) in try Input(from: &reader) }
    guard reader.remaining == 0 else { throw ByteCodingError("\(reader.remaining) bytes too many") }
  }
}

extension CheckpointIdentity.Input {
  fileprivate init(from reader: inout ByteReader) throws(ByteCodingError) {
    name = try reader.readString()
    size = try reader.readInt()
    base = try reader.readInt()
    modified = try reader.read()
    content = try reader.read()
  }
}
