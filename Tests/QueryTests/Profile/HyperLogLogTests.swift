// The sketch's error over the whole range, its algebra and its binary form.

import CSV
import Testing

@testable import Query

@Suite struct HyperLogLogTests {
  private func sketch(_ values: Range<Int>) -> HyperLogLog {
    var sketch = HyperLogLog()
    for value in values { sketch.add(hash: FixedHash.hash(Array("value \(value)".utf8).span)) }
    return sketch
  }

  @Test func ofNothingIsZero() { #expect(HyperLogLog().estimate() == 0) }

  /// Four standard errors; the inputs are fixed, so this cannot fail by chance.
  @Test(arguments: [1, 10, 100, 1_000, 10_001, 20_000, 40_000, 60_000, 80_000, 150_000, 400_000])
  func estimatesWithinFourStandardErrors(count: Int) {
    let estimate = sketch(0..<count).estimate()
    #expect(abs(estimate - Double(count)) <= max(0.5, 4 * 0.0081 * Double(count)), "\(estimate)")
  }

  /// The root mean square of the relative error over many sketches is the stated standard error.
  @Test func errsAsStated() {
    var squares = 0.0
    let rounds = 60
    for round in 0..<rounds {
      let error = sketch(round * 30_000..<(round + 1) * 30_000).estimate() / 30_000 - 1
      squares += error * error
    }
    let deviation = (squares / Double(rounds)).squareRoot()
    #expect((0.004...0.0105).contains(deviation), "\(deviation)")
  }

  @Test func mergesLikeOne() {
    let whole = sketch(0..<30_000)
    var merged = sketch(20_000..<30_000)
    merged.merge(sketch(0..<15_000))
    merged.merge(sketch(10_000..<25_000))
    #expect(merged == whole)
  }

  @Test func takesTheExtremesOfHashes() {
    var sketch = HyperLogLog()
    for register in 0..<UInt64(1 << 14) { sketch.add(hash: register << 50) }
    #expect(sketch.estimate() == .infinity)
    sketch = HyperLogLog()
    sketch.add(hash: .max)
    #expect(sketch.estimate().rounded() == 1)
  }

  @Test func comesBackFromBytes() throws {
    let original = sketch(0..<5_000)
    var writer = ByteWriter()
    original.encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try HyperLogLog(from: &reader) == original)
    #expect(reader.remaining == 0)
  }

  @Test(arguments: [(16_383, UInt8(0)), (16_385, 0), (0, 0), (16_384, 52), (16_384, 255)])
  func refusesWrongRegisters(count: Int, value: UInt8) {
    var writer = ByteWriter()
    writer.write([UInt8](repeating: value, count: count))
    #expect(throws: ByteCodingError.self) {
      var reader = ByteReader(writer.bytes)
      _ = try HyperLogLog(from: &reader)
    }
  }
}
