// One value of a pipeline file, read as what its key wants; whatever else stands there is an error with its place.

import Query
import Yams

/// A value and the key that it belongs to.
struct YAMLValue {
  let node: Node
  let key: String
  let file: String

  var place: FilePlace? { node.mark.map(FilePlace.init) }

  /// Whether nothing stands behind the key, or a bare `~`. (The word `null` is a text: it is the commonest null text.)
  var isMissing: Bool {
    guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
    return scalar.string.isEmpty || scalar.string == "~"
  }

  func error(_ message: String, remedy: String? = nil) -> PipelineFileError {
    PipelineFileError(file: file, place: place, key: key, message: "\(key): \(message)", remedy: remedy)
  }

  func error(_ error: QuestionError) -> PipelineFileError { self.error(error.message, remedy: error.remedy) }

  /// Reads the text as what `parse` makes of it.
  func parsed<Result>(
    _ what: String = "a text", _ parse: (String) throws(QuestionError) -> Result
  ) throws(PipelineFileError) -> Result {
    let text = try text(what)
    do throws(QuestionError) { return try parse(text) } catch { throw self.error(error) }
  }

  /// A text that may be empty (`quote: ""`).
  func text(_ what: String = "a text") throws(PipelineFileError) -> String {
    guard case .scalar(let scalar) = node else { throw error("\(what) is wanted, not \(shape)") }
    guard !isMissing else {
      throw error("there is no value", remedy: "write \(what) behind the key, or leave the key out")
    }
    // Before its resolution, a plain text without a tag has an empty one; `where: !(a > 1)` would lose its start.
    guard scalar.style != .plain || scalar.tag.rawValue.isEmpty else {
      throw error("YAML reads the word behind \"!\" as a tag", remedy: "put the text in quotes")
    }
    return scalar.string
  }

  /// A text with something in it.
  func filledText(_ what: String = "a text") throws(PipelineFileError) -> String {
    let text = try text(what)
    guard !text.allSatisfy(\.isWhitespace) else {
      throw error(
        "there is no value",
        remedy: "put a value that YAML takes for its own sign, such as |, in quotes, or leave the key out")
    }
    return text
  }

  func truth() throws(PipelineFileError) -> Bool {
    let text = try filledText("true or false")
    switch text.lowercased() {
    case "true": return true
    case "false": return false
    default: throw error("\(ShownValue.quoted(text)) is neither true nor false", remedy: "write true or false")
    }
  }

  func number(in range: ClosedRange<Int>) throws(PipelineFileError) -> Int {
    try parsed("a whole number") { (text) throws(QuestionError) in try OptionRange.parse(text, in: range) }
  }

  func size(in range: ClosedRange<Int>) throws(PipelineFileError) -> Int {
    try parsed("a size") { (text) throws(QuestionError) in try ByteSize.parse(text, in: range) }
  }

  /// One of some names; `noun` is what errors call them, by default the key.
  func choice(among names: [String], noun: String? = nil) throws(PipelineFileError) -> String {
    try parsed("a name") { (text) throws(QuestionError) in
      try ChoiceText.parse(text, as: noun ?? key, among: names)
    }
  }

  func choice<Choice: CaseIterable & RawRepresentable<String>>(
    _ type: Choice.Type, noun: String? = nil
  ) throws(PipelineFileError) -> Choice {
    let name = try choice(among: Choice.allCases.map(\.rawValue), noun: noun)
    guard let choice = Choice(rawValue: name) else { throw error("\(ShownValue.quoted(name)) is not known") }
    return choice
  }

  /// The elements where a list stands; nil where none does.
  var elements: [YAMLValue]? {
    guard case .sequence(let sequence) = node else { return nil }
    return sequence.map { YAMLValue(node: $0, key: key, file: file) }
  }

  /// The entries where a map stands; nil where none does.
  func entries() throws(PipelineFileError) -> [YAMLDocument.Entry]? {
    guard case .mapping(let mapping) = node else { return nil }
    return try YAMLDocument.entries(of: mapping, file: file, keyPrefix: key + ".")
  }

  private var shape: String {
    switch node {
    case .scalar: "a text"
    case .sequence: "a list"
    case .mapping: "a map"
    case .alias: "an alias"
    }
  }
}
