// A page of words that parts share: a file in memory without a name, mapped by all who have its descriptor.
//
// Why the pointers hold: the mapping lives as long as this object and its size is sealed; places are checked.

import CLinux
import Glibc
import Transport

/// Words of 32 bits, each on a cache line of its own, which several processes load and store.
///
/// Why `@unchecked Sendable` is right: all fields are constant, and the words are touched by atomics only.
final class SharedWords: @unchecked Sendable {
  static let count = 64
  private static let distance = 64

  private let base: UnsafeMutableRawPointer

  /// Makes the file for it: all words are 0.
  static func make() throws(TransportError) -> Descriptor {
    let number = clinux_shared_memory("pipe-lab", count * distance)
    guard number >= 0 else { throw TransportError(call: "memfd_create", errno: errno) }
    return Descriptor(owning: number)
  }

  /// Maps such a file, which may be closed afterwards.
  init(_ file: Int32) throws(LabFailure) {
    guard clinux_is_size_sealed(file) == 1,
      let mapped = mmap(nil, Self.count * Self.distance, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
      mapped != MAP_FAILED
    else { throw LabFailure("shared memory cannot be mapped: \(TransportError.reason(of: errno))") }
    base = mapped
  }

  deinit { munmap(base, Self.count * Self.distance) }

  /// Stores a word, and wakes one who sleeps because of it.
  func storeAndWake(_ place: Int, _ value: UInt32) {
    clinux_store(word(place), value)
    clinux_futex_wake(word(place))
  }

  /// Sleeps until the word has another value than this one; throws if that takes more than ten seconds.
  func sleep(while place: Int, is value: UInt32) throws(LabFailure) {
    while clinux_load(word(place)) == value {
      if clinux_futex_wait(word(place), value, 10_000_000_000) != 0, errno != EAGAIN, errno != EINTR {
        throw LabFailure("waiting for a word: \(TransportError.reason(of: errno))")
      }
    }
  }

  /// Asks to sleep while the word has a value that it has not: comes back at once.
  func look(at place: Int, for value: UInt32) throws(LabFailure) {
    guard clinux_futex_wait(word(place), value, 10_000_000_000) != 0, errno == EAGAIN || errno == EINTR else {
      throw LabFailure("a word was not what it had to be")
    }
  }

  private func word(_ place: Int) -> UnsafeMutablePointer<UInt32> {
    precondition(0..<Self.count ~= place)
    return base.advanced(by: place * Self.distance).assumingMemoryBound(to: UInt32.self)
  }
}
