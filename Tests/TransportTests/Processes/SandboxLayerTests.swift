// Each layer alone: what it prevents without the help of the others, and that without any the same attempts succeed. In
// processes of their own, because the children that make them hold copies of all descriptors, whose ends other tests
// wait for.

import CLinux
import CSandboxProbe
import Glibc
import Testing

private typealias Layer = clinux_sandbox_layer
private typealias Attempt = csandboxprobe_attempt

/// How an attempt ended, for comparison.
private enum End: Equatable {
  case passed, killed
  case failed(Int32)
  case ended(Int32)
  case hung
}

private let isRoot = geteuid() == 0

private func sandbox(_ layers: [Layer]) -> clinux_sandbox_options {
  var options = clinux_sandbox_options()
  for layer in layers { options.layers |= 1 << layer.rawValue }
  options.user = 65534
  options.descriptors = UInt64.max
  options.tasks = UInt64.max
  options.memory = UInt64.max
  return options
}

private func attempt(
  _ attempt: Attempt, _ options: clinux_sandbox_options
) throws -> (end: End, outcome: clinux_sandbox_outcome) {
  var (options, outcome, result) = (options, clinux_sandbox_outcome(), csandboxprobe_result())
  try #require(csandboxprobe_attempt(attempt, &options, &outcome, &result) == 0, "\(attempt): errno \(errno)")
  let end: End =
    switch result.end {
    case CSANDBOXPROBE_KILLED: .killed
    case CSANDBOXPROBE_FAILED: .failed(result.error)
    case CSANDBOXPROBE_HUNG: .hung
    default: result.signal == 0 ? .passed : .ended(result.signal)
    }
  return (end, outcome)
}

/// Whether a layer is in force in what became of a sandbox.
private func isInForce(_ layer: Layer, _ outcome: clinux_sandbox_outcome) -> Bool {
  outcome.in_force & 1 << layer.rawValue != 0
}

private func reason(_ layer: Layer, _ outcome: clinux_sandbox_outcome) -> Int32 {
  // Copied from C's array, which is a tuple here; the number is a layer's.
  withUnsafeBytes(of: outcome.reasons) { $0.bindMemory(to: Int32.self)[Int(layer.rawValue)] }
}

private func expect(
  _ ends: [(Attempt, End)], _ options: clinux_sandbox_options, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  for (each, end) in ends {
    let found = try attempt(each, options).end
    #expect(found == end, "attempt \(each.rawValue)", sourceLocation: sourceLocation)
  }
}

// A sanitizer's own work would not survive it.
@Suite(.enabled(if: clinux_is_sanitized() == 0))
struct SandboxLayerTests {
  @Test func withoutLayersTheAttemptsSucceed() async {
    await #expect(processExitsWith: .success) {
      // Not those that need root, or that some machines forbid to everybody.
      for each in [
        CSANDBOXPROBE_OPEN, CSANDBOXPROBE_OPENAT2, CSANDBOXPROBE_SOCKET, CSANDBOXPROBE_CONNECT, CSANDBOXPROBE_BIND,
        CSANDBOXPROBE_EXECUTE, CSANDBOXPROBE_FORK, CSANDBOXPROBE_SIGNAL, CSANDBOXPROBE_EXECUTE_NEW_MEMORY,
        CSANDBOXPROBE_EXECUTE_OLD_MEMORY, CSANDBOXPROBE_MAP_CODE, CSANDBOXPROBE_WRITE_FILE, CSANDBOXPROBE_DUPLICATE,
        CSANDBOXPROBE_ALLOCATE,
      ] { try expect([(each, .passed)], sandbox([])) }
      if isRoot {
        try expect(
          [
            (CSANDBOXPROBE_TRACE, .passed), (CSANDBOXPROBE_READ_PROCESS, .passed),
            (CSANDBOXPROBE_MOUNT, .failed(ENODEV)), (CSANDBOXPROBE_BECOME_ROOT, .passed),
          ], sandbox([]))
      }
    }
  }

  @Test func theFilterAlone() async {
    await #expect(processExitsWith: .success) {
      // no_new_privs is what makes it possible for ordinary users; by itself it prevents none of this.
      let options = sandbox([CLINUX_SANDBOX_PRIVILEGES, CLINUX_SANDBOX_SECCOMP])
      let outcome = try attempt(CSANDBOXPROBE_OPEN, options).outcome
      #expect(isInForce(CLINUX_SANDBOX_SECCOMP, outcome))
      for each in [
        CSANDBOXPROBE_OPEN, CSANDBOXPROBE_OPENAT2, CSANDBOXPROBE_SOCKET, CSANDBOXPROBE_CONNECT, CSANDBOXPROBE_BIND,
        CSANDBOXPROBE_MAP_CODE,
      ] { try expect([(each, .failed(EPERM))], options) }
      for each in [
        CSANDBOXPROBE_EXECUTE, CSANDBOXPROBE_FORK, CSANDBOXPROBE_TRACE, CSANDBOXPROBE_SIGNAL,
        CSANDBOXPROBE_READ_PROCESS, CSANDBOXPROBE_EXECUTE_NEW_MEMORY, CSANDBOXPROBE_EXECUTE_OLD_MEMORY,
        CSANDBOXPROBE_RING, CSANDBOXPROBE_BPF, CSANDBOXPROBE_MOUNT, CSANDBOXPROBE_BECOME_ROOT,
      ] { try expect([(each, .killed)], options) }
    }
  }

  @Test func landlockAlone() async {
    await #expect(processExitsWith: .success) {
      let options = sandbox([CLINUX_SANDBOX_PRIVILEGES, CLINUX_SANDBOX_LANDLOCK])
      let (end, outcome) = try attempt(CSANDBOXPROBE_OPEN, options)
      guard isInForce(CLINUX_SANDBOX_LANDLOCK, outcome) else {
        // A kernel without it, or with it switched off.
        #expect([ENOSYS, EOPNOTSUPP].contains(reason(CLINUX_SANDBOX_LANDLOCK, outcome)))
        #expect(end == .passed)
        return
      }
      try expect(
        [
          (CSANDBOXPROBE_OPEN, .failed(EACCES)), (CSANDBOXPROBE_OPENAT2, .failed(EACCES)),
          (CSANDBOXPROBE_EXECUTE, .failed(EACCES)), (CSANDBOXPROBE_TRACE, .failed(EPERM)),
          (CSANDBOXPROBE_READ_PROCESS, .failed(EPERM)), (CSANDBOXPROBE_MOUNT, .failed(EPERM)),
          // What it does not know of.
          (CSANDBOXPROBE_SOCKET, .passed), (CSANDBOXPROBE_FORK, .passed), (CSANDBOXPROBE_MAP_CODE, .passed),
        ], options)
      // TCP since its version 4, signals since version 6: then, or not at all.
      for (each, error) in [
        (CSANDBOXPROBE_BIND, EACCES), (CSANDBOXPROBE_CONNECT, EACCES), (CSANDBOXPROBE_SIGNAL, EPERM),
      ] {
        let found = try attempt(each, options).end
        #expect(found == .failed(error) || found == .passed, "attempt \(each.rawValue)")
      }
    }
  }

  @Test func theUserAlone() async {
    await #expect(processExitsWith: .success) {
      let options = sandbox([CLINUX_SANDBOX_USER])
      let outcome = try attempt(CSANDBOXPROBE_OPEN, options).outcome
      #expect(isInForce(CLINUX_SANDBOX_USER, outcome))
      try expect([(CSANDBOXPROBE_BECOME_ROOT, .failed(EPERM)), (CSANDBOXPROBE_OPEN, .passed)], options)
      // An ordinary user stays who it is.
      try expect([(CSANDBOXPROBE_SIGNAL, isRoot ? .failed(EPERM) : .passed)], options)
      guard isRoot else { return }
      try expect(
        [
          (CSANDBOXPROBE_TRACE, .failed(EPERM)), (CSANDBOXPROBE_READ_PROCESS, .failed(EPERM)),
          (CSANDBOXPROBE_MOUNT, .failed(EPERM)),
        ], options)
    }
  }

  @Test func limitsAlone() async {
    await #expect(processExitsWith: .success) {
      var options = sandbox([CLINUX_SANDBOX_LIMITS])
      // Writing to files ends at once, by its signal.
      try expect([(CSANDBOXPROBE_WRITE_FILE, .ended(SIGXFSZ)), (CSANDBOXPROBE_DUPLICATE, .passed)], options)
      options.descriptors = 100
      options.memory = 64 << 20
      let outcome = try attempt(CSANDBOXPROBE_OPEN, options).outcome
      #expect(isInForce(CLINUX_SANDBOX_LIMITS, outcome))
      try expect(
        [(CSANDBOXPROBE_DUPLICATE, .failed(EMFILE)), (CSANDBOXPROBE_ALLOCATE, .failed(ENOMEM))], options)
      // Root is not held to the number of tasks; nobody else can start one where one is the most.
      options.tasks = 1
      options.layers |= 1 << CLINUX_SANDBOX_USER.rawValue
      try expect([(CSANDBOXPROBE_FORK, .failed(EAGAIN))], options)
    }
  }

  @Test func privilegesAlone() async {
    await #expect(processExitsWith: .success) {
      let outcome = try attempt(CSANDBOXPROBE_OPEN, sandbox([CLINUX_SANDBOX_PRIVILEGES])).outcome
      #expect(outcome.in_force == 1 << CLINUX_SANDBOX_PRIVILEGES.rawValue)
      // What it is for: without it the filter is for the privileged only.
      let bare = try attempt(CSANDBOXPROBE_OPEN, sandbox([CLINUX_SANDBOX_USER, CLINUX_SANDBOX_SECCOMP]))
      #expect(bare.end == .passed)
      #expect(!isInForce(CLINUX_SANDBOX_SECCOMP, bare.outcome))
      #expect(reason(CLINUX_SANDBOX_SECCOMP, bare.outcome) == EACCES)
    }
  }
}
