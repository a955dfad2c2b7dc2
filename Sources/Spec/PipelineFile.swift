// A pipeline file: read from disk or from text into a definition, able to say where in it a question went wrong.

import Glibc
import Query

/// A pipeline file that was read.
package struct PipelineFile: Sendable {
  /// The path as given.
  package let path: String
  package var definition: PipelineDefinition
  private let places: [Passage]
  private let keyPlaces: [PipelineKey: FilePlace]

  /// A text of the question with its place.
  private struct Passage: Sendable {
    var key: String
    var text: String
    var start: FilePlace?
    /// Where the text itself begins, if it stands in one line without escapes.
    var exact: FilePlace?
    /// Unicode scalars at the start of the text that are not in the file.
    var lead: Int
  }

  /// The largest pipeline file: far more than anybody writes, and a bound for what a wrong path makes us read.
  private static let largest = 1 << 20

  /// Reads the text of a pipeline file. Expressions, aggregates and sort keys are checked as far as that goes without
  /// an input: the grammar, not the names of columns.
  ///
  /// - Parameters:
  ///   - text: the bytes, UTF-8.
  ///   - path: how errors name the file.
  /// - Throws: the first mistake found, with line, column and key.
  package init(parsing text: [UInt8], path: String) throws(PipelineFileError) {
    let source = try SourceText(text, file: path)
    let reader = try PipelineReader(YAMLDocument(source))
    self.path = path
    definition = reader.definition
    keyPlaces = reader.keyPlaces
    places = reader.passages.map { passage in
      let start = passage.value.place
      var exact: FilePlace?
      if let start, case .scalar(let scalar) = passage.value.node {
        let part = Array(passage.text.unicodeScalars.dropFirst(passage.lead))
        let offset = Array(scalar.string.unicodeScalars).firstOffset(of: part)
        if let offset { exact = source.place(of: part, at: offset, from: start) }
      }
      return Passage(key: passage.key, text: passage.text, start: start, exact: exact, lead: passage.lead)
    }
    do throws(QuestionError) {
      try definition.question.checkSyntax()
    } catch {
      throw self.error(for: error)
    }
  }

  /// Reads a pipeline file from disk.
  package init(reading path: String) throws(PipelineFileError) {
    try self.init(parsing: Self.contents(of: path), path: path)
  }

  /// A mistake in the question, placed in this file: the key and, where the question's error names the expression, its
  /// line and column.
  package func error(for error: QuestionError) -> PipelineFileError {
    guard let expression = error.expression,
      let passage = places.first(where: { $0.text == expression })
        ?? places.first(where: { $0.text.contains(expression) })
    else { return inWordsOfKeys(error) }
    var place = passage.exact ?? passage.start
    var message = "\(passage.key): \(error.message)"
    if let offset = error.offset {
      let inner = Array(passage.text.unicodeScalars).firstOffset(of: Array(expression.unicodeScalars)) ?? 0
      let ahead = expression.prefix(offset).unicodeScalars.count
      if let exact = passage.exact {
        place = FilePlace(line: exact.line, column: exact.column + max(0, inner + ahead - passage.lead))
      } else {
        message += " (at character \(offset + 1) of \(ShownValue.quoted(expression)))"
      }
    }
    return PipelineFileError(
      file: path, place: place, key: passage.key, message: message, remedy: error.remedy)
  }

  /// A mistake that is put in the words of options: the option it begins with is the key it stands at.
  private func inWordsOfKeys(_ error: QuestionError) -> PipelineFileError {
    let words = { (text: String) in
      PipelineKey.allCases.reduce(text) { text, key in
        text.replacing("--" + key.rawValue.replacing("_", with: "-"), with: key.rawValue)
      }
    }
    let message = words(error.message)
    let key = PipelineKey.allCases.first { error.message.hasPrefix("--") && message.hasPrefix($0.rawValue) }
    guard let key else { return PipelineFileError(file: path, message: error.message, remedy: error.remedy) }
    return PipelineFileError(
      file: path, place: keyPlaces[key], key: key.rawValue, message: message, remedy: error.remedy.map(words))
  }

  private static func contents(of path: String) throws(PipelineFileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path, errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &block, block.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw unreadable(path, errno) }
      if count == 0 { return bytes }
      bytes += block[..<count]
      guard bytes.count <= largest else {
        throw PipelineFileError(
          file: path, message: "the file is larger than \(ByteSize.text(largest))", remedy: "is this a pipeline file?")
      }
    }
  }

  private static func unreadable(_ path: String, _ code: Int32) -> PipelineFileError {
    PipelineFileError(file: path, message: "cannot read this pipeline file: \(String(cString: strerror(code)))")
  }
}

extension [UnicodeScalar] {
  /// The offset of the first occurrence of a part.
  fileprivate func firstOffset(of part: [UnicodeScalar]) -> Int? {
    guard part.count <= count else { return nil }
    return (0...count - part.count).first { self[$0..<$0 + part.count].elementsEqual(part) }
  }
}
