// What an experiment has set up outside of the program: its parts, and names in the system. Whoever breaks the lab off takes
// them away first, so that nothing stays.

import Glibc
import Transport

/// The parts that run, and how to remove what has a name: files, message queues, control groups.
package final class Leftovers: Sendable {
  private struct State: Sendable {
    var isOver = false
    var parts: [ObjectIdentifier: ChildProcess] = [:]
    var removals: [Int: @Sendable () -> Void] = [:]
    var next = 0
  }

  /// Something that has a name; removed with the last reference at the latest.
  package final class Named: Sendable {
    private let leftovers: Leftovers
    private let number: Int

    fileprivate init(_ leftovers: Leftovers, _ number: Int) {
      self.leftovers = leftovers
      self.number = number
    }

    /// Removes it now. Later calls do nothing.
    package func remove() { leftovers.state.withLock { $0.removals.removeValue(forKey: number)?() } }

    deinit { remove() }
  }

  private let state = Monitor(State())

  package init() {}

  /// Whether the lab is being broken off.
  package var isOver: Bool { state.withLock(\.isOver) }

  /// Makes something that has a name. Not while names are being removed, so nothing is made that nobody removes any more.
  /// - Parameter removing: called once, also where making it has failed; it finds what was made, or nothing.
  package func make<Made>(
    _ make: () throws(LabFailure) -> Made, removing: @escaping @Sendable () -> Void
  ) throws(LabFailure) -> (made: Made, name: Named) {
    let (made, number) = try state.withLock { (state) throws(LabFailure) -> (Made, Int) in
      if state.isOver { throw Self.brokenOff }
      do throws(LabFailure) {
        let made = try make()
        state.next += 1
        state.removals[state.next] = removing
        return (made, state.next)
      } catch {
        removing()
        throw error
      }
    }
    return (made, Named(self, number))
  }

  /// Takes in a part that has been started; one that comes too late is killed.
  func add(_ child: ChildProcess) throws(LabFailure) {
    let isOver = state.withLock { state in
      if !state.isOver { state.parts[ObjectIdentifier(child)] = child }
      return state.isOver
    }
    guard isOver else { return }
    try? child.kill(SIGKILL)
    _ = try? child.wait()
    throw Self.brokenOff
  }

  /// A part has ended, and was waited for.
  func drop(_ child: ChildProcess) { state.withLock { _ = $0.parts.removeValue(forKey: ObjectIdentifier(child)) } }

  /// Ends all parts and removes all names; from now on nothing new can be made.
  package func clear() {
    let parts = state.withLock { state in
      state.isOver = true
      return Array(state.parts.values)
    }
    for part in parts { try? part.kill(SIGKILL) }
    // Control groups can be removed only when nobody is in them any more.
    let deadline = MonotonicClock.now() + 500_000_000
    for part in parts {
      let now = MonotonicClock.now()
      _ = try? Readiness.waitReadable([part.pidfd.number], nanoseconds: deadline > now ? deadline - now : 0)
    }
    state.withLock { state in
      for removal in state.removals.values { removal() }
      state.removals = [:]
    }
  }

  private static let brokenOff = LabFailure("the lab is being broken off")
}
