// What an input's content is, in 64 bits: size and time of a file can be the same although its bytes are others.

import CSV
import Query
import Transport

/// Hashes what inputs hold.
package enum ContentHash {
  /// Bytes that are hashed as one block. Part of the definition: the hash is that of the blocks' hashes.
  private static let blockSize = 1 << 20

  /// The hash of all bytes that an input had when it was opened.
  ///
  /// - Parameter loop: how the work is spread.
  package static func of(_ input: InputFile, in loop: ParallelLoop) throws(RunFailure) -> UInt64 {
    var sums = ByteWriter()
    let count = (input.facts.size + blockSize - 1) / blockSize
    // So many at a time that starting threads costs nothing, and so few that their hashes are all that is kept.
    let stride = 64 * loop.width
    var first = 0
    while first < count {
      let start = first
      let results = loop.map(min(stride, count - first)) { index in hash(of: input, block: start + index) }
      for result in results { sums.write(try result.get()) }
      first += stride
    }
    return FixedHash.hash(sums.bytes.span)
  }

  private static func hash(of input: InputFile, block: Int) -> Result<UInt64, RunFailure> {
    var source = FileSource(input: input)
    do throws(RunFailure) {
      let bytes = try source.read(from: block * blockSize, count: blockSize)
      return .success(FixedHash.hash(bytes.span))
    } catch {
      return .failure(error)
    }
  }
}
