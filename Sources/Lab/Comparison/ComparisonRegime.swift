// Under which conditions a run is measured: the same pipeline is bound by its input in one of them, by its parsers in
// another. `pipe compare --regime` names them, and every configuration runs in each.

/// One set of conditions.
package struct ComparisonRegime: Hashable, Codable, Sendable, CustomStringConvertible {
  package enum Kind: String, CaseIterable, Codable, Sendable {
    /// The inputs are in the page cache.
    case warm
    /// They are taken out of it before every run.
    case cold
    /// The source gives no more than so many bytes a second.
    case throttled
    /// Every read of a chunk waits so many nanoseconds first, as for a store that is far away.
    case latency
    /// Parsers hash every row so many times.
    case cpu
    /// The output is taken at so many bytes a second.
    case consumer
  }

  package var kind: Kind
  /// Bytes a second, nanoseconds or rounds; nil for warm and cold.
  package var amount: Double?
  /// As it was typed: `throttled=100MB/s`. This is what `pipe run --regime` understands, too.
  package var text: String

  package init(_ kind: Kind, amount: Double? = nil, text: String) {
    self.kind = kind
    self.amount = amount
    self.text = text
  }

  package static let warm = ComparisonRegime(.warm, text: "warm")
  package static let cold = ComparisonRegime(.cold, text: "cold")

  package var description: String { text }

  /// What `pipe run --regime` is told; nil for what is done from outside.
  package var runOption: String? {
    switch kind {
    case .warm, .cold, .consumer: nil
    case .throttled, .latency, .cpu: text
    }
  }
}
