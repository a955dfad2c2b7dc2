// Why a run could not be completed. Stages return these; only the command line prints them and turns them into an exit
// status.

import CSV
import Query
import Transport

/// A failed run: what, where and remedy in words, and the kind that decides the exit status.
package struct RunFailure: Error, Equatable, Sendable {
  package enum Kind: UInt8, Sendable {
    /// The question does not fit the input (64).
    case usage = 1
    /// The input's content (65).
    case data = 2
    /// An input is missing or unreadable (66).
    case input = 3
    /// The books do not balance, or another invariant is broken (70).
    case books = 4
    /// Processes, descriptors or memory ran out (71).
    case system = 5
    /// The output cannot be created (73).
    case output = 6
    /// Reading or writing failed, or the input changed (74).
    case transfer = 7
    /// A worker died or failed (75).
    case worker = 8
  }

  package var kind: Kind
  package var message: String
  package var remedy: String?
  /// An expression with a mistake in it, and the offset of the mistake in characters.
  package var expression: String?
  package var offset: Int?

  package init(
    _ kind: Kind, _ message: String, remedy: String? = nil, expression: String? = nil, offset: Int? = nil
  ) {
    self.kind = kind
    self.message = message
    self.remedy = remedy
    self.expression = expression
    self.offset = offset
  }

  package init(_ error: QuestionError) {
    self.init(.usage, error.message, remedy: error.remedy, expression: error.expression, offset: error.offset)
  }

  package init(_ error: AnswerError) { self.init(.data, error.message, remedy: error.remedy) }

  /// A thread without which the run cannot go on could not be had.
  static func noThread(_ error: TransportError, remedy: String = "use fewer workers (-j)") -> RunFailure {
    RunFailure(.system, "a thread could not be started: \(error.description)", remedy: remedy)
  }

  /// Something that must add up does not.
  static func imbalance(_ what: String) -> RunFailure {
    RunFailure(
      .books, "the books do not balance: \(what)",
      remedy: "this is a defect of the program: please report it with the input")
  }

  package func encode(into writer: inout ByteWriter) {
    writer.write(kind.rawValue)
    writer.write(message)
    writer.write(remedy) { $0.write($1) }
    writer.write(expression) { $0.write($1) }
    writer.write(offset) { $0.write($1) }
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    guard let kind = Kind(rawValue: try reader.read()) else { throw ByteCodingError("unknown kind of failure") }
    self.kind = kind
    message = try reader.readString()
    remedy = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readString() }
    expression = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readString() }
    offset = try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() }
  }
}
