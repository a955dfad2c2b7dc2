// A pipeline file as a list of keys and values with their places: Yams for the syntax, our words for its errors.

import Yams

/// The one mapping that a pipeline file consists of.
struct YAMLDocument {
  /// One key and its value.
  struct Entry {
    var key: String
    var place: FilePlace?
    var value: YAMLValue
  }

  let entries: [Entry]

  /// - Throws: `PipelineFileError` when the text is not YAML, is empty, holds several documents, is not a mapping, or
  ///   names a key twice.
  init(_ source: SourceText) throws(PipelineFileError) {
    let file = source.file
    let roots: [Node]
    do {
      let parser = try Parser(yaml: source.text, encoding: .utf8)
      var found: [Node] = []
      while found.count < 2, let root = try parser.nextRoot() { found.append(root) }
      roots = found
    } catch {
      throw Self.translated(error, file: file)
    }
    guard let root = roots.first, !YAMLValue(node: root, key: "", file: file).isMissing else {
      throw PipelineFileError(
        file: file, message: "the file is empty", remedy: "an all-default pipeline needs one key, such as inputs")
    }
    if roots.count > 1 {
      throw PipelineFileError(
        file: file, place: roots[1].mark.map(FilePlace.init), message: "a second document starts here",
        remedy: "write one pipeline a file")
    }
    guard case .mapping(let mapping) = root else {
      throw PipelineFileError(
        file: file, place: root.mark.map(FilePlace.init), message: "a pipeline is written as keys with values",
        remedy: "write for example \"group_by: carrier\"")
    }
    entries = try Self.entries(of: mapping, file: file, keyPrefix: "")
  }

  /// The entries of a mapping in file order.
  static func entries(
    of mapping: Node.Mapping, file: String, keyPrefix: String
  ) throws(PipelineFileError) -> [Entry] {
    var entries: [Entry] = []
    for (keyNode, node) in mapping {
      let place = keyNode.mark.map(FilePlace.init)
      guard case .scalar(let scalar) = keyNode else {
        throw PipelineFileError(file: file, place: place, message: "a key must be a text")
      }
      let key = scalar.string
      // Yams compares keys with their types, so that `null` and "null" pass it as different.
      guard !entries.contains(where: { $0.key == key }) else {
        throw PipelineFileError(
          file: file, place: place, key: key, message: "key \(ShownValue.quoted(key)) is given twice")
      }
      let value = YAMLValue(node: node, key: keyPrefix + key, file: file)
      entries.append(Entry(key: key, place: place, value: value))
    }
    return entries
  }

  /// An error of Yams in our words.
  private static func translated(_ error: any Error, file: String) -> PipelineFileError {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      var message = "not YAML: \(problem)"
      if let context { message += " \(context.text) that starts in line \(context.mark.line)" }
      let place = FilePlace(mark)
      return PipelineFileError(
        file: file, place: place, message: message,
        remedy: "a text that starts with one of ! & * % @ ` \" ' [ { > | or holds \": \" or \" #\" must stand in quotes"
      )
    case .duplicatedKeysInMapping(let keys, let context):
      let key = keys.first ?? ""
      return PipelineFileError(
        file: file, place: FilePlace(context.mark), key: key, message: "key \(ShownValue.quoted(key)) is given twice")
    case .some(let other):
      return PipelineFileError(file: file, message: "not YAML: \(other)")
    case nil:
      return PipelineFileError(file: file, message: "not YAML: \(error)")
    }
  }
}

extension FilePlace {
  /// The place of a mark of Yams, which counts from 1 as well.
  init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }
}
