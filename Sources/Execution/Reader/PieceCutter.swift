// Where pieces of one input end. The cutter guesses record starts behind the edges of the chunk grid; whether a guess
// was right shows when the piece before it has been parsed.

import CSV

/// A place where a piece may end.
package struct Cut: Equatable, Sendable {
  package var offset: Int
  /// Whether the input ends here.
  package var isLast: Bool
  /// Whether the bytes before it are a whole line end.
  package var endsLine: Bool
}

/// Finds the ends of pieces in one input.
package struct PieceCutter {
  /// Bytes looked at behind an edge before the next edge is tried instead.
  package static let lookAhead = 4096

  private let chunkSize: Int
  /// A piece that has reached this length without a guess at an edge is cut anyway.
  private let longest: Int
  private let dialect: Dialect

  package init(chunkSize: Int, maxRecord: Int, dialect: Dialect) {
    self.chunkSize = chunkSize
    self.dialect = dialect
    longest = maxRecord + max(chunkSize, Self.lookAhead)
  }

  /// The first guessed record start at or behind `minimumEnd` and behind `start`.
  package func cut(
    _ source: inout any ByteSource, after start: Int, minimumEnd: Int
  ) throws(RunFailure) -> Cut {
    var edge = nextEdge(max(minimumEnd, start + 1))
    while true {
      if let size = source.size, edge >= size { return Cut(offset: size, isLast: true, endsLine: false) }
      let window = try source.read(from: edge - 1, count: Self.lookAhead)
      // Reading may have found the end of a stream, even before the edge.
      let windowEnd = min(edge - 1 + window.count, source.size ?? .max)
      let isEnd = window.count < Self.lookAhead || source.size == windowEnd
      if case .start(let distance) = RecordBoundary.guess(in: window.span, isEnd: isEnd, dialect: dialect) {
        let offset = edge - 1 + distance
        if isEnd, offset >= windowEnd { return Cut(offset: windowEnd, isLast: true, endsLine: true) }
        if offset > start { return Cut(offset: offset, isLast: false, endsLine: true) }
      } else if isEnd {
        return Cut(offset: windowEnd, isLast: true, endsLine: false)
      }
      if edge - start >= longest { return Cut(offset: edge, isLast: false, endsLine: false) }
      edge = nextEdge(edge + 1)
    }
  }

  /// The first edge of the grid at or behind `minimumEnd`, whatever lies there: for reading in order.
  package func edge(
    _ source: inout any ByteSource, after start: Int, minimumEnd: Int
  ) throws(RunFailure) -> Cut {
    let edge = nextEdge(max(minimumEnd, start + 1))
    if let size = source.size { return Cut(offset: min(edge, size), isLast: edge >= size, endsLine: false) }
    // One byte more tells whether the input ends at the edge.
    let rest = try source.read(from: start, count: edge - start + 1)
    if rest.count <= edge - start { return Cut(offset: start + rest.count, isLast: true, endsLine: false) }
    return Cut(offset: edge, isLast: false, endsLine: false)
  }

  private func nextEdge(_ offset: Int) -> Int { (offset + chunkSize - 1) / chunkSize * chunkSize }
}
