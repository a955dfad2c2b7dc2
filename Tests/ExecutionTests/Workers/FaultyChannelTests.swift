// Faults of frames, seen by the receiver at the other end of a real link.

import Glibc
import Testing
import Transport

@testable import Execution

@Suite struct FaultyChannelTests {
  private struct Both {
    let fault: FrameFault
    var sending: LinkEnd
    let inlet: PipeInlet<OutputBlock>

    init(_ kind: FaultInjection.Kind, _ carrier: Carrier) throws {
      ProcessSelf.ignoreBrokenPipes()
      let fault = FrameFault(kind)
      let ends = try carrier.makeEnds()
      self.fault = fault
      sending = ends.sending.interposing { FaultyChannel($0, fault) }
      inlet = try PipeInlet(end: ends.receiving, nonce: 7)
    }
  }

  private static let block = OutputBlock(.result, Array("some bytes".utf8))

  @Test(arguments: Carrier.allCases) func isQuietUntilItIsArmed(_ carrier: Carrier) throws {
    let both = try Both(.corrupt, carrier)
    let outlet = try PipeOutlet<OutputBlock>(end: both.sending, nonce: 7)
    for size in [0, 10, 100_000] {
      let block = OutputBlock(.result, [UInt8](repeating: 1, count: size))
      try outlet.send(block)
      #expect(try both.inlet.receive() == block)
    }
    both.fault.arm()
    // There is nothing in it to be damaged.
    try outlet.send(OutputBlock(.result, []))
    #expect(try both.inlet.receive()?.bytes == [])
    try outlet.send(Self.block)
    #expect(throws: LinkError.corrupt("the checksum of a payload does not match (\(Self.block.work))")) {
      try both.inlet.receive()
    }
  }

  /// The header is right as far as its checksum tells. What is missing is taken from what follows, or waited for.
  @Test(arguments: Carrier.allCases) func aLyingLength(_ carrier: Carrier) throws {
    let both = try Both(.lyingLength, carrier)
    let outlet = try PipeOutlet<OutputBlock>(end: both.sending, nonce: 7)
    both.fault.arm()
    try outlet.send(Self.block)
    try outlet.send(OutputBlock(.result, [UInt8](repeating: 2, count: 1000)))
    #expect(throws: LinkError.corrupt("the checksum of a payload does not match (\(Self.block.work))")) {
      try both.inlet.receive()
    }
  }

  @Test(arguments: Carrier.allCases) func aLyingLengthAtTheEnd(_ carrier: Carrier) throws {
    let both = try Both(.lyingLength, carrier)
    do {
      let outlet = try PipeOutlet<OutputBlock>(end: both.sending, nonce: 7)
      both.fault.arm()
      try outlet.send(Self.block)
    }
    both.sending.close()
    #expect(throws: LinkError.closed) { try both.inlet.receive() }
  }

  @Test func whatTheyAreCalled() {
    #expect(
      FaultInjection.Kind.allCases.filter(\.isOfFrames).map(\.rawValue) == ["corrupt", "short-write", "lying-length"])
    for text in ["corrupt@reader", "short-write@parser:5", "lying-length@aggregator:random:3"] {
      #expect(FaultInjection(text)?.frames != nil && FaultInjection(text)?.text == text)
    }
    for text in ["corrupt@parser:text:x", "short_write@parser", "corrupt@supervisor", "corrupt"] {
      #expect(FaultInjection(text) == nil)
    }
    #expect(FaultInjection("crash@parser")?.frames == nil)
  }
}
