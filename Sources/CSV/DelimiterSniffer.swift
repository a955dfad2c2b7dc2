// Finds out which byte stands between the fields when the user did not say so, with how sure it is and why. It would
// rather refuse than guess wrong: a wrong delimiter gives an answer to another question.

/// Guesses the delimiter of an input from a sample of it.
package enum DelimiterSniffer {
  /// The bytes that are tried, the most usual first.
  package static let candidates: [UInt8] = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }

  /// The most records of the sample that are looked at.
  package static let recordLimit = 1_000

  /// The least confidence that counts as sure.
  private static let sureConfidence = 0.5

  /// What the sniffer found.
  package struct Sniffing: Equatable, Sendable {
    /// The best candidate; a comma where no candidate is better than another.
    package var delimiter: UInt8
    /// The share of records that the best candidate cuts into as many fields as the header, times the share that the
    /// second best does not: 1 for certainty, 0 for a draw.
    package var confidence: Double
    /// Why, for people: what each candidate made of the sample.
    package var evidence: String
    /// The evidence with the confidence that it gives.
    package var statement: String { "\(evidence) (confidence \(Int((confidence * 100).rounded())) %)" }

    /// Whether the delimiter may be used without asking.
    package var isSure: Bool
  }

  /// Looks at a sample.
  ///
  /// - Parameters:
  ///   - sample: the first bytes of the input, with or without a byte order mark.
  ///   - isWhole: whether the sample is the whole input.
  ///   - quote: the quote of the dialect, which is not guessed.
  package static func sniff(_ sample: Span<UInt8>, isWhole: Bool, quote: UInt8?) -> Sniffing {
    let text = sample.extracting(ByteOrderMark.length(of: sample)..<sample.count)
    let trials = candidates.filter { $0 != quote }.map { Trial(of: $0, on: text, isWhole: isWhole, quote: quote) }
    let rivals = trials.filter { $0.headerFields >= 2 }.sorted { $0.consistency > $1.consistency }
    guard let best = rivals.first else { return withoutRivals(text, trials) }
    let second = rivals.count > 1 ? rivals[1].consistency : 0
    let confidence = best.consistency * (1 - second)
    return Sniffing(
      delimiter: best.delimiter, confidence: confidence, evidence: rivals.map(\.evidence).joined(separator: "; "),
      isSure: confidence >= sureConfidence)
  }

  /// No candidate cuts the header: either it is one column, or it cannot be read.
  private static func withoutRivals(_ text: Span<UInt8>, _ trials: [Trial]) -> Sniffing {
    let comma = UInt8(ascii: ",")
    if trials.allSatisfy({ $0.headerFields == 1 }) {
      return Sniffing(delimiter: comma, confidence: 1, evidence: "the header is one field", isSure: true)
    }
    let found = candidates.filter { occursInFirstLine($0, of: text) }
    if found.isEmpty {
      return Sniffing(delimiter: comma, confidence: 1, evidence: "no delimiter in the first line", isSure: true)
    }
    let names = found.map(name(of:)).joined(separator: ", ")
    return Sniffing(
      delimiter: found[0], confidence: 0,
      evidence: "the first line holds \(names) but no delimiter cuts it into fields",
      isSure: false)
  }

  private static func occursInFirstLine(_ byte: UInt8, of text: Span<UInt8>) -> Bool {
    for at in 0..<(LineEnd.first(in: text, from: 0) ?? text.count) where text[at] == byte { return true }
    return false
  }

  /// A candidate as it is written in messages.
  private static func name(of delimiter: UInt8) -> String {
    delimiter == UInt8(ascii: "\t") ? "tab" : "\"\(Character(Unicode.Scalar(delimiter)))\""
  }

  /// What one candidate makes of the sample.
  private struct Trial {
    let delimiter: UInt8
    /// Fields of the first record; 0 where it cannot be read.
    var headerFields = 0
    var records = 0
    /// Records with as many fields as the first, itself included.
    var matches = 0

    init(of delimiter: UInt8, on text: Span<UInt8>, isWhole: Bool, quote: UInt8?) {
      self.delimiter = delimiter
      var scanner = ScalarScanner(dialect: Dialect(delimiter: delimiter, quote: quote))
      var position = ScanPosition()
      var index = RecordIndex()
      // The record that the sample's end cuts is not looked at.
      let facts = PieceFacts(isLast: isWhole, endsLine: false, maxRecord: .max)
      _ = scanner.scan(text, facts: facts, limit: recordLimit, position: &position, into: &index)
      guard let header = index.records.first, header.defect == nil else { return }
      headerFields = header.fieldCount
      records = index.records.count
      for record in index.records where record.fieldCount == headerFields { matches += 1 }
    }

    var consistency: Double { records == 0 ? 0 : Double(matches) / Double(records) }

    var evidence: String {
      "\(name(of: delimiter)) cuts \(matches) of \(records) records into the header's \(headerFields) fields"
    }
  }
}
