// Signals that become calls, tried in processes of their own. The test runner's other threads do not block the signals,
// so these are sent to the watching thread.

import CLinux
import Glibc
import Testing
import Transport

struct SignalWatchTests {
  @Test func callsTheHandlerWithTheSignal() async {
    await #expect(processExitsWith: .exitCode(9)) {
      let watch = try SignalWatch.start { signal in exit(signal == SIGTERM ? 9 : 1) }
      watch.thread.send(signal: SIGTERM)
      sleep(60)
      withExtendedLifetime(watch) {}
    }
  }

  @Test func aSecondSignalEndsTheProcessAtOnce() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      let isCalled = Monitor(false)
      let watch = try SignalWatch.start { _ in
        isCalled.change { $0 = true }
        // A clean-up that hangs.
        sleep(60)
      }
      watch.thread.send(signal: SIGTERM)
      _ = isCalled.wait { $0 ? true : nil }
      watch.thread.send(signal: SIGINT)
      sleep(60)
      withExtendedLifetime(watch) {}
    }
  }

  @Test func aSecondSignalAfterTheHandlerEndsTheProcessToo() async {
    await #expect(processExitsWith: .signal(SIGHUP)) {
      let isCalled = Monitor(false)
      let watch = try SignalWatch.start { _ in isCalled.change { $0 = true } }
      watch.thread.send(signal: SIGINT)
      _ = isCalled.wait { $0 ? true : nil }
      usleep(20_000)
      watch.thread.send(signal: SIGHUP)
      sleep(60)
      withExtendedLifetime(watch) {}
    }
  }

  @Test func whatIsIgnoredStaysIgnored() async {
    await #expect(processExitsWith: .exitCode(0)) {
      _ = clinux_set_ignored(SIGHUP, 1)
      let watch = try SignalWatch.start { _ in exit(1) }
      kill(ProcessSelf.pid, SIGHUP)
      watch.thread.send(signal: SIGHUP)
      usleep(30_000)
      watch.stop()
    }
  }

  @Test func whatAsksEndsNothing() async {
    await #expect(processExitsWith: .exitCode(9)) {
      let asked = Monitor(0)
      let watch = try SignalWatch.start(
        asking: [SIGUSR1], asked: { asked.change { $0 += 1 } }, handler: { exit($0 == SIGTERM ? 9 : 1) })
      for count in 1...3 {
        watch.thread.send(signal: SIGUSR1)
        _ = asked.wait { $0 == count ? true : nil }
      }
      watch.thread.send(signal: SIGTERM)
      sleep(60)
      withExtendedLifetime(watch) {}
    }
  }

  @Test func canBeStopped() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let watch = try SignalWatch.start { _ in exit(1) }
      watch.stop()
    }
  }
}
