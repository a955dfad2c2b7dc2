// What stands before every payload in a pipe: enough to know that the bytes are a frame of this run, which work they
// belong to and how many follow, all checked before anything is set aside for them.
//
// Layout (56 bytes, little-endian); change `version` with it:
//    0 magic "PIPE"    4 version      5 kind          6 flags         7 zero
//    8 run nonce      16 first byte  24 end byte     32 input        36 attempt
//   40 fragment       44 length      48 payload CRC  52 header CRC (of bytes 0..<52)
//
// Flags: 1 the message, or what is enclosed with it, ends here; 2 nobody has summed the payload, whose CRC is 0; 4 more
// frames follow that hold what is enclosed with the message.

/// The header of one frame.
package struct FrameHeader: Equatable, Sendable {
  /// Bytes a header takes.
  package static let size = 56
  /// The most payload bytes of one frame.
  package static let maximumLength = 16 << 20

  private static let magic: [UInt8] = Array("PIPE".utf8)
  private static let version: UInt8 = 2
  private static let lastFlag: UInt8 = 1
  private static let unsummedFlag: UInt8 = 2
  private static let enclosureFlag: UInt8 = 4
  private static let summedLength = 52

  package var kind: UInt8
  /// Whether the message ends with this frame.
  package var isLast: Bool
  /// Whether the payload has a checksum; not where it never was in the memory of the sender.
  package var isSummed: Bool
  /// Whether what is enclosed with the message follows its last frame.
  package var hasEnclosure: Bool
  /// The number that all processes of a run share and no other run does.
  package var nonce: UInt64
  package var work: WorkName
  /// Which frame of its message this is, counted from 0.
  package var fragment: UInt32
  /// Payload bytes that follow.
  package var length: Int
  /// CRC-32C of the payload.
  package var payloadChecksum: UInt32

  package init(
    kind: UInt8, isLast: Bool, isSummed: Bool = true, hasEnclosure: Bool = false, nonce: UInt64, work: WorkName,
    fragment: UInt32, length: Int, payloadChecksum: UInt32 = 0
  ) {
    self.kind = kind
    self.isLast = isLast
    self.isSummed = isSummed
    self.hasEnclosure = hasEnclosure
    self.nonce = nonce
    self.work = work
    self.fragment = fragment
    self.length = length
    self.payloadChecksum = payloadChecksum
  }

  /// Appends the header's bytes.
  package func encode(into bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(contentsOf: Self.magic)
    let flags =
      (isLast ? Self.lastFlag : 0) | (isSummed ? 0 : Self.unsummedFlag) | (hasEnclosure ? Self.enclosureFlag : 0)
    bytes.append(contentsOf: [Self.version, kind, flags, 0])
    Self.append(nonce, to: &bytes)
    Self.append(work.first, to: &bytes)
    Self.append(work.end, to: &bytes)
    Self.append(work.input, to: &bytes)
    Self.append(work.attempt, to: &bytes)
    Self.append(fragment, to: &bytes)
    Self.append(UInt32(truncatingIfNeeded: length), to: &bytes)
    Self.append(payloadChecksum, to: &bytes)
    Self.append(Checksum.of(bytes.span.extracting(start..<start + Self.summedLength)), to: &bytes)
  }

  /// Reads and checks a header of exactly `size` bytes.
  package init(decoding bytes: Span<UInt8>) throws(LinkError) {
    guard bytes.count == Self.size else { throw .corrupt("a frame header of \(bytes.count) bytes") }
    for index in Self.magic.indices where bytes[index] != Self.magic[index] {
      throw .corrupt("no frame where one should begin")
    }
    let sum = Self.read(UInt32.self, bytes, at: Self.summedLength)
    guard sum == Checksum.of(bytes.extracting(0..<Self.summedLength)) else {
      throw .corrupt("the checksum of a frame header does not match")
    }
    guard bytes[4] == Self.version else { throw .corrupt("frame version \(bytes[4]), this is \(Self.version)") }
    let flags = bytes[6]
    guard flags & ~(Self.lastFlag | Self.unsummedFlag | Self.enclosureFlag) == 0, bytes[7] == 0 else {
      throw .corrupt("unknown frame flags \(flags)")
    }
    kind = bytes[5]
    isLast = flags & Self.lastFlag != 0
    isSummed = flags & Self.unsummedFlag == 0
    hasEnclosure = flags & Self.enclosureFlag != 0
    nonce = Self.read(UInt64.self, bytes, at: 8)
    work = WorkName(
      input: Self.read(UInt32.self, bytes, at: 32), first: Self.read(UInt64.self, bytes, at: 16),
      end: Self.read(UInt64.self, bytes, at: 24), attempt: Self.read(UInt32.self, bytes, at: 36))
    fragment = Self.read(UInt32.self, bytes, at: 40)
    length = Int(Self.read(UInt32.self, bytes, at: 44))
    payloadChecksum = Self.read(UInt32.self, bytes, at: 48)
    guard length <= Self.maximumLength else {
      throw .corrupt("a frame of \(length) bytes, at most \(Self.maximumLength) are allowed")
    }
    guard work.first <= work.end else { throw .corrupt("a frame for work that ends before it starts") }
  }

  private static func append<Integer: FixedWidthInteger>(_ value: Integer, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: Integer.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  private static func read<Integer: FixedWidthInteger>(
    _ type: Integer.Type, _ bytes: Span<UInt8>, at offset: Int
  ) -> Integer {
    var value = Integer.zero
    for index in 0..<MemoryLayout<Integer>.size {
      value |= Integer(truncatingIfNeeded: bytes[offset + index]) << Integer(8 * index)
    }
    return value
  }
}
