// The part of a run's options that says what is asked of which kind of input, whoever runs it: the same words mean the same
// to `run`, `explain` and `compare`.

import ArgumentParser
import Query
import Spec

/// Query, dialect and what becomes of records that cannot be used.
struct QuestionOptions: ParsableArguments {
  // The question. Values that may begin with a minus sign are taken whatever they look like.

  @Option(
    name: [.customShort("g", allowingJoined: true), .long],
    help: ArgumentHelp("Columns to group by.", valueName: "columns"))
  var groupBy: [String] = []

  @Option(
    name: [.customShort("a", allowingJoined: true), .customLong("agg")], parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Aggregates: count, sum, mean, min, max, var, stddev, var_pop, stddev_pop; 'mean(x) as m, count'.",
      valueName: "list"))
  var aggregates: [String] = []

  @Option(
    name: .customLong("where"), parsing: .unconditional,
    help: ArgumentHelp("Keep the rows for which this is true.", valueName: "expr"))
  var filter: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Add a column; may be given several times.", valueName: "name = expr"))
  var derive: [String] = []

  @Option(help: ArgumentHelp("Sort the result by these columns; 'x desc, y'.", valueName: "list"))
  var sort: [String] = []

  @Option(help: ArgumentHelp("The most rows of the result.", valueName: "n"))
  var limit: String?

  @Option(help: ArgumentHelp("Columns of the result.", valueName: "columns"))
  var select: [String] = []

  // The input.

  @Option(
    help: ArgumentHelp("The byte between fields: a character, tab or \\xHH (default: found out).", valueName: "c"))
  var delimiter: String?

  @Option(help: ArgumentHelp("The byte around quoted fields, or none (default: \").", valueName: "c"))
  var quote: String?

  @Flag(help: "The first record is data; columns are c1, c2, ... or as --columns says.")
  var noHeader = false

  @Option(help: ArgumentHelp("Names for all columns.", valueName: "names"))
  var columns: [String] = []

  @Option(
    name: .customLong("null"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A text that means missing; may be given several times.", valueName: "text"))
  var nullTexts: [String] = []

  @Option(
    help: ArgumentHelp(
      "Types of columns: integer, decimal, float, text, date, timestamp, boolean; 'a=text,b=decimal'.",
      valueName: "list"))
  var types: [String] = []

  @Option(help: ArgumentHelp("The longest record (default: 16MiB).", valueName: "size"))
  var maxRecord: String?

  // Records that cannot be used.

  @Option(
    help: ArgumentHelp(
      "What a record that cannot be used does: fail, skip or quarantine (default: fail).", valueName: "policy"))
  var onError: String?

  @Option(help: ArgumentHelp("Fail when more records than this are rejected.", valueName: "n|p%"))
  var maxErrors: String?
}

extension QuestionOptions {
  /// The options as they can be typed again.
  var arguments: [String] {
    let lists: [(name: String, values: [String])] = [
      ("--group-by", groupBy), ("--agg", aggregates), ("--where", [filter].compactMap { $0 }), ("--derive", derive),
      ("--sort", sort), ("--limit", [limit].compactMap { $0 }), ("--select", select),
      ("--delimiter", [delimiter].compactMap { $0 }), ("--quote", [quote].compactMap { $0 }), ("--columns", columns),
      ("--null", nullTexts), ("--types", types), ("--max-record", [maxRecord].compactMap { $0 }),
      ("--on-error", [onError].compactMap { $0 }), ("--max-errors", [maxErrors].compactMap { $0 }),
    ]
    // In one word, so that values may begin with a minus sign.
    return lists.flatMap { list in list.values.map { "\(list.name)=\($0)" } } + (noHeader ? ["--no-header"] : [])
  }

  /// Puts what was typed in the place of what the question says.
  func apply(to question: inout Question) throws(QuestionError) {
    try applyQuery(to: &question)
    try applyInput(to: &question)
    if let onError {
      question.errorPolicy = try option("--on-error") { () throws(QuestionError) in
        try choice(onError, as: "policy")
      }
    }
    if let maxErrors {
      question.maxErrors = try option("--max-errors") { () throws(QuestionError) in
        try ErrorBoundText.parse(maxErrors)
      }
    }
  }

  private func applyQuery(to question: inout Question) throws(QuestionError) {
    if !groupBy.isEmpty { question.groupBy = try names(groupBy, "--group-by") }
    if !aggregates.isEmpty { question.aggregates = aggregates }
    if let filter { question.filter = filter }
    if !derive.isEmpty { question.derived = derive }
    if !sort.isEmpty { question.sort = sort }
    if !select.isEmpty { question.select = try names(select, "--select") }
    if let limit {
      question.limit = try option("--limit") { () throws(QuestionError) in
        try OptionRange.parse(limit, in: OptionRange.limit)
      }
    }
  }

  private func applyInput(to question: inout Question) throws(QuestionError) {
    if let delimiter {
      question.dialect.delimiter = try option("--delimiter") { () throws(QuestionError) in
        try DialectByte.parse(delimiter)
      }
    }
    if let quote {
      question.dialect.quote = .some(
        try option("--quote") { () throws(QuestionError) in try DialectByte.parseQuote(quote) })
    }
    if noHeader { question.dialect.hasHeader = false }
    if !columns.isEmpty { question.dialect.columns = try names(columns, "--columns") }
    if !nullTexts.isEmpty { question.dialect.nullTexts = nullTexts }
    for text in types {
      let parsed = try option("--types") { () throws(QuestionError) in try TypeText.parse(text) }
      question.types.merge(parsed) { $1 }
    }
    if let maxRecord {
      question.maxRecord = try option("--max-record") { () throws(QuestionError) in
        try ByteSize.parse(maxRecord, in: OptionRange.maxRecord)
      }
    }
  }
}
