// How the errors read.

import Glibc
import Testing
import Transport

struct TransportErrorTests {
  @Test func sayWhatFailedAndWhy() {
    #expect("\(TransportError(call: "pipe2", errno: EMFILE))" == "pipe2: Too many open files")
    #expect("\(LinkError.system(call: "writev", errno: EIO))" == "writev: Input/output error")
    #expect("\(LinkError.closed)" == "the other side of the link is gone")
    #expect("\(LinkError.corrupt("no frame"))" == "the link carried wrong bytes: no frame")
    #expect(TransportError.reason(of: 12345) == "Unknown error 12345")
  }

  @Test func exitsAreNamed() {
    #expect("\(ExitReport.Status.exited(code: 3))" == "exit status 3")
    #expect("\(ExitReport.Status.signalled(signal: SIGSEGV, dumpedCore: true))" == "signal 11 (SIGSEGV)")
    #expect("\(ExitReport.Status.signalled(signal: 40, dumpedCore: false))" == "signal 40 (signal 40)")
  }
}
