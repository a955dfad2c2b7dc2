// What the kernel says about memory, CPU time and waiting.

import Glibc
import Testing
import Transport

struct ProcessFactsTests {
  @Test func knowsItsOwnMemory() throws {
    let facts = ProcessFacts.read(ProcessSelf.pid)
    let peak = try #require(facts.peakResidentBytes)
    let now = try #require(facts.residentBytes)
    #expect(now > 1 << 20)
    // The kernel's figures lag behind by some pages a core.
    #expect(peak + (4 << 20) >= now)
    let file = try #require(ProcessFacts.openOfProcess())
    #expect(try #require(ProcessFacts.peakResidentBytes(file)) >= peak)
    let proportional = try #require(facts.proportionalBytes)
    #expect(proportional > 1 << 18)
    let own = try #require(facts.privateBytes)
    #expect(own > 1 << 18 && own <= proportional)
  }

  @Test func knowsItsOwnProgram() throws {
    let child = try Spawner.spawn(executable: "/bin/sleep", arguments: ["sleep", "60"], environment: [])
    #expect(ProcessFacts.runsSameProgram(ProcessSelf.pid) && !ProcessFacts.runsSameProgram(child.pid))
    try child.kill(SIGKILL)
    _ = try child.wait()
    #expect(!ProcessFacts.runsSameProgram(child.pid))
  }

  @Test func knowsAChildsMemoryAndNothingOfTheDead() throws {
    let child = try Spawner.spawn(executable: "/bin/sleep", arguments: ["sleep", "60"], environment: [])
    let facts = ProcessFacts.read(child.pid)
    #expect(try #require(facts.residentBytes) > 0)
    try child.kill(SIGKILL)
    _ = try child.wait()
    #expect(ProcessFacts.read(child.pid) == ProcessFacts())
  }

  @Test func threadsCountTheirOwnTime() throws {
    let schedule = try #require(ThreadSchedule.openOfThread())
    let before = try #require(ThreadSchedule.read(schedule))
    let usageBefore = ResourceUsage.ofThread()
    var value = 1.0
    let start = MonotonicClock.now()
    while MonotonicClock.now() - start < 30_000_000 { value = (value * 1.01).truncatingRemainder(dividingBy: 7) }
    let after = try #require(ThreadSchedule.read(schedule))
    #expect(value.isFinite)
    #expect(after.runningNanoseconds > before.runningNanoseconds)
    #expect(after.waitingNanoseconds >= before.waitingNanoseconds)
    let usageAfter = ResourceUsage.ofThread()
    #expect(usageAfter.userNanoseconds + usageAfter.systemNanoseconds > usageBefore.userNanoseconds)
    let whole = ResourceUsage.ofProcess()
    #expect(whole.userNanoseconds >= usageAfter.userNanoseconds)
    #expect(whole.minorFaults > 0)
  }
}
