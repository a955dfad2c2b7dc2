// The first line in which two outputs differ: what people need of two outputs that should be the same.

/// Where what was printed leaves what was wanted.
struct FirstDifference: CustomStringConvertible {
  let line: Int
  let got: String?
  let want: String?

  init(got: [UInt8], want: [UInt8]) {
    let gotLines = Self.lines(got)
    let wantLines = Self.lines(want)
    var index = 0
    while index < min(gotLines.count, wantLines.count), gotLines[index] == wantLines[index] { index += 1 }
    line = index + 1
    self.got = index < gotLines.count ? Self.shown(gotLines[index]) : nil
    self.want = index < wantLines.count ? Self.shown(wantLines[index]) : nil
  }

  var description: String { "line \(line)\n    got:  \(got ?? "the end")\n    want: \(want ?? "the end")" }

  /// The lines with their ends.
  private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      lines.append(bytes[start...index])
      start = index + 1
    }
    if start < bytes.count { lines.append(bytes[start...]) }
    return lines
  }

  /// Everything that a terminal would not show, or not unmistakably, escaped; cut where it gets long.
  private static func shown(_ line: ArraySlice<UInt8>) -> String {
    var text = ""
    for byte in line.prefix(300) {
      switch byte {
      case UInt8(ascii: "\n"): text += "\\n"
      case UInt8(ascii: "\r"): text += "\\r"
      case UInt8(ascii: "\t"): text += "\\t"
      case 0x20..<0x7f: text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return line.count > 300 ? text + "..." : text
  }
}
