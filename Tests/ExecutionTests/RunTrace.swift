// What must be the same in every mode, at every chunk size and with every number of workers, in one value to compare.

import CSV
import Execution
import Query

/// The visible outcome of one run.
struct RunTrace: Equatable, CustomStringConvertible {
  var result: String
  var rejects: String
  var reasons: String
  var failure: RunFailure?
  var books: Books?

  init(_ outcome: RunOutcome, _ sink: RecordingSink) {
    result = sink.text(of: .result)
    rejects = sink.text(of: .rejects)
    reasons = sink.text(of: .reasons)
    failure = outcome.failure
    books = outcome.books
    // How many records libcsv could not decide is a figure about the work, not about the input.
    books?.tally.reread = 0
  }

  var description: String {
    "result: \(result.debugDescription)\nrejects: \(rejects.debugDescription)\nreasons: \(reasons.debugDescription)\n"
      + "failure: \(failure.map { "\($0.kind): \($0.message)" } ?? "none")\n"
      + "books: \(books.map { "\($0.inputs.map { "\($0.committed)/\($0.bytes)" }) \($0.tally) \($0.isComplete)" } ?? "none")"
  }
}

/// Questions of every kind about a `NastyTable`.
enum TableQuestion: String, CaseIterable {
  case profile, groups, groupsByDerived, rows, filteredRows, firstRows, sortedRows, failing, quarantined, bounded
  case firstBadRows, shortRecords, byLibrary, percent

  var question: Question {
    var question = Question()
    question.dialect.delimiter = UInt8(ascii: ",")
    question.errorPolicy = .skip
    switch self {
    case .profile: break
    case .groups:
      question.groupBy = ["a"]
      question.aggregates = ["count, sum(b) as s, mean(b), min(c), max(b), stddev(b)"]
    case .groupsByDerived:
      question.derived = ["d = length(c)"]
      question.groupBy = ["d"]
      question.aggregates = ["count, sum(b * 2) as s"]
      question.filter = "b > -100 || b is null"
    case .rows: question.select = ["c", "a"]
    case .filteredRows:
      question.filter = "b >= 1"
      question.derived = ["twice = b * 2"]
      question.format = .ndjson
    case .firstRows:
      question.limit = 5
      question.filter = "b is not null"
    case .sortedRows:
      question.sort = ["b desc, a"]
      question.limit = 7
    case .failing:
      question.errorPolicy = .fail
      question.select = ["a", "b"]
      question.filter = "b < 1000000"
    case .quarantined:
      question.errorPolicy = .quarantine
      question.aggregates = ["sum(b)"]
    case .bounded:
      question.errorPolicy = .quarantine
      question.maxErrors = .count(2)
      question.select = ["b"]
      question.types = ["b": .float]
    case .firstBadRows:
      question.errorPolicy = .quarantine
      question.maxErrors = .count(3)
      question.limit = 12
      question.select = ["a", "b"]
      question.types = ["b": .float]
    case .shortRecords:
      question.maxRecord = 40
      question.errorPolicy = .quarantine
      question.aggregates = ["count"]
    case .byLibrary:
      question.scanner = .libcsv
      question.errorPolicy = .quarantine
      question.groupBy = ["a"]
    case .percent:
      question.maxErrors = .percent(hundredths: 1000)
      question.aggregates = ["count"]
      question.errorPolicy = .quarantine
    }
    return question
  }

  /// The question about a grid of this size.
  func question(chunkSize: Int) -> Question {
    var question = question
    question.chunkSize = chunkSize
    return question
  }
}
