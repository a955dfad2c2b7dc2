// How this module asks for work to be done side by side: threads belong to whoever runs a question, not here.

/// Runs a body for each index, in any order and possibly side by side, and returns when all are done.
package struct ParallelLoop: Sendable {
  /// How many bodies can run side by side.
  package let width: Int
  private let run: @Sendable (Int, @escaping @Sendable (Int) -> Void) -> Void

  package init(width: Int, run: @escaping @Sendable (Int, @escaping @Sendable (Int) -> Void) -> Void) {
    self.width = width
    self.run = run
  }

  package func callAsFunction(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) { run(count, body) }

  /// The results of a body for each index, in the order of the indices.
  package func map<Result: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) -> Result) -> [Result] {
    if count == 1 { return [body(0)] }
    let results = UnsafeMutablePointer<Result?>.allocate(capacity: count)
    results.initialize(repeating: nil, count: count)
    defer {
      results.deinitialize(count: count)
      results.deallocate()
    }
    // Each body writes the element of its own index and no other, and all have ended when `run` returns.
    nonisolated(unsafe) let places = results
    run(count) { places[$0] = body($0) }
    return (0..<count).compactMap { results[$0] }
  }

  /// One after the other, in the calling thread.
  package static let serial = ParallelLoop(width: 1) { count, body in
    for index in 0..<count { body(index) }
  }
}
