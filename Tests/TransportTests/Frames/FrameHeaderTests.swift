// Frame headers: there and back, every flipped bit found, nothing believed that is not allowed.

import Testing
import Transport

struct FrameHeaderTests {
  private let header = FrameHeader(
    kind: 7, isLast: true, nonce: 0x0123_4567_89AB_CDEF,
    work: WorkName(input: 3, first: 1 << 40, end: 1 << 41, attempt: 2), fragment: 9, length: 123_456,
    payloadChecksum: 0xDEAD_BEEF)

  private func bytes(_ header: FrameHeader) -> [UInt8] {
    var bytes: [UInt8] = []
    header.encode(into: &bytes)
    return bytes
  }

  /// Makes the header's checksum right again after a change.
  private func sealed(_ bytes: [UInt8]) -> [UInt8] {
    let sum = Checksum.of(bytes.span.extracting(0..<52))
    return bytes[..<52] + (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
  }

  @Test func comesBackAsItWas() throws {
    #expect(bytes(header).count == FrameHeader.size)
    #expect(try FrameHeader(decoding: bytes(header).span) == header)
    var other = header
    other.isLast = false
    other.isSummed = false
    other.hasEnclosure = true
    other.length = FrameHeader.maximumLength
    other.work = .none
    other.kind = 255
    #expect(try FrameHeader(decoding: bytes(other).span) == other)
  }

  @Test func findsEveryFlippedBit() {
    let right = bytes(header)
    for bit in 0..<right.count * 8 {
      var wrong = right
      wrong[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: LinkError.self, "bit \(bit)") { try FrameHeader(decoding: wrong.span) }
    }
  }

  @Test func appendsBehindWhatIsThere() throws {
    var all: [UInt8] = [1, 2, 3]
    header.encode(into: &all)
    #expect(try FrameHeader(decoding: all.span.extracting(3..<59)) == header)
  }

  @Test func refusesLengthsThatAreNotAllowed() {
    var lying = header
    lying.length = FrameHeader.maximumLength + 1
    #expect(throws: LinkError.corrupt("a frame of 16777217 bytes, at most 16777216 are allowed")) {
      try FrameHeader(decoding: bytes(lying).span)
    }
    lying.length = Int(UInt32.max)
    #expect(throws: LinkError.self) { try FrameHeader(decoding: bytes(lying).span) }
  }

  @Test(arguments: [(4, UInt8(1)), (4, 3), (6, 9), (6, 128), (7, 1)])
  func refusesWhatItDoesNotKnow(offset: Int, value: UInt8) {
    var other = bytes(header)
    other[offset] = value
    #expect(throws: LinkError.self) { try FrameHeader(decoding: sealed(other).span) }
  }

  @Test func refusesWorkThatEndsBeforeItStarts() {
    var other = header
    other.work.end = other.work.first - 1
    #expect(throws: LinkError.self) { try FrameHeader(decoding: bytes(other).span) }
  }

  @Test func refusesOtherSizes() {
    #expect(throws: LinkError.self) { try FrameHeader(decoding: [UInt8]().span) }
    #expect(throws: LinkError.self) { try FrameHeader(decoding: (bytes(header) + [0]).span) }
  }
}
