// A column of texts as the batch loops read it: in a piece's buffer, between bytes that would count if anybody read them.

import CSV

/// The texts of one column of a batch.
final class BatchColumn {
  private let buffer = PieceBuffer()
  private var slices: [FieldSlice] = []

  /// Texts; nil stands for the empty one.
  convenience init(_ texts: [String?]) { self.init(bytes: texts.map { Array(($0 ?? "").utf8) }) }

  init(bytes texts: [[UInt8]], around: UInt8 = UInt8(ascii: "7")) {
    var bytes: [UInt8] = []
    for text in texts {
      bytes.append(around)
      slices.append(FieldSlice(start: UInt32(bytes.count), count: UInt32(text.count)))
      bytes += text
      bytes.append(around)
    }
    buffer.load(bytes.span)
  }

  var count: Int { slices.count }

  func withSlices<Result>(_ body: (UnsafePointer<UInt8>, UnsafePointer<FieldSlice>, Int) -> Result) -> Result {
    // A pointer is wanted even where there is no slice.
    (slices + [FieldSlice(start: 0, count: 0)]).withUnsafeBufferPointer { body(buffer.base, $0.baseAddress!, count) }
  }
}
