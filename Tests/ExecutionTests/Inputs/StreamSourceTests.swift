// Streams by offset: what was read can be read again until it is released, and the end shows when it is met.

import Execution
import Testing

@Suite struct StreamSourceTests {
  @Test(arguments: [1, 7, 1000, 1 << 16])
  func readsLikeAFile(step: Int) throws {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var source = try TestInput.stream(bytes, step: step).makeSource()
    #expect(source is StreamSource)
    #expect(source.size == nil)
    #expect(try source.read(from: 0, count: 10) == Array(bytes[..<10]))
    #expect(try source.read(from: 4000, count: 500) == Array(bytes[4000..<4500]))
    #expect(try source.read(from: 3, count: 2) == Array(bytes[3..<5]))
    #expect(try source.read(from: 4990, count: 100) == Array(bytes[4990...]))
    #expect(source.size == 5000)
    #expect(try source.read(from: 5000, count: 1).isEmpty)
    #expect(try source.read(from: 9000, count: 1).isEmpty)
    try source.checkUnchanged()
  }

  @Test func anEmptyStreamHasNoBytes() throws {
    var source = try TestInput.stream([]).makeSource()
    #expect(try source.read(from: 0, count: 10).isEmpty)
    #expect(source.size == 0)
  }

  @Test func whatIsReleasedIsForgottenAndTheRestStays() throws {
    let count = 1 << 20
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 >> 3) }
    var source = try TestInput.stream(bytes).makeSource()
    _ = try source.read(from: 0, count: count)
    source.release(before: 900_000)
    #expect(try source.read(from: 900_000, count: 5) == Array(bytes[900_000..<900_005]))
    #expect(try source.read(from: count - 2, count: 5) == Array(bytes[(count - 2)...]))
    #expect(source.size == count)
    var failure: RunFailure?
    do { _ = try source.read(from: 10, count: 5) } catch { failure = error }
    #expect(failure?.kind == .books)
    // An earlier place cannot be got back.
    source.release(before: 5)
    #expect(try source.read(from: 900_000, count: 1).count == 1)
    source.release(before: .max)
    #expect(try source.read(from: count, count: 4).isEmpty)
  }

  @Test func releasingAheadOfReadingIsNoHarm() throws {
    let bytes = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 >> 4) }
    var source = try TestInput.stream(bytes).makeSource()
    for start in stride(from: 0, to: bytes.count, by: 10_000) {
      source.release(before: start)
      #expect(try source.read(from: start, count: 10_000) == Array(bytes[start..<start + 10_000]))
    }
  }
}
