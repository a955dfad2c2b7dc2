// From a definition to the text of a pipeline file that reads back as the same definition.

import Query
import Yams

extension PipelineDefinition {
  /// The definition as YAML: the keys in the order of `PipelineKey`, those at their defaults left out.
  ///
  /// - Throws: `PipelineFileError` when libyaml cannot write it, which no definition is known to cause.
  package func yaml() throws(PipelineFileError) -> String {
    var pairs: [(Node, Node)] = []
    for key in PipelineKey.allCases {
      if let value = value(of: key) { pairs.append((Self.scalar(key.rawValue), value)) }
    }
    if pairs.isEmpty { return "# Every key at its default: a profile of every column.\n{}\n" }
    do {
      return try serialize(
        node: Node(pairs, .implicit, .block), indent: 2, width: -1, allowUnicode: true, sequenceStyle: .block)
    } catch {
      throw PipelineFileError(file: "pipeline", message: "cannot be written as YAML: \(error)")
    }
  }

  private func value(of key: PipelineKey) -> Node? {
    let standard = Question()
    switch key {
    case .description: return description.map(Self.scalar)
    case .inputs: return Self.list(inputs)
    case .mode: return mode.map(Self.scalar)
    case .workers: return workers.map(Self.number)
    case .threads: return threads.map(Self.number)
    case .link: return link.map(Self.scalar)
    case .queueDepth: return queueDepth.map(Self.number)
    case .handOff: return handOff.map(Self.scalar)
    case .sandbox: return sandbox.map(Self.scalar)
    case .stallTimeout: return stallTimeout.map(Self.number)
    case .memoryLimit: return memoryLimit.map { Self.scalar(ByteSize.text($0)) }
    case .maxChunksPerWorker: return maxChunksPerWorker.map(Self.number)
    case .delimiter: return question.dialect.delimiter.map { Self.scalar(DialectByte.text($0)) }
    case .quote: return question.dialect.quote.map { Self.scalar($0.map(DialectByte.text) ?? "none") }
    case .header: return question.dialect.hasHeader ? nil : Node("false")
    case .columns: return Self.list(question.dialect.columns?.map(QuotedName.item) ?? [])
    case .null: return Self.list(question.dialect.nullTexts)
    case .types:
      let types = question.types.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return types.isEmpty
        ? nil : Node(types.map { (Self.scalar($0.key), Self.scalar($0.value.rawValue)) }, .implicit, .block)
    case .filter: return question.filter.map(Self.scalar)
    case .derive: return Self.list(question.derived)
    case .groupBy: return Self.list(question.groupBy.map(QuotedName.item))
    case .aggregates: return Self.list(question.aggregates)
    case .select: return Self.list(question.select?.map(QuotedName.item) ?? [])
    case .sort: return Self.list(question.sort)
    case .limit: return question.limit.map(Self.number)
    case .format:
      if let format { return Self.scalar(format.rawValue) }
      return question.format == standard.format ? nil : Self.scalar(question.format.rawValue)
    case .output: return output.map(Self.scalar)
    case .onError:
      return question.errorPolicy == standard.errorPolicy ? nil : Self.scalar(question.errorPolicy.rawValue)
    case .maxErrors: return question.maxErrors.map { Self.scalar(ErrorBoundText.text($0)) }
    case .rejects: return rejects.map(Self.scalar)
    case .report: return report.map(Self.scalar)
    case .trace: return trace.map(Self.scalar)
    case .checkpoint: return checkpoint.map(Self.scalar)
    case .spool: return spool.map(Self.scalar)
    case .parser: return question.scanner == standard.scanner ? nil : Self.scalar(question.scanner.rawValue)
    case .maxRecord: return Self.size(question.maxRecord, unless: standard.maxRecord)
    case .chunkSize:
      if let chunkSize { return Node(ByteSize.text(chunkSize)) }
      return Self.size(question.chunkSize, unless: standard.chunkSize)
    }
  }

  private static func list(_ texts: [String]) -> Node? {
    texts.isEmpty ? nil : Node(texts.map(scalar), .implicit, .block)
  }

  private static func number(_ value: Int) -> Node { Node("\(value)") }

  private static func size(_ value: Int, unless standard: Int) -> Node? {
    value == standard ? nil : Node(ByteSize.text(value))
  }

  /// Plain where nobody, and no other YAML reader, could take the text for anything but a text; else in double quotes.
  private static func scalar(_ text: String) -> Node {
    let words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"]
    let isWord =
      text.unicodeScalars.first.map { $0.properties.isAlphabetic && $0.isASCII } ?? false
      && text.last != " " && !words.contains(text.lowercased())
      && text.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII
          && (scalar.properties.isAlphabetic || "0"..."9" ~= scalar
            || " _-./(),=<>*+|&'".unicodeScalars.contains(scalar))
      }
    return Node(text, Tag(.str), isWord ? .plain : .doubleQuoted)
  }
}
