// The memory that a parser reads its pieces into, whole or block by block: used again for every one, with margins that
// let the vector and word loops load a little beyond the bytes that count.
//
// Why the pointers hold: the block belongs to this object alone and is freed only with it or, by `reserve`, before it
// is filled again; whoever takes `base` uses it before the next call that changes the buffer. [base - margin,
// base + capacity + margin) can always be read; what lies outside the piece is anything, so no answer may depend on it.

/// The bytes of one piece, or of a block of one, and behind them room for the texts of fields that had to be rewritten
/// (doubled quotes; all that libcsv cuts).
package final class PieceBuffer {
  /// Bytes that can be read before the first byte and behind the last.
  package static let margin = 128
  private static let alignment = 64

  private var block: UnsafeMutableRawPointer
  /// Bytes of a piece that fit.
  package private(set) var capacity: Int
  /// Bytes of the piece that is held.
  package private(set) var count = 0
  /// Bytes in use behind the piece, from `arenaStart` on.
  package private(set) var arenaCount = 0
  /// Whether there is room for rewritten texts: made only when the first is needed, because most inputs need none.
  private var hasArena = false

  package init(capacity: Int = 0) {
    self.capacity = capacity
    block = Self.allocate(capacity, hasArena: false)
  }

  deinit { block.deallocate() }

  private static func allocate(_ capacity: Int, hasArena: Bool) -> UnsafeMutableRawPointer {
    let size = (hasArena ? 2 * capacity + margin : capacity) + 2 * margin
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: alignment)
    // The margins are read; zeros there keep the tools that watch for uninitialized memory quiet.
    block.initializeMemory(as: UInt8.self, repeating: 0, count: margin)
    (block + size - margin).initializeMemory(as: UInt8.self, repeating: 0, count: margin)
    return block
  }

  /// The address of the piece's first byte.
  @inline(__always)
  package var base: UnsafeMutablePointer<UInt8> { (block + Self.margin).assumingMemoryBound(to: UInt8.self) }

  /// Offset from `base` of the first rewritten text.
  package var arenaStart: Int { capacity + Self.margin }

  /// The bytes of the piece.
  package var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      let span = Span<UInt8>(_unsafeStart: UnsafePointer(base), count: count)
      return _overrideLifetime(span, borrowing: self)
    }
  }

  /// A text within the piece or the arena.
  @_lifetime(borrow self)
  package func text(_ slice: FieldSlice) -> Span<UInt8> {
    precondition(Int(slice.start) + Int(slice.count) <= max(count, arenaStart + arenaCount), "a field beyond its piece")
    let span = Span<UInt8>(_unsafeStart: UnsafePointer(base + Int(slice.start)), count: Int(slice.count))
    return _overrideLifetime(span, borrowing: self)
  }

  /// Makes room for a piece; what was held is gone.
  package func reserve(_ wanted: Int) {
    count = 0
    arenaCount = 0
    guard wanted > capacity else { return }
    block.deallocate()
    // Some more, so that pieces of nearly the same size find room.
    capacity = wanted + wanted / 8
    block = Self.allocate(capacity, hasArena: hasArena)
  }

  /// Fills the buffer anew with up to `wanted` bytes.
  ///
  /// - Parameter body: gets the memory for `wanted` bytes and returns how many it has written from its start.
  package func fill<Failure: Error>(
    _ wanted: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    reserve(wanted)
    let written = try body(UnsafeMutableRawBufferPointer(start: base, count: wanted))
    precondition(written <= wanted, "more bytes than there is room for")
    count = written
    // What lies behind is of an earlier piece; zeros keep the loops that look there from depending on it.
    (base + count).update(repeating: 0, count: Self.margin)
  }

  /// Holds a copy of these bytes.
  package func load(_ bytes: Span<UInt8>) {
    fill(bytes.count) { memory in
      bytes.withUnsafeBytes { if !$0.isEmpty { memory.copyMemory(from: $0) } }
      return bytes.count
    }
  }

  /// Forgets the rewritten texts.
  package func clearArena() { arenaCount = 0 }

  /// Lets somebody else write the rewritten texts, from `arenaStart` on; what was there is gone.
  ///
  /// - Parameter body: gets the base, which may have moved, and how many bytes there is room for, behind which a margin
  ///   may be written over too. Returns how many bytes it has written.
  package func fillArena(_ body: (_ base: UnsafeMutablePointer<UInt8>, _ room: Int) -> Int) {
    if !hasArena { growArena() }
    arenaCount = 0
    let written = body(base, capacity)
    precondition(written <= capacity, "more rewritten text than the piece holds")
    arenaCount = written
  }

  /// Adds a text to the arena, without every second of two quotes that follow each other.
  ///
  /// All texts of the fields of one piece are at most as long as the piece, so there is always room.
  package func appendUnquoted(_ slice: FieldSlice, quote: UInt8) -> FieldSlice {
    if !hasArena { growArena() }
    let start = arenaStart + arenaCount
    let source = base + Int(slice.start)
    let target = base + start
    var written = 0
    var offset = 0
    let end = Int(slice.count)
    precondition(arenaCount + end <= capacity, "more rewritten text than the piece holds")
    // Eight bytes at a time, or up to the next quote. What is read and written beyond the text lies in the margins, or
    // where the next text will be.
    while offset < end {
      let word = UnsafeRawPointer(source + offset).loadUnaligned(as: UInt64.self)
      UnsafeMutableRawPointer(target + written).storeBytes(of: word, as: UInt64.self)
      let quotes = ByteSearch.matches(UInt64(littleEndian: word), ByteSearch.repeated(quote))
      // What is text up to and with the first of two quotes, if they are here.
      let step = quotes == 0 ? 8 : quotes.trailingZeroBitCount / 8 + 1
      written += min(step, end - offset)
      offset += quotes == 0 ? 8 : step + 1
    }
    arenaCount += written
    return FieldSlice(start: UInt32(start), count: UInt32(written))
  }

  private func growArena() {
    let wider = Self.allocate(capacity, hasArena: true)
    (wider + Self.margin).copyMemory(from: block + Self.margin, byteCount: min(capacity, count) + Self.margin)
    block.deallocate()
    block = wider
    hasArena = true
  }
}
