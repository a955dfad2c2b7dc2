// What is known of a record that ends every parser that reads it, so that one more parser can pass over it.

import CSV
import Transport

/// Why the record at the start of a piece must not be parsed.
package struct PoisonFact: Equatable, Sendable {
  /// The signal that ended the parsers; 0 where they ran out of memory.
  package var signal: Int32
  /// Whether to take no more than the first physical line for the record, and read on outside quotes behind it: for
  /// when even looking for the record's end ends parsers.
  package var endsAtLine: Bool

  package init(signal: Int32, endsAtLine: Bool = false) {
    self.signal = signal
    self.endsAtLine = endsAtLine
  }

  /// What finds the end of the record: the plain scanner, or one that knows no quotes; never what is to be fast.
  func makeScanner(dialect: Dialect) -> any FieldScanner {
    endsAtLine ? LineScanner() : ScalarScanner(dialect: dialect)
  }

  /// The reject that the record becomes.
  func reject(text: [UInt8], at place: Reject.Place) -> Reject {
    if signal == 0 { return .tooMuchMemory(text: text, at: place) }
    return .poison(signal: signal, name: SignalName.name(of: signal), text: text, at: place)
  }

  /// The numbers that signals have on Linux, and none.
  private static let signals: ClosedRange<Int32> = 0...64

  package func encode(into writer: inout ByteWriter) {
    writer.write(signal)
    writer.write(endsAtLine)
  }

  package init(from reader: inout ByteReader) throws(ByteCodingError) {
    signal = try reader.read()
    endsAtLine = try reader.readBool()
    guard Self.signals.contains(signal) else { throw ByteCodingError("there is no signal \(signal)") }
  }
}
