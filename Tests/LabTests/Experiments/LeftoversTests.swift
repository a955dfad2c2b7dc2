// Whatever has a name is removed once, whoever does it.

import Glibc
import Synchronization
import Testing
import Transport

@testable import Lab

@Suite struct LeftoversTests {
  private final class Counter: Sendable {
    let removals = Atomic(0)
    var count: Int { removals.load(ordering: .relaxed) }
    func note() { removals.add(1, ordering: .relaxed) }
  }

  @Test func aNameIsRemovedOnce() throws {
    let (leftovers, counter) = (Leftovers(), Counter())
    var named: (made: Int, name: Leftovers.Named)? = try leftovers.make({ 7 }, removing: counter.note)
    #expect(named?.made == 7)
    #expect(counter.count == 0)
    named?.name.remove()
    #expect(counter.count == 1)
    named = nil
    leftovers.clear()
    #expect(counter.count == 1)
  }

  @Test func aNameThatNobodyHoldsIsRemoved() throws {
    let (leftovers, counter) = (Leftovers(), Counter())
    _ = try leftovers.make({}, removing: counter.note)
    #expect(counter.count == 1)
  }

  @Test func breakingOffRemovesAllAndLetsNothingNewBeMade() throws {
    let (leftovers, counter) = (Leftovers(), Counter())
    let names = try (0..<3).map { _ in try leftovers.make({}, removing: counter.note).name }
    #expect(!leftovers.isOver)
    leftovers.clear()
    #expect(counter.count == 3 && leftovers.isOver)
    var wasMade = false
    #expect(throws: LabFailure.self) { try leftovers.make({ wasMade = true }, removing: counter.note) }
    #expect(!wasMade)
    withExtendedLifetime(names) {}
  }

  @Test func whatFailsToBeMadeIsRemovedToo() {
    let (leftovers, counter) = (Leftovers(), Counter())
    #expect(throws: LabFailure("half")) {
      _ = try leftovers.make({ () throws(LabFailure) in throw LabFailure("half") }, removing: counter.note)
    }
    #expect(counter.count == 1)
  }

  @Test func breakingOffEndsParts() throws {
    let leftovers = Leftovers()
    let child = try Spawner.spawn(executable: "/bin/sleep", arguments: ["sleep", "60"], environment: [])
    try leftovers.add(child)
    leftovers.clear()
    #expect(try child.wait().status == .signalled(signal: SIGKILL, dumpedCore: false))
    let late = try Spawner.spawn(executable: "/bin/sleep", arguments: ["sleep", "60"], environment: [])
    #expect(throws: LabFailure.self) { try leftovers.add(late) }
    #expect(try late.wait().status == .signalled(signal: SIGKILL, dumpedCore: false))
  }
}
