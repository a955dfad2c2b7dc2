// A source that delivers at most so many bytes a second, whoever reads of it: threads of one process, or processes that share
// a page of memory. One word tells when the source will have delivered what it was asked for so far; whoever reads moves
// it on by the time that its bytes take, and waits until then.
//
// While nobody asks, the source reads ahead, as an operating system does, but not without end: so who works between two
// reads need not lose that time. Since the first read it has still never delivered more than its rate allows.
//
// Why the pointer holds: the memory lives as long as this object, which alone has its address; the size of a shared file is
// sealed, so its page cannot go away. The word is aligned and touched by atomics only. A process that stored nonsense in it
// would make others wait, and nothing else.

import CLinux
import Glibc

/// The source's clock.
///
/// Why `@unchecked Sendable` is right: the fields are constant, and the word is touched by atomics only.
package final class Throttle: @unchecked Sendable {
  /// Bytes that the source reads ahead at most.
  package static let readAhead = 1 << 20
  private static let size = 4096

  package let bytesPerSecond: UInt64
  /// The start of the mapping, or nil where the memory is the word alone.
  private let mapping: UnsafeMutableRawPointer?
  /// When everything that was asked for is delivered; 0 before the first time.
  private let word: UnsafeMutablePointer<UInt64>

  /// Makes the memory for a source that processes share.
  package static func makeDescriptor() throws(TransportError) -> Descriptor {
    let number = clinux_shared_memory("pipe-source", size)
    guard number >= 0 else { throw .last("memfd_create") }
    return Descriptor(owning: number)
  }

  /// Maps memory that `makeDescriptor` has made.
  ///
  /// - Parameter bytesPerSecond: at least 1, and the same for all who map it.
  package init(_ descriptor: Descriptor, bytesPerSecond: UInt64) throws(TransportError) {
    guard clinux_is_size_sealed(descriptor.number) == 1 else {
      throw TransportError(call: "fcntl F_GET_SEALS", errno: EINVAL)
    }
    let mapped = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.number, 0)
    guard let mapped, mapped != MAP_FAILED else { throw .last("mmap") }
    self.bytesPerSecond = max(1, bytesPerSecond)
    mapping = mapped
    word = mapped.assumingMemoryBound(to: UInt64.self)
  }

  /// A source that the threads of this process share.
  package init(bytesPerSecond: UInt64) {
    self.bytesPerSecond = max(1, bytesPerSecond)
    mapping = nil
    word = .allocate(capacity: 1)
    word.initialize(to: 0)
  }

  deinit {
    if let mapping { munmap(mapping, Self.size) } else { word.deallocate() }
  }

  /// Asks for bytes.
  ///
  /// - Parameter now: `MonotonicClock`'s time.
  /// - Returns: when they are delivered, by the same clock.
  package func take(_ count: Int, at now: UInt64) -> UInt64 {
    let (cost, lead) = (duration(of: count), duration(of: Self.readAhead))
    while true {
      let free = clinux_load_count(word)
      let from = free == 0 ? now : max(free, now - min(now, lead))
      let due = from.addingReportingOverflow(cost)
      let next = due.overflow ? .max : due.partialValue
      if clinux_replace_count(word, free, next) != 0 { return next }
    }
  }

  /// Nanoseconds that bytes take, rounded down; half the range of the clock where they take longer.
  private func duration(of count: Int) -> UInt64 {
    let product = UInt64(max(0, count)).multipliedFullWidth(by: 1_000_000_000)
    guard product.high < bytesPerSecond else { return .max / 2 }
    return min(.max / 2, bytesPerSecond.dividingFullWidth(product).quotient)
  }
}
