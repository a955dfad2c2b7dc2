// What is read through a tap is counted, whatever reads it.

import Execution
import Testing

@Suite struct SourceTapTests {
  @Test(arguments: [false, true]) func countsWhatIsRead(isStream: Bool) throws {
    let bytes = [UInt8](repeating: 7, count: 100_000)
    let tap = SourceTap()
    var source = try (isStream ? TestInput.stream(bytes) : TestInput.file(bytes)).makeSource(tap)
    #expect(try source.read(from: 0, count: 10).count == 10)
    // A stream is read as far as it has something to say; what is kept is not read again.
    #expect(isStream ? tap.bytes >= 10 : tap.bytes == 10)
    #expect(try source.read(from: 99_995, count: 10).count == 5)
    #expect(try source.read(from: 0, count: 100).count == 100)
    #expect(tap.bytes == (isStream ? 100_000 : 115))
    #expect(tap.nanoseconds > 0)
  }

  @Test func whatFailsTakesItsTime() {
    let tap = SourceTap()
    #expect(throws: RunFailure(.transfer, "gone")) {
      try tap.read { () throws(RunFailure) in throw RunFailure(.transfer, "gone") }
    }
    #expect(tap.bytes == 0)
    #expect(tap.nanoseconds > 0)
  }
}
