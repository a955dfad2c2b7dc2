// Every system call number, tried under the filter and compared with what is declared for it. In processes of their own,
// because the children that try them hold copies of all descriptors, whose ends other tests wait for.

import CLinux
import CSandboxProbe
import Glibc
import Testing

/// A number that no system call answers: a refusal is told by it from a call that was carried out and failed.
private let strangeErrno: Int32 = 4000

/// Calls that do not return with these arguments, because they do as they are told: ppoll without anything to wait
/// for and without a time.
private let endless: [(number: UInt32, argument: UInt64)] = [(UInt32(SYS_ppoll), 0)]

/// What the filter did, as far as it can be told from outside.
private func observed(_ result: csandboxprobe_result, refusal: Int32) -> clinux_sandbox_action? {
  switch result.end {
  case CSANDBOXPROBE_PASSED: CLINUX_SANDBOX_ALLOW
  case CSANDBOXPROBE_KILLED: CLINUX_SANDBOX_KILL
  case CSANDBOXPROBE_FAILED: result.error == refusal ? CLINUX_SANDBOX_REFUSE : CLINUX_SANDBOX_ABSENT
  default: nil
  }
}

/// The numbers for which something else happens than is declared, each with what it is.
private func surprises(
  _ numbers: Range<UInt32>, argument: UInt64, refusal: Int32
) throws -> [String] {
  var results = [csandboxprobe_result](repeating: csandboxprobe_result(), count: numbers.count)
  try #require(
    csandboxprobe_try_numbers(numbers.lowerBound, UInt32(numbers.count), argument, refusal, &results) == 0)
  return zip(numbers, results).compactMap { number, result in
    let expected = clinux_sandbox_decide(number, Array(repeating: argument, count: 6))
    let found = observed(result, refusal: refusal)
    if found == expected { return nil }
    // It depends on the kernel; the walk went on, so at worst that number ended a child.
    if expected == CLINUX_SANDBOX_UNFILTERED, found == CLINUX_SANDBOX_REFUSE || found == CLINUX_SANDBOX_ALLOW {
      return nil
    }
    // futex answers ENOSYS itself when asked for an operation that it does not have.
    if number == UInt32(SYS_futex), expected == CLINUX_SANDBOX_ALLOW, found == CLINUX_SANDBOX_ABSENT { return nil }
    return "call \(number) with \(argument): declared \(expected.rawValue), \(result)"
  }
}

/// A call whose arguments matter, and what is to happen to it.
private struct Case {
  var call: Int32
  var arguments: [UInt64]
  var action: clinux_sandbox_action

  init(_ call: Int32, _ arguments: [Int32], _ action: clinux_sandbox_action) {
    self.call = call
    // As a program passes them: descriptors of -1 with all bits.
    self.arguments = (0..<6).map { UInt64(bitPattern: Int64($0 < arguments.count ? arguments[$0] : 0)) }
    self.action = action
  }

  var declared: clinux_sandbox_action { clinux_sandbox_decide(UInt32(call), arguments) }
}

// Of <fcntl.h> and <sched.h>; Swift does not see them.
private let setPipeSize: Int32 = 1031
private let getPipeSize: Int32 = 1032
private let newNetwork: Int32 = 0x4000_0000
private let aThread: Int32 = 0x3D_0F00

private var cases: [Case] {
  let (allow, refuse, kill) = (CLINUX_SANDBOX_ALLOW, CLINUX_SANDBOX_REFUSE, CLINUX_SANDBOX_KILL)
  let (code, data) = (PROT_READ | PROT_EXEC, PROT_READ | PROT_WRITE)
  let anonymous = MAP_PRIVATE | MAP_ANONYMOUS
  return [
    Case(SYS_mmap, [0, 4096, data, anonymous, -1], allow), Case(SYS_mmap, [0, 4096, code, anonymous, -1], refuse),
    Case(SYS_mmap, [0, 4096, PROT_EXEC, anonymous, -1], refuse),
    Case(SYS_mprotect, [0, 0, data], allow), Case(SYS_mprotect, [0, 0, code], refuse),
    Case(SYS_mprotect, [0, 0, PROT_EXEC | 0x0100_0000], refuse),
    Case(SYS_prctl, [PR_SET_NAME, 1], allow), Case(SYS_prctl, [PR_GET_DUMPABLE], refuse),
    Case(SYS_prctl, [PR_SET_PDEATHSIG, 0], refuse),
    Case(SYS_fcntl, [0, F_GETFL], allow), Case(SYS_fcntl, [0, F_SETFL, O_NONBLOCK], allow),
    Case(SYS_fcntl, [-1, F_DUPFD_CLOEXEC], allow), Case(SYS_fcntl, [-1, setPipeSize, 4096], allow),
    Case(SYS_fcntl, [-1, getPipeSize], allow),
    Case(SYS_fcntl, [0, F_SETOWN, 1], refuse), Case(SYS_fcntl, [0, F_GETFD], refuse),
    Case(SYS_fcntl, [0, F_DUPFD, 0], refuse),
    Case(SYS_newfstatat, [0, 0, 0, 0], refuse), Case(SYS_newfstatat, [0, 0, 0, 0x1000], allow),
    Case(SYS_newfstatat, [0, 0, 0, 0x1100], refuse),
    Case(SYS_clone, [SIGCHLD], kill), Case(SYS_clone, [0], kill), Case(SYS_clone, [aThread | newNetwork], kill),
    // As vfork makes it; and a thread that leaves something out that threads share.
    Case(SYS_clone, [0x4100 | SIGCHLD], kill), Case(SYS_clone, [aThread & ~0x200], kill),
    Case(SYS_tgkill, [1, 1, 0], kill), Case(SYS_tgkill, [getppid(), getppid(), 0], kill),
  ]
}

// A sanitizer's own work is not on the list.
@Suite(.enabled(if: clinux_is_sanitized() == 0))
struct SandboxFilterTests {
  @Test func everyNumberEndsAsDeclared() async {
    await #expect(processExitsWith: .success) {
      for (argument, refusal) in [(UInt64.max, strangeErrno), (0, strangeErrno), (UInt64.max, EPERM)] {
        var first: UInt32 = 0
        for number in endless.filter({ $0.argument == argument }).map(\.number).sorted() + [600] {
          let found = try surprises(first..<number, argument: argument, refusal: refusal)
          #expect(found.isEmpty, "\(found)")
          first = number + 1
        }
      }
    }
  }

  #if arch(x86_64)
    @Test func numbersOfAnotherConventionKill() async {
      await #expect(processExitsWith: .success) {
        for number: UInt32 in [0, 1, 57, 59, 231, 520, 547, 0x3FFF_FFFF, 0xBFFF_FFFE] {
          let number = number | 0x4000_0000
          let found = try surprises(number..<number + 1, argument: 0, refusal: EPERM)
          #expect(found.isEmpty, "\(found)")
          #expect(clinux_sandbox_decide(number, [0, 0, 0, 0, 0, 0]) == CLINUX_SANDBOX_KILL)
        }
      }
    }

    @Test func callsOf32BitProgramsKill() async {
      await #expect(processExitsWith: .success) {
        var result = csandboxprobe_result()
        try #require(csandboxprobe_try_old_entry(&result) == 0)
        // A kernel that does not have them has a signal of its own for that.
        #expect(result.signal == SIGSYS || result.signal == SIGSEGV)
      }
    }
  #endif

  @Test func argumentsDecide() async {
    await #expect(processExitsWith: .success) {
      for each in cases {
        var result = csandboxprobe_result()
        try #require(csandboxprobe_try_call(UInt32(each.call), each.arguments, strangeErrno, &result) == 0)
        let found = observed(result, refusal: strangeErrno)
        #expect(found == each.action, "call \(each.call) with \(each.arguments): \(result)")
        #expect(each.declared == each.action, "call \(each.call) with \(each.arguments)")
      }
    }
    // A thread is not tried here, for it would share the child's stack; and one's own number is the caller's.
    #expect(Case(SYS_clone, [aThread], CLINUX_SANDBOX_ALLOW).declared == CLINUX_SANDBOX_ALLOW)
    #expect(Case(SYS_tgkill, [getpid()], CLINUX_SANDBOX_ALLOW).declared == CLINUX_SANDBOX_ALLOW)
  }
}
