// What a process does to itself, tried in processes of their own.

import CLinux
import Glibc
import Testing
import Transport

struct ProcessSelfTests {
  @Test func diesByTheSignalItNames() async {
    await #expect(processExitsWith: .signal(SIGTERM)) { ProcessSelf.die(by: SIGTERM) }
    await #expect(processExitsWith: .signal(SIGINT)) {
      // Also when it is blocked and ignored.
      _ = clinux_mask_signals(1, [SIGINT], 1)
      _ = clinux_set_ignored(SIGINT, 1)
      ProcessSelf.die(by: SIGINT)
    }
  }

  @Test func knowsWhetherItsParentIsTheExpectedOne() async {
    await #expect(processExitsWith: .exitCode(5)) {
      let parent = ProcessSelf.parentPid
      guard ProcessSelf.dieWithParent(expectedParent: parent), !ProcessSelf.dieWithParent(expectedParent: parent + 1)
      else { return }
      exit(5)
    }
  }

  @Test func brokenPipesAreAnErrorOnceIgnored() async {
    await #expect(processExitsWith: .exitCode(6)) {
      ProcessSelf.ignoreBrokenPipes()
      let (read, write) = try Descriptor.pipe()
      read.close()
      if Glibc.write(write.number, "x", 1) == -1, errno == EPIPE { exit(6) }
    }
  }

  @Test func namesTheThread() throws {
    let name = Monitor("")
    let thread = try WorkerThread.start(name: "before") {
      ProcessSelf.setName("pipe:aggregator")
      name.withLock { $0 = threadName() }
    }
    thread.join()
    #expect(name.withLock { $0 } == "pipe:aggregator\n")
  }
}
