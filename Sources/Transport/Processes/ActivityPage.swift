// What a worker is at, in a page of memory that it shares with whoever watches it: written without a system call, read
// without asking, and still there when the worker answers nothing any more. Threads of one process have the same in
// memory of their own.
//
// Layout of a place of 64 bytes: 0 what it does, 4 version of the work's name, 8 progress (64 bits), 16 input, 20 attempt,
// 24 first byte (64 bits), 32 end (64 bits), 40 what it holds. Why the pointers hold: the memory lives as long as this
// object, which alone has its address; the size of a shared file is sealed, so its page cannot go away. All words are
// aligned and touched by atomics only.

import CLinux
import Glibc

/// A place in memory in which one thread says what it does, and another, of this process or the supervisor, reads it.
///
/// Why `@unchecked Sendable` is right: the addresses are constant, and what lies there is touched by atomics only.
package final class ActivityPage: @unchecked Sendable {
  /// What a stage does.
  package enum State: UInt32, Sendable {
    /// It waits for the stage before it, the reader for the input; so does one that has not begun.
    case waitsForInput = 0
    case works = 1
    /// It waits for the stage behind it.
    case waitsForOutput = 2
    /// It works on something of which no part is done before the whole: what it uses of the processor is its progress.
    case worksAsOne = 3
    /// The reader waits to hear from the aggregator.
    case waitsForFeedback = 4
    case finished = 5
    /// It waits for the source of the run, which is slow on purpose or far away.
    case waitsForSource = 6
  }

  /// Places of a page, one for each thread of a worker, far enough apart not to share a cache line.
  private static let placeSize = 64
  private static let size = 64 << 10
  /// The most places.
  package static let places = size / placeSize
  /// The start of the mapping, or nil where the memory is the place alone.
  private let mapping: UnsafeMutableRawPointer?
  private let place: UnsafeMutableRawPointer

  /// Makes the memory for a page.
  package static func makeDescriptor() throws(TransportError) -> Descriptor {
    let number = clinux_shared_memory("pipe-activity", size)
    guard number >= 0 else { throw .last("memfd_create") }
    return Descriptor(owning: number)
  }

  /// Maps memory that `makeDescriptor` has made.
  ///
  /// - Parameter place: below `places`: which thread of the worker this is about.
  package init(_ descriptor: Descriptor, place: Int = 0) throws(TransportError) {
    precondition((0..<Self.places).contains(place), "a page of \(Self.places) places has no place \(place)")
    guard clinux_is_size_sealed(descriptor.number) == 1 else {
      throw TransportError(call: "fcntl F_GET_SEALS", errno: EINVAL)
    }
    let mapped = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.number, 0)
    guard let mapped, mapped != MAP_FAILED else { throw .last("mmap") }
    mapping = mapped
    // Within the mapping and aligned: a place is a multiple of 64 bytes from the start of a page.
    self.place = mapped.advanced(by: place * Self.placeSize)
  }

  /// A place for a thread that is watched from within its process.
  package init() {
    mapping = nil
    place = .allocate(byteCount: Self.placeSize, alignment: Self.placeSize)
    place.initializeMemory(as: UInt8.self, repeating: 0, count: Self.placeSize)
  }

  deinit {
    if let mapping { munmap(mapping, Self.size) } else { place.deallocate() }
  }

  private func word(_ offset: Int) -> UnsafeMutablePointer<UInt32> {
    place.advanced(by: offset).assumingMemoryBound(to: UInt32.self)
  }

  private func count(_ offset: Int) -> UnsafeMutablePointer<UInt64> {
    place.advanced(by: offset).assumingMemoryBound(to: UInt64.self)
  }

  /// What the stage does; nil for what no stage says.
  package var state: State? { State(rawValue: clinux_load(word(0))) }

  package func note(_ state: State) { clinux_store(word(0), state.rawValue) }

  /// Bytes dealt with, and one for each step that dealt with none.
  package var progress: UInt64 { clinux_load_count(count(8)) }

  /// How many groups or rows it holds in memory, at most 2^32 - 1; 0 from who does not say it.
  package var extent: UInt32 { clinux_load(word(40)) }

  package func note(extent: Int) { clinux_store(word(40), UInt32(clamping: extent)) }

  /// Adds bytes that were dealt with. Only one thread does.
  package func advance(_ bytes: Int) {
    clinux_store_count(count(8), clinux_load_count(count(8)) &+ UInt64(max(1, bytes)))
  }

  /// The piece that the stage has worked on last; nil before the first.
  package var work: WorkName? {
    // The version is odd while the name is written. Whoever reads it does so for people, so a few tries will do.
    for _ in 0..<100 {
      let version = clinux_load(word(4))
      if version == 0 { return nil }
      if version % 2 == 1 { continue }
      let name = WorkName(
        input: clinux_load(word(16)), first: clinux_load_count(count(24)), end: clinux_load_count(count(32)),
        attempt: clinux_load(word(20)))
      if clinux_load(word(4)) == version { return name }
    }
    return nil
  }

  /// Says which piece the stage works on. Only one thread does.
  package func note(_ work: WorkName) {
    let version = clinux_load(word(4))
    clinux_store(word(4), version | 1)
    clinux_store(word(16), work.input)
    clinux_store_count(count(24), work.first)
    clinux_store_count(count(32), work.end)
    clinux_store(word(20), work.attempt)
    // Never 0 again, which would mean that there was no piece yet.
    clinux_store(word(4), max(2, (version | 1) &+ 1))
  }
}
