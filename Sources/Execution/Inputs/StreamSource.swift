// A pipe, FIFO, socket or terminal. What was read is kept until it is released, so that pieces can be given out again;
// how much is kept is bounded by the reader's window.

import Glibc

/// Reads a stream and remembers what has not been released yet.
package struct StreamSource: ByteSource {
  private let input: InputFile
  private let tap: SourceTap?
  /// Bytes [keptFrom, keptFrom + kept.count) of the stream, of which those before `released` are of no use any more.
  private var kept: [UInt8] = []
  private var keptFrom = 0
  private var released = 0
  package private(set) var size: Int?
  package var hasRanges: Bool { false }

  /// - Parameter tap: of the stage that reads.
  package init(input: InputFile, tap: SourceTap? = nil) {
    self.input = input
    self.tap = tap
  }

  package mutating func release(before offset: Int) {
    released = max(released, offset)
    // Moving bytes costs, so it is done only when it frees at least half.
    let useless = min(released - keptFrom, kept.count)
    if useless > 1 << 16, useless * 2 >= kept.count {
      kept.removeFirst(useless)
      keptFrom += useless
    }
  }

  package mutating func read(from offset: Int, count: Int) throws(RunFailure) -> [UInt8] {
    while size == nil, keptFrom + kept.count < offset + count {
      let missing = offset + count - keptFrom - kept.count
      guard let tap else {
        try readMore(missing)
        continue
      }
      let before = keptFrom + kept.count
      try tap.read { () throws(RunFailure) in
        try readMore(missing)
        return keptFrom + kept.count - before
      }
    }
    let first = offset - keptFrom
    let last = min(first + count, kept.count)
    guard first >= 0 else {
      throw RunFailure(.books, "\(input.facts.name): byte \(offset) was asked for after it was released")
    }
    return first < last ? Array(kept[first..<last]) : []
  }

  private mutating func readMore(_ count: Int) throws(RunFailure) {
    let room = max(1 << 16, min(count, 1 << 20))
    var failure: Int32 = 0
    var isEnd = false
    // Exactly the bytes that read has written are counted as initialized.
    let block = [UInt8](unsafeUninitializedCapacity: room) { buffer, initializedCount in
      var got: Int
      repeat { got = Glibc.read(input.descriptor.number, buffer.baseAddress!, room) } while got < 0 && errno == EINTR
      if got < 0 { failure = errno }
      isEnd = got == 0
      initializedCount = max(0, got)
    }
    if failure == EAGAIN {
      var entry = pollfd(fd: input.descriptor.number, events: Int16(POLLIN), revents: 0)
      _ = poll(&entry, 1, -1)
      return
    }
    if failure != 0 {
      throw RunFailure(
        .transfer, "\(input.facts.name): byte \(keptFrom + kept.count): \(String(cString: strerror(failure)))")
    }
    if isEnd { size = keptFrom + kept.count }
    kept.append(contentsOf: block)
  }

  package func checkUnchanged() throws(RunFailure) {}
}
