// Fuzz target: a column of numbers, by vectors and by words, against the parser of the row path. Built by `run-numbers`.

import CSV
import Query

/// Where the bytes of a case come from: as they are, or each as one of the few that numbers are made of, which finds far
/// more numbers.
private let alphabet = Array("0123456789.-+e\n0".utf8)

private let nullTexts: [[[UInt8]]] = [[], ["NA", "-1", "0.0", "12345678", "1234567890"].map { Array($0.utf8) }]

/// What the value of a field must be.
private func expected(_ field: Span<UInt8>, _ dialect: Dialect) -> (Int64, UInt8) {
  if dialect.isNull(field) { return (0, NumberColumn.null) }
  if case .number(.decimal(let decimal)) = NumberParser.parse(field), decimal.scale <= 18 {
    return (Int64(decimal.mantissa), UInt8(decimal.scale))
  }
  return (0, NumberColumn.exception)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzNumberColumn(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 1 else { return 0 }
  let bytes = UnsafeBufferPointer(start: start + 1, count: count - 1)
    .map { start[0] & 1 == 0 ? $0 : alphabet[Int($0 & 15)] }
  let dialect = Dialect(nullTexts: nullTexts[Int(start[0] >> 1 & 1)])
  // Made anew for every case, so that the address sanitizer sees what is read beyond the margins.
  let buffer = PieceBuffer()
  let column = NumberColumn(capacity: 0)
  buffer.load(bytes.span)
  // Fields end at line ends, or where a byte of the first says; what lies beside them must not count.
  var slices: [FieldSlice] = []
  var first = 0
  let longest = start[0] & 4 == 0 ? 17 : .max
  for offset in 0...bytes.count {
    let isEnd = offset == bytes.count || bytes[offset] == UInt8(ascii: "\n") || offset - first == longest
    guard isEnd else { continue }
    slices.append(FieldSlice(start: UInt32(first), count: UInt32(offset - first)))
    first = offset + (start[0] & 8 == 0 ? 1 : 0)
    if first > bytes.count { break }
  }
  let nulls = NullTexts(dialect)
  for usesVectors in [true, false] {
    slices.withUnsafeBufferPointer { slices in
      guard let start = slices.baseAddress else { return }
      column.parse(base: buffer.base, slices: start, count: slices.count, nullTexts: nulls, usesVectors: usesVectors)
    }
    var seen: UInt64 = 0
    for (row, slice) in slices.enumerated() {
      let (mantissa, mark) = expected(buffer.text(slice), dialect)
      seen |= 1 << UInt64(mark & 63)
      guard column.mantissas[row] == mantissa, column.marks[row] == mark else {
        let text = bytes[Int(slice.start)..<Int(slice.start + slice.count)]
        fatalError(
          "\(Array(text)): \(column.mantissas[row]) mark \(column.marks[row]) instead of \(mantissa) mark \(mark)")
      }
    }
    precondition(column.marksSeen == seen, "the marks seen are not those of the values")
  }
  return 0
}
