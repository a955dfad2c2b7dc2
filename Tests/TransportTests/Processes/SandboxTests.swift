// The sandbox as a worker enters it, in processes of their own: what goes on inside, and what is reported.

import CLinux
import CSandboxProbe
import Glibc
import Testing
import Transport

/// Runs the body in a child that has one thread, as a worker has at its start; gives the exit status as a shell does.
///
/// Only for processes that the test library started for one test: there no other thread holds a lock when this one forks.
private func inChild(_ body: () throws -> Bool) -> Int32 {
  let child = csandboxprobe_fork()
  if child == 0 { _exit((try? body()) == true ? 0 : 1) }
  var status: Int32 = 0
  while waitpid(child, &status, 0) < 0, errno == EINTR {}
  return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
}

/// A sandbox that expects what there is.
private func sandbox(_ policy: SandboxPolicy = .bestEffort) -> Sandbox {
  var variables: Set<String> = []
  var index: UInt64 = 0
  while let text = clinux_variable(index) {
    variables.insert(String(String(cString: text).prefix { $0 != "=" }))
    index += 1
  }
  return Sandbox(
    policy: policy, expectedParent: ProcessSelf.parentPid,
    // Whoever started this process may have had many descriptors open.
    descriptors: (0..<getdtablesize()).filter { fcntl($0, F_GETFD) >= 0 }, variables: variables,
    limits: SandboxLimits(descriptors: 256, tasks: nil))
}

/// The error with which the sandbox refuses to be entered, nil if it does not.
private func refusal(of sandbox: Sandbox) -> TransportError? {
  do throws(TransportError) {
    _ = try sandbox.enter()
    return nil
  } catch {
    return error
  }
}

/// Whether all layers are in force but those that this kernel lacks.
private func isComplete(_ report: SandboxReport) -> Bool {
  let present = SandboxLayer.allCases.filter { layer in !report.absent.contains { $0.layer == layer } }
  return report.inForce == present
    && report.absent.allSatisfy {
      $0.layer == .landlock && [ENOSYS, EOPNOTSUPP].map(TransportError.reason(of:)).contains($0.reason)
    }
}

struct SandboxReportTests {
  @Test func layersHaveNamesOfTheirOwn() {
    #expect(
      SandboxLayer.allCases.map(\.rawValue)
        == ["descriptors", "environment", "user", "privileges", "landlock", "limits", "seccomp"])
    #expect(SandboxPolicy.allCases.map(\.rawValue) == ["off", "best-effort", "strict"])
    #expect(SandboxPolicy.standard == .bestEffort)
  }

  @Test(.enabled(if: clinux_is_sanitized() != 0)) func sanitizersKeepTheLayersAway() throws {
    var sandbox = sandbox()
    // Whatever other tests open meanwhile.
    sandbox.descriptors = Array(0..<16_384)
    let report = try sandbox.enter()
    #expect(report.inForce == [.descriptors, .environment])
    #expect(report.absent.allSatisfy { $0.reason == "the program is built with a sanitizer" })
  }
}

// A sanitizer's own work would not survive it.
@Suite(.enabled(if: clinux_is_sanitized() == 0))
struct SandboxTests {
  @Test func aWorkerWorksInside() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let status = inChild {
        let (ours, theirs) = try Descriptor.socketPair()
        let (read, write) = try Descriptor.pipe()
        guard isComplete(try sandbox().enter()) else { return false }
        // A thread, its name, a lock; memory from the heap and beside it; descriptors that come later.
        let (near, far) = (ControlSocket(ours), ControlSocket(theirs))
        let received = Monitor<Int32?>(nil)
        let thread = try WorkerThread.start(name: "inside", stackSize: 256 << 10) {
          guard let message = try? far.receive(), let end = message.descriptors.first else { return }
          var byte: UInt8 = 7
          if Glibc.write(end.number, &byte, 1) == 1 { received.change { $0 = Int32(message.kind) } }
        }
        try near.send(kind: 9, payload: Array(repeating: 1, count: 100_000), descriptors: [write])
        guard received.wait(nanoseconds: 5_000_000_000, until: { $0 }).value == 9 else { return false }
        thread.join()
        var byte: UInt8 = 0
        guard try Readiness.waitReadable([read.number]) == [true], Glibc.read(read.number, &byte, 1) == 1, byte == 7
        else { return false }
        var status = stat()
        guard fstat(read.number, &status) == 0, read.setPipeSize(8192) != nil else { return false }
        _ = (MonotonicClock.now(), ResourceUsage.ofProcess(), usleep(1), SystemRandomNumberGenerator())
        var memory = [UInt64](repeating: 1, count: 4 << 20)
        memory.append(2)
        // And what is over.
        return memory.count == 4 << 20 + 1 && open("/dev/null", O_RDONLY) == -1 && errno == EPERM
          && ThreadSchedule.openOfThread() == nil
      }
      exit(status)
    }
  }

  @Test func whatWasOpenCanBeReadAgain() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let status = inChild {
        let facts = try Descriptor.openForReading("/proc/self/status")
        let times = try Descriptor.openForReading("/proc/thread-self/schedstat")
        guard isComplete(try sandbox().enter()) else { return false }
        var text = [UInt8](repeating: 0, count: 4096)
        for _ in 0..<2 {
          for descriptor in [facts, times] where pread(descriptor.number, &text, text.count, 0) <= 0 { return false }
        }
        return true
      }
      exit(status)
    }
  }

  @Test func itEndsAsOutside() async {
    await #expect(processExitsWith: .exitCode(128 + SIGABRT)) {
      exit(
        inChild {
          _ = try sandbox().enter()
          abort()
        })
    }
    await #expect(processExitsWith: .exitCode(128 + SIGSYS)) {
      exit(
        inChild {
          _ = try sandbox().enter()
          kill(ProcessSelf.parentPid, SIGTERM)
          return true
        })
    }
  }

  @Test func rootBecomesNobody() async {
    await #expect(processExitsWith: .exitCode(0)) {
      exit(
        inChild {
          let before = geteuid()
          if before == 0 { setgroups(2, [4, 20]) }
          var wanted = sandbox()
          wanted.layers = [.user]
          guard try wanted.enter().inForce == [.user] else { return false }
          if before != 0 { return geteuid() == before }
          return getuid() == 65534 && geteuid() == 65534 && getgid() == 65534 && getegid() == 65534
            && getgroups(0, nil) == 0
        })
    }
  }

  @Test func itDoesNotOutliveItsParent() async {
    await #expect(processExitsWith: .exitCode(0)) {
      let (read, write) = try Descriptor.pipe()
      var byte: UInt8 = 1
      let status = inChild {
        // The change of user has untied it from the process that ends here as soon as it is in the sandbox.
        if csandboxprobe_fork() == 0 {
          _ = try? sandbox().enter()
          _ = Glibc.write(write.number, &byte, 1)
          sleep(60)
          _exit(0)
        }
        return Glibc.read(read.number, &byte, 1) == 1
      }
      write.close()
      guard status == 0 else { exit(1) }
      let ended = try Readiness.waitReadable([read.number], nanoseconds: 5_000_000_000) == [true]
      exit(ended && Glibc.read(read.number, &byte, 1) == 0 ? 0 : 2)
    }
  }

  @Test func offDoesNothing() async {
    await #expect(processExitsWith: .exitCode(0)) {
      exit(
        inChild {
          let user = geteuid()
          let report = try sandbox(.off).enter()
          return report == SandboxReport(policy: .off) && geteuid() == user && open("/dev/null", O_RDONLY) >= 0
        })
    }
  }

  @Test func whatIsNotExpectedIsReported() async {
    await #expect(processExitsWith: .exitCode(0)) {
      exit(
        inChild {
          var wanted = sandbox()
          let extra = try Descriptor.openForReading("/dev/null")
          setenv("SANDBOX_SECRET", "value", 1)
          wanted.layers = [.descriptors, .environment]
          let report = try wanted.enter()
          withExtendedLifetime(extra) {}
          return report.inForce == []
            && report.absent == [
              .init(layer: .descriptors, reason: "1 open that is not expected"),
              .init(layer: .environment, reason: "SANDBOX_SECRET is not expected"),
            ]
        })
    }
  }

  @Test func strictRefuses() async {
    await #expect(processExitsWith: .exitCode(0)) {
      exit(
        inChild {
          let wanted = sandbox(.strict)
          setenv("SANDBOX_SECRET", "value", 1)
          return refusal(of: wanted)
            == TransportError(call: "sandbox layer environment (SANDBOX_SECRET is not expected)", errno: EPERM)
        })
    }
    await #expect(processExitsWith: .exitCode(0)) {
      exit(
        inChild {
          // The kernel grants the filter to no one but root without the layer before it.
          var wanted = sandbox(.strict)
          wanted.layers = [.user, .seccomp]
          return refusal(of: wanted) == TransportError(call: "sandbox layer seccomp", errno: EACCES)
        })
    }
  }

  @Test func neitherThreadsNorForeignParents() async {
    await #expect(processExitsWith: .exitCode(0)) {
      exit(
        inChild {
          var wanted = sandbox()
          wanted.expectedParent += 1
          return refusal(of: wanted) == TransportError(call: "entering the sandbox", errno: ESRCH)
        })
    }
    await #expect(processExitsWith: .exitCode(0)) {
      exit(
        inChild {
          let isOver = Monitor(false)
          let thread = try WorkerThread.start(name: "another") { _ = isOver.wait { $0 ? true : nil } }
          let found = refusal(of: sandbox())
          isOver.change { $0 = true }
          thread.join()
          return found == TransportError(call: "entering the sandbox", errno: EBUSY)
        })
    }
  }
}
