// What a poisoned record is called, and the binary form of that knowledge.

import CSV
import Testing

@testable import Execution

@Suite struct PoisonFactTests {
  @Test func theRejectNamesTheSignal() {
    let place = Reject.Place(input: 1, record: 2, line: 3, byte: 4, length: 5)
    let reject = PoisonFact(signal: 4).reject(text: [0x61], at: place)
    #expect(reject == .poison(signal: 4, name: "SIGILL", text: [0x61], at: place))
    #expect(reject.reason == "the record ended three parser processes by signal 4 (SIGILL)")
  }

  @Test func withoutASignalItWasMemory() {
    let place = Reject.Place(input: 1, record: 2, line: 3, byte: 4, length: 5)
    let reject = PoisonFact(signal: 0).reject(text: [0x61], at: place)
    #expect(reject == .tooMuchMemory(text: [0x61], at: place))
    #expect(reject.label == "poison: memory" && reject.remedy.contains("--memory-limit"))
  }

  @Test func crossesInBinaryForm() throws {
    for fact in [PoisonFact(signal: 0), PoisonFact(signal: 1), PoisonFact(signal: 64, endsAtLine: true)] {
      var writer = ByteWriter()
      fact.encode(into: &writer)
      var reader = ByteReader(writer.bytes)
      #expect(try PoisonFact(from: &reader) == fact)
      #expect(reader.remaining == 0)
      HostileBytes.check(writer.bytes, reader: { (reader) throws(ByteCodingError) in try PoisonFact(from: &reader) })
    }
    #expect(throws: ByteCodingError("there is no signal 65")) {
      var reader = ByteReader([65, 0, 0, 0, 1])
      _ = try PoisonFact(from: &reader)
    }
  }
}
