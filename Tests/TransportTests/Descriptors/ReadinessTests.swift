// Waiting for several descriptors at once.

import Glibc
import Testing
import Transport

struct ReadinessTests {
  @Test func namesThoseThatAreReady() throws {
    let pipes = try (0..<3).map { _ in try Descriptor.pipe() }
    #expect(write(pipes[1].write.number, "x", 1) == 1)
    pipes[2].write.close()
    let numbers = pipes.map(\.read.number)
    #expect(try Readiness.waitReadable(numbers) == [false, true, true])
    #expect(try Readiness.waitReadable([-1, numbers[0]], nanoseconds: 0) == [false, false])
    withExtendedLifetime(pipes) {}
  }

  @Test func givesUpAfterTheTimeAndNotBefore() throws {
    let (read, write) = try Descriptor.pipe()
    let start = MonotonicClock.now()
    #expect(try Readiness.waitReadable([read.number], nanoseconds: 10_500_000) == [false])
    #expect(MonotonicClock.now() - start >= 10_500_000)
    withExtendedLifetime((read, write)) {}
  }
}
