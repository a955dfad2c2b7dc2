// Writes the frames of one message: gathers what is short, writes what is long from where it is, and lets the kernel
// move what is in a file.

import Glibc

/// The frames of one message on their way into a channel.
struct FrameWriter {
  /// Byte strings from this size on are written from where they are; shorter ones are gathered behind the header first.
  private static let gatherLimit = 16 << 10
  /// What a file system that cannot splice is read with.
  private static let blockSize = 64 << 10

  private let channel: any SendingChannel
  private let nonce: UInt64
  private let kind: UInt8
  private let work: WorkName
  /// Whether payloads that are in memory have checksums.
  private let isSummed: Bool
  private var fragment: UInt32 = 0
  /// Bytes that wait for more to be written with them.
  private var gathered: [UInt8] = []
  private(set) var metrics = LinkMetrics()

  init(channel: any SendingChannel, nonce: UInt64, kind: UInt8, work: WorkName, isSummed: Bool = true) {
    self.isSummed = isSummed
    self.channel = channel
    self.nonce = nonce
    self.kind = kind
    self.work = work
  }

  /// Writes a frame of the message itself, or keeps it until the next bytes come.
  mutating func write(
    _ frame: FrameCutter.Frame, of pieces: [[UInt8]], isLast: Bool, hasEnclosure: Bool
  ) throws(LinkError) {
    let start = MonotonicClock.now()
    var checksum = Checksum()
    for slice in frame.slices where isSummed {
      let piece = pieces[slice.piece]
      checksum.update(piece.span.extracting(slice.range))
    }
    begin(isLast: isLast, hasEnclosure: hasEnclosure, length: frame.length, checksum: isSummed ? checksum.value : nil)
    metrics.encodeNanoseconds += MonotonicClock.now() - start
    for slice in frame.slices {
      let piece = pieces[slice.piece]
      try append(piece, slice.range)
    }
  }

  /// Writes what is enclosed with the message: frames of its bytes, and a last one that tells whether all are right.
  mutating func write(_ enclosure: Enclosure, frameLength: Int) throws(LinkError) {
    var defect: EnclosureDefect?
    var done = 0
    while done < enclosure.count {
      let range = done..<done + min(frameLength, enclosure.count - done)
      switch enclosure {
      case .bytes(let bytes):
        let start = MonotonicClock.now()
        begin(isLast: false, length: range.count, checksum: sum(bytes, range))
        metrics.encodeNanoseconds += MonotonicClock.now() - start
        try append(bytes, range)
      case .file(let file):
        begin(isLast: false, length: range.count, checksum: nil)
        try flush()
        var moved = 0
        if defect == nil {
          moved = try move(file, range, &defect)
        }
        try pad(range.count - moved)
      }
      done = range.upperBound
    }
    let ending = defect?.encoded ?? []
    begin(isLast: true, length: ending.count, checksum: sum(ending, ending.indices))
    try append(ending, 0..<ending.count)
  }

  /// Writes what is gathered.
  mutating func flush() throws(LinkError) {
    if !gathered.isEmpty { try write([UInt8]().span) }
  }

  /// Writes what is gathered, and these bytes behind it.
  private mutating func write(_ bytes: Span<UInt8>) throws(LinkError) {
    // Moved out and back: a span of it and a change of the metrics would count as overlapping.
    var head: [UInt8] = []
    swap(&head, &gathered)
    try channel.write(head.span, bytes, counting: &metrics)
    head.removeAll(keepingCapacity: true)
    swap(&head, &gathered)
  }

  private func sum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32? {
    isSummed ? Checksum.of(bytes.span.extracting(range)) : nil
  }

  private mutating func begin(isLast: Bool, hasEnclosure: Bool = false, length: Int, checksum: UInt32?) {
    FrameHeader(
      kind: kind, isLast: isLast, isSummed: checksum != nil, hasEnclosure: hasEnclosure, nonce: nonce, work: work,
      fragment: fragment, length: length, payloadChecksum: checksum ?? 0
    ).encode(into: &gathered)
    fragment += 1
    metrics.frames += 1
  }

  private mutating func append(_ bytes: [UInt8], _ range: Range<Int>) throws(LinkError) {
    if range.count < Self.gatherLimit, gathered.count < Self.gatherLimit {
      gathered.append(contentsOf: bytes[range])
    } else {
      try write(bytes.span.extracting(range))
    }
  }

  /// Moves a range of an enclosed file; gives how many of its bytes were there.
  private mutating func move(
    _ file: FileRange, _ range: Range<Int>, _ defect: inout EnclosureDefect?
  ) throws(LinkError) -> Int {
    var moved = 0
    while moved < range.count {
      let rest = FileRange(
        descriptor: file.descriptor, offset: file.offset + range.lowerBound + moved, count: range.count - moved)
      var failure: Int32 = 0
      do throws(LinkError) {
        let count = try channel.splice(rest, counting: &metrics)
        moved += count
        if count > 0 { continue }
      } catch .system(_, EINVAL) {
        // This file system cannot splice.
        let count = try copy(rest, &failure)
        moved += count
        if count > 0 { continue }
      } catch .system(_, let errno) {
        failure = errno
      } catch {
        throw error
      }
      defect = EnclosureDefect(missing: range.lowerBound + moved, errno: failure)
      break
    }
    return moved
  }

  /// Reads some bytes of a file and writes them into the channel; gives how many, 0 if there is none or reading failed.
  private mutating func copy(_ range: FileRange, _ failure: inout Int32) throws(LinkError) -> Int {
    var count = 0
    let room = min(range.count, Self.blockSize)
    // Exactly the bytes that pread has written are counted as initialized.
    let block = [UInt8](unsafeUninitializedCapacity: room) { buffer, initializedCount in
      repeat {
        count = pread(range.descriptor.number, buffer.baseAddress, room, off_t(range.offset))
      } while count < 0 && errno == EINTR
      if count < 0 { failure = errno }
      initializedCount = max(0, count)
    }
    metrics.copiedBytes += UInt64(block.count)
    try channel.write(block.span, block.span.extracting(0..<0), counting: &metrics)
    return block.count
  }

  private mutating func pad(_ count: Int) throws(LinkError) {
    if count == 0 { return }
    let zeros = [UInt8](repeating: 0, count: min(count, Self.blockSize))
    var left = count
    while left > 0 {
      let part = min(left, zeros.count)
      try channel.write(zeros.span.extracting(0..<part), zeros.span.extracting(0..<0), counting: &metrics)
      left -= part
    }
  }
}
