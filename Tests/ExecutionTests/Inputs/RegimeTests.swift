// The binary form of a regime.

import CSV
import Execution
import Testing

@Suite struct RegimeTests {
  @Test(arguments: [
    Regime.none, Regime(bytesPerSecond: 1), Regime(bytesPerSecond: .max, latency: .max, hashRounds: .max),
    Regime(latency: 5), Regime(hashRounds: 7),
  ])
  func survivesItsBinaryForm(regime: Regime) throws {
    var writer = ByteWriter()
    regime.encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try Regime(from: &reader) == regime)
    #expect(reader.remaining == 0)
    HostileBytes.check(
      writer.bytes, reader: { (reader) throws(ByteCodingError) in try Regime(from: &reader) },
      use: { #expect($0.bytesPerSecond != 0 && $0.hashRounds >= 0) })
  }
}
