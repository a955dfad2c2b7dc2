// The memory of a ring between two processes: a sealed file in memory, mapped by both. The only place that touches it.
//
// Layout; each side stores into its own words only, which lie far enough apart not to share a cache line:
//      0 magic, 4 capacity            written once, before anybody maps it
//    128 sender: position, wants      bytes handed over, and bytes of room it sleeps for (0: it does not sleep)
//    256 receiver: position, wants    bytes taken, and bytes it sleeps for
//   4096 the ring: `capacity` bytes, a power of two; byte n of the stream lies at n modulo capacity
//
// Positions count modulo 2^32, which is a multiple of every capacity. They start `capacity` before it, so that every
// ring wraps round early and not first after 4 GiB.
//
// Why the pointers hold: the mapping lives as long as this object, which alone has its address and lends it only for
// the time of a call. Capacity is read once, checked against the size of the file, and kept here; the size is sealed,
// so no page can go away and raise SIGBUS. Offsets are made of a position modulo capacity, and counts are checked
// against what is left: whatever the other side stores, nothing outside the ring is read or written. Bytes that it
// changes while they are copied are wrong bytes, like any others on a wire; they are judged only once they are copied.

import CLinux
import Glibc

/// A mapped ring.
///
/// Why `@unchecked Sendable` is right: all fields are constant; words are loaded and stored by atomics, and bytes are
/// copied only between the positions that belong to the caller, which the words hand to and fro.
final class RingMemory: @unchecked Sendable {
  /// A word of the head, by its offset.
  enum Word: Int {
    case magic = 0
    case capacity = 4
    case senderPosition = 128
    case senderWants = 132
    case receiverPosition = 256
    case receiverWants = 260
  }

  static let headSize = 4096
  static let maximumCapacity = 1 << 30
  private static let magic: UInt32 = 0x474E_4952

  /// Bytes of the ring.
  let capacity: Int
  private let base: UnsafeMutableRawPointer
  private let length: Int

  /// Makes the file for a ring of this many bytes, rounded up to a power of two.
  static func make(capacity wanted: Int) throws(TransportError) -> Descriptor {
    var capacity = 1
    while capacity < min(wanted, maximumCapacity) { capacity *= 2 }
    let number = clinux_shared_memory("pipe-ring", headSize + capacity)
    guard number >= 0 else { throw .last("memfd_create") }
    let descriptor = Descriptor(owning: number)
    let origin = origin(capacity)
    for (word, value) in [
      (Word.magic, magic), (.capacity, UInt32(capacity)), (.senderPosition, origin), (.receiverPosition, origin),
    ] {
      var value = value
      guard pwrite(number, &value, 4, off_t(word.rawValue)) == 4 else { throw .last("pwrite") }
    }
    return descriptor
  }

  /// Where the positions of a ring start.
  static func origin(_ capacity: Int) -> UInt32 { 0 &- UInt32(capacity) }

  /// Maps a ring that `make` has made. `.corrupt` if it is none, or one that could change its size.
  init(_ descriptor: Descriptor) throws(LinkError) {
    guard clinux_is_size_sealed(descriptor.number) == 1 else { throw .corrupt("shared memory of no fixed size") }
    var facts = stat()
    guard fstat(descriptor.number, &facts) == 0 else { throw .system(call: "fstat", errno: errno) }
    let size = Int(facts.st_size)
    guard size > Self.headSize else { throw .corrupt("shared memory of \(size) bytes for a ring") }
    guard let mapped = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.number, 0), mapped != MAP_FAILED
    else { throw .system(call: "mmap", errno: errno) }
    // Within the mapping and aligned, for the head is as long as a page.
    let stated = clinux_load(mapped.advanced(by: Word.capacity.rawValue).assumingMemoryBound(to: UInt32.self))
    let sign = clinux_load(mapped.advanced(by: Word.magic.rawValue).assumingMemoryBound(to: UInt32.self))
    guard sign == Self.magic, stated.nonzeroBitCount == 1, stated <= size - Self.headSize,
      stated <= Self.maximumCapacity
    else {
      munmap(mapped, size)
      throw .corrupt("shared memory of \(size) bytes that says it is a ring of \(stated)")
    }
    base = mapped
    length = size
    capacity = Int(stated)
  }

  deinit { munmap(base, length) }

  func load(_ word: Word) -> UInt32 { clinux_load(pointer(to: word)) }

  func store(_ value: UInt32, in word: Word) { clinux_store(pointer(to: word), value) }

  /// Sleeps while the word has this value, until it is woken or the time is over; gives whether it is over. Wakes up
  /// for other reasons too.
  func sleep(while word: Word, is value: UInt32, nanoseconds: UInt64) throws(LinkError) -> Bool {
    if clinux_futex_wait(pointer(to: word), value, nanoseconds) == 0 { return false }
    switch errno {
    case ETIMEDOUT: return true
    case EAGAIN, EINTR: return false
    case let errno: throw .system(call: "futex", errno: errno)
    }
  }

  /// Wakes who sleeps because of this word.
  func wake(_ word: Word) { _ = clinux_futex_wake(pointer(to: word)) }

  /// Copies bytes into the ring from a position on; at most `capacity`.
  func copy(_ bytes: UnsafeRawBufferPointer, to position: UInt32) {
    precondition(bytes.count <= capacity)
    let first = part(position, bytes.count)
    first.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<first.count]))
    // What is left lies at the start of the ring.
    let rest = UnsafeRawBufferPointer(rebasing: bytes[first.count...])
    if !rest.isEmpty { part(0, rest.count).copyMemory(from: rest) }
  }

  /// Copies bytes out of the ring from a position on, to fill the memory; at most `capacity`.
  func copy(from position: UInt32, into memory: UnsafeMutableRawBufferPointer) {
    precondition(memory.count <= capacity)
    let first = part(position, memory.count)
    UnsafeMutableRawBufferPointer(rebasing: memory[..<first.count]).copyMemory(from: UnsafeRawBufferPointer(first))
    let rest = UnsafeMutableRawBufferPointer(rebasing: memory[first.count...])
    if !rest.isEmpty { rest.copyMemory(from: UnsafeRawBufferPointer(part(0, rest.count))) }
  }

  /// Reads bytes of a file to a position: up to `count`, or to where the ring ends; gives what pread gives.
  func read(_ file: Descriptor, at offset: Int, count: Int, to position: UInt32) -> Int {
    let room = part(position, count)
    return pread(file.number, room.baseAddress, room.count, off_t(offset))
  }

  /// The bytes from a position on that lie together: up to `count`, or to where the ring ends.
  private func part(_ position: UInt32, _ count: Int) -> UnsafeMutableRawBufferPointer {
    let offset = Int(position) & (capacity - 1)
    return UnsafeMutableRawBufferPointer(
      start: base.advanced(by: Self.headSize + offset), count: max(0, min(count, capacity - offset)))
  }

  private func pointer(to word: Word) -> UnsafeMutablePointer<UInt32> {
    base.advanced(by: word.rawValue).assumingMemoryBound(to: UInt32.self)
  }
}
