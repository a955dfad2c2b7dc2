// Who holds which lock and who waits for which: what tells a deadlock from a long wait, and names it.

/// Workers and locks at a moment.
struct WaitForGraph: Equatable, Sendable {
  struct Worker: Equatable, Sendable {
    var holds: Set<Int>
    var waits: Int?

    init(holds: Set<Int> = [], waits: Int? = nil) {
      self.holds = holds
      self.waits = waits
    }
  }

  var workers: [Worker]

  /// Workers of whom each waits for a lock that the next one holds, and the last for one of the first; nil if there is no
  /// such circle. Begins with the one that has the lowest number.
  func cycle() -> [Int]? {
    for start in workers.indices {
      var path = [start]
      // Each worker waits for one lock at most, and a lock has one owner: there is one way to go.
      while let next = blocker(of: path[path.count - 1]) {
        if next == start { return path }
        // A circle that this one waits for and is no part of: it will be found from one of its own.
        if path.contains(next) { break }
        path.append(next)
      }
    }
    return nil
  }

  /// Who holds what this worker waits for.
  func blocker(of worker: Int) -> Int? {
    guard let lock = workers[worker].waits else { return nil }
    return workers.indices.first { $0 != worker && workers[$0].holds.contains(lock) }
  }

  /// `worker 1 holds lock A and waits for lock B; worker 2 holds lock B and waits for lock A`.
  func description(of cycle: [Int]) -> String {
    cycle.map { index in
      let held = workers[index].holds.sorted().map(Self.name(ofLock:)).joined(separator: " and ")
      let wanted = workers[index].waits.map(Self.name(ofLock:)) ?? "nothing"
      return "worker \(index + 1) holds \(held) and waits for \(wanted)"
    }.joined(separator: "; ")
  }

  private static func name(ofLock lock: Int) -> String {
    guard (0..<26).contains(lock) else { return "lock \(lock)" }
    return "lock \(Character(UnicodeScalar(UInt8(ascii: "A") + UInt8(lock))))"
  }
}
