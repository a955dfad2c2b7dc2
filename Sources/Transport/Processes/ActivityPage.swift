// What a worker is at, in a page of memory that it shares with whoever watches it: written without a system call, read
// without asking, and still there when the worker answers nothing any more.
//
// Layout of a place of 64 bytes: 0 what it does, 4 progress, 8 what it holds. Why the pointer holds: the mapping lives as long as this object, which alone has its
// address; the file's size is sealed, so the page cannot go away. All words are aligned and touched by atomics only.

import CLinux
import Glibc

/// A place in memory in which one thread of a process says what it does, and another reads it.
///
/// Why `@unchecked Sendable` is right: the address is constant, and what lies there is touched by atomics only.
package final class ActivityPage: @unchecked Sendable {
  /// What a stage does.
  package enum State: UInt32, Sendable {
    /// It waits for the stage before it; so does one that has not begun.
    case waitsForInput = 0
    case works = 1
    /// It waits for the stage behind it.
    case waitsForOutput = 2
    /// It works on something of which no part is done before the whole: what it uses of the processor is its progress.
    case worksAsOne = 3
  }

  /// Places of a page, one for each thread of a worker, far enough apart not to share a cache line.
  private static let placeSize = 64
  private static let size = 64 << 10
  /// The most places.
  package static let places = size / placeSize
  private let base: UnsafeMutableRawPointer
  private let words: UnsafeMutablePointer<UInt32>

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
    base = mapped
    // Within the mapping and aligned: a place is a multiple of 64 bytes from the start of a page.
    words = mapped.advanced(by: place * Self.placeSize).assumingMemoryBound(to: UInt32.self)
  }

  deinit { munmap(base, Self.size) }

  /// What the stage does; nil for what no stage says.
  package var state: State? { State(rawValue: clinux_load(words)) }

  package func note(_ state: State) { clinux_store(words, state.rawValue) }

  /// Bytes dealt with, modulo 2^32: only whether this changes says something.
  package var progress: UInt32 { clinux_load(words + 1) }

  /// How many groups or rows it holds in memory, at most 2^32 - 1; 0 from who does not say it.
  package var extent: UInt32 { clinux_load(words + 2) }

  package func note(extent: Int) { clinux_store(words + 2, UInt32(clamping: extent)) }

  /// Adds bytes that were dealt with. Only one thread does.
  package func advance(_ bytes: Int) {
    clinux_store(words + 1, clinux_load(words + 1) &+ max(1, UInt32(truncatingIfNeeded: bytes)))
  }
}
