// From the keys and values of a pipeline file to its definition: one case a key.

import CSV
import Query

/// Reads the definition, and keeps where every text of the question stands.
struct PipelineReader {
  /// A text of the question and the value that it was read from.
  struct Passage {
    var key: String
    /// The text as the question has it: a whole value, or a name of a list.
    var text: String
    /// Unicode scalars at the start of the text that are not in the value.
    var lead = 0
    var value: YAMLValue
  }

  private(set) var definition = PipelineDefinition()
  private(set) var passages: [Passage] = []
  /// Where each key stands.
  private(set) var keyPlaces: [PipelineKey: FilePlace] = [:]
  private var delimiterValue: YAMLValue?
  private var quoteValue: YAMLValue?

  init(_ document: YAMLDocument) throws(PipelineFileError) {
    for entry in document.entries {
      guard let key = PipelineKey(rawValue: entry.key) else {
        throw PipelineFileError(
          file: entry.value.file, place: entry.place, key: entry.key,
          message: "key \(ShownValue.quoted(entry.key)) is not known",
          remedy: ChoiceText.remedy(for: entry.key, among: PipelineKey.allCases.map(\.rawValue)))
      }
      keyPlaces[key] = entry.place
      try read(key, entry.value)
    }
    try checkBytes()
  }

  private mutating func read(_ key: PipelineKey, _ value: YAMLValue) throws(PipelineFileError) {
    switch key {
    case .description: definition.description = try value.filledText()
    case .inputs: definition.inputs = try texts(value, "a path")
    case .mode: definition.mode = try value.choice(among: PipelineDefinition.modes)
    case .workers: definition.workers = try value.number(in: OptionRange.workers)
    case .threads: definition.threads = try value.number(in: OptionRange.workers)
    case .link: definition.link = try value.choice(among: PipelineDefinition.links)
    case .queueDepth: definition.queueDepth = try value.number(in: OptionRange.queueDepth)
    case .handOff: definition.handOff = try value.choice(among: PipelineDefinition.handOffs)
    case .sandbox: definition.sandbox = try value.choice(among: PipelineDefinition.sandboxes)
    case .stallTimeout: definition.stallTimeout = try value.number(in: OptionRange.stallTimeout)
    case .memoryLimit: definition.memoryLimit = try value.size(in: OptionRange.memoryLimit)
    case .maxChunksPerWorker:
      definition.maxChunksPerWorker = try value.number(in: OptionRange.maxChunksPerWorker)
    case .format:
      let format = try value.choice(OutputFormat.self)
      definition.format = format
      definition.question.format = format
    case .output: definition.output = try value.filledText("a path")
    case .rejects: definition.rejects = try value.filledText("a path")
    case .report: definition.report = try value.filledText("a path")
    case .trace: definition.trace = try value.filledText("a path")
    case .checkpoint: definition.checkpoint = try value.filledText("a folder")
    case .spool: definition.spool = try value.filledText("a folder")
    default: try readQuestion(key, value)
    }
  }

  private mutating func readQuestion(_ key: PipelineKey, _ value: YAMLValue) throws(PipelineFileError) {
    switch key {
    case .delimiter:
      if try value.text().isEmpty { _ = try value.filledText("a character") }
      definition.question.dialect.delimiter = try value.parsed("a character", DialectByte.parse)
      delimiterValue = value
    case .quote:
      definition.question.dialect.quote = .some(try value.parsed("a character", DialectByte.parseQuote))
      quoteValue = value
    case .header: definition.question.dialect.hasHeader = try value.truth()
    case .columns: definition.question.dialect.columns = try filled(names(value), value)
    case .null: definition.question.dialect.nullTexts = try nullTexts(value)
    case .types: definition.question.types = try types(value)
    case .filter:
      definition.question.filter = try value.filledText("an expression")
      keep(definition.question.filter ?? "", of: value)
    case .derive: definition.question.derived = try derivations(value)
    case .groupBy: definition.question.groupBy = try names(value)
    case .aggregates: definition.question.aggregates = try lists(value, "a list")
    case .select: definition.question.select = try filled(names(value), value)
    case .sort: definition.question.sort = try lists(value, "a list")
    case .limit: definition.question.limit = try value.number(in: OptionRange.limit)
    case .onError: definition.question.errorPolicy = try value.choice(ErrorPolicy.self, noun: "policy")
    case .maxErrors:
      definition.question.maxErrors = try value.parsed("a count or a share", ErrorBoundText.parse)
    case .parser: definition.question.scanner = try value.choice(ScannerKind.self)
    case .maxRecord: definition.question.maxRecord = try value.size(in: OptionRange.maxRecord)
    case .chunkSize:
      let size = try value.size(in: OptionRange.chunkSize)
      definition.chunkSize = size
      definition.question.chunkSize = size
    case .description, .inputs, .mode, .workers, .threads, .link, .queueDepth, .handOff, .sandbox, .stallTimeout,
      .memoryLimit, .maxChunksPerWorker, .format, .output, .rejects, .report, .trace, .checkpoint, .spool:
      break
    }
  }

  /// One text, or a list of them.
  private func texts(_ value: YAMLValue, _ what: String) throws(PipelineFileError) -> [String] {
    var texts: [String] = []
    for element in value.elements ?? [value] { texts.append(try element.filledText(what)) }
    return texts
  }

  /// Null texts are taken as they stand, `~` too.
  private func nullTexts(_ value: YAMLValue) throws(PipelineFileError) -> [String] {
    var texts: [String] = []
    for element in value.elements ?? [value] {
      if case .scalar(let scalar) = element.node, scalar.style == .plain, scalar.string == "~" {
        texts.append("~")
      } else {
        texts.append(try element.text())
      }
    }
    return texts
  }

  /// Names: the elements of a list, or the names in a text with commas.
  private mutating func names(_ value: YAMLValue) throws(PipelineFileError) -> [String] {
    guard let elements = value.elements else {
      let names = try value.parsed("a list of names", ExpressionParser.names)
      for name in names { keep(name, of: value) }
      return names
    }
    var names: [String] = []
    for element in elements {
      let name = QuotedName.name(try element.filledText("a name"))
      names.append(name)
      keep(name, of: element)
    }
    return names
  }

  /// Aggregates or sort keys: texts that may each hold several with commas between them, as on the command line.
  private mutating func lists(_ value: YAMLValue, _ what: String) throws(PipelineFileError) -> [String] {
    var lists: [String] = []
    for element in value.elements ?? [value] {
      let text = try element.filledText(what)
      lists.append(text)
      keep(text, of: element)
    }
    return lists
  }

  private mutating func derivations(_ value: YAMLValue) throws(PipelineFileError) -> [String] {
    guard let entries = try value.entries() else { return try lists(value, "NAME = EXPR") }
    var derivations: [String] = []
    for entry in entries {
      let name = QuotedName.inExpression(entry.key) + " = "
      let text = try name + entry.value.filledText("an expression")
      derivations.append(text)
      keep(text, lead: name.unicodeScalars.count, of: entry.value)
    }
    return derivations
  }

  private func types(_ value: YAMLValue) throws(PipelineFileError) -> [String: ColumnType] {
    guard let entries = try value.entries() else {
      return try value.parsed("a map from column to type", TypeText.parse)
    }
    var types: [String: ColumnType] = [:]
    for entry in entries { types[entry.key] = try entry.value.parsed("a type", TypeText.type) }
    return types
  }

  private func filled(_ names: [String], _ value: YAMLValue) throws(PipelineFileError) -> [String] {
    guard !names.isEmpty else { throw value.error("the list is empty", remedy: "leave the key out to keep all") }
    return names
  }

  private mutating func keep(_ text: String, lead: Int = 0, of value: YAMLValue) {
    passages.append(Passage(key: value.key, text: text, lead: lead, value: value))
  }

  private func checkBytes() throws(PipelineFileError) {
    let dialect = definition.question.dialect
    guard let delimiter = dialect.delimiter, let value = quoteValue ?? delimiterValue else { return }
    guard delimiter == dialect.quote ?? UInt8(ascii: "\"") else { return }
    throw value.error("delimiter and quote are the same byte", remedy: "quote: none switches quoting off")
  }
}
