// System calls that fail, are interrupted, or do less than they were asked for: what may be tried again is, and everything
// else ends the run with a message and status 74.

import Foundation
import TestTiers
import Testing

@Suite struct SystemCallFailureTests {
  /// Sandboxed workers have a list of system calls, on which those that strace puts in their place are not.
  private static let modes =
    Mode.allCases.map(\.run) + [
      Mode.process.run + ["--hand-off", "bytes"], Mode.process.run + ["--hand-off", "bytes", "--link", "socket"],
      Mode.process.run + ["--hand-off", "bytes", "--link", "shm"],
    ]
  private static let question = ["--select", "text,value", "--chunk-size", "16KiB"]

  private static let bytes = rows(bytes: 1 << 19)
  private static let answer: [UInt8] = {
    guard let folder = try? ScratchFolder(), (try? folder.write(bytes, as: "input.csv")) != nil,
      let end = try? Child(Mode.serial.run + question + ["input.csv"], in: folder).wait()
    else { return [] }
    return end.output
  }()

  // MARK: strace

  private static let canTrace =
    (try? ScratchFolder().shell("strace -f -qq -o trace -e inject=getppid:error=EINTR true").exitStatus) == 0

  /// Runs with a fault at calls that concern the input or the output; gives what was printed besides.
  private func run(_ mode: [String], _ fault: String) throws -> (end: ChildEnd, output: [UInt8], count: Int) {
    let folder = try ScratchFolder()
    try folder.write(Self.bytes, as: "input.csv")
    try folder.write("", as: "out.csv")
    let sandbox = mode.contains("process") ? ["--sandbox", "off"] : []
    let words = (mode + sandbox + Self.question).joined(separator: " ")
    let end = try folder.shell(
      """
      exec strace -f -qq -o trace -P "$PWD/input.csv" -P "$PWD/out.csv" -e inject=\(fault) \
      $PIPE \(words) input.csv > out.csv
      """)
    let trace = folder.read("trace") ?? ""
    return (end, Array((folder.read("out.csv") ?? "").utf8), trace.components(separatedBy: "(INJECTED)").count - 1)
  }

  @Test(
    .enabled(if: canTrace, "strace is missing, or tracing is not allowed"),
    arguments: TestTier.choose(modes, 0, 1, 2, 4))
  func interrupted(_ mode: [String]) throws {
    let (end, output, count) = try run(mode, "read,pread64,splice,sendfile,write:error=EINTR:when=3+7")
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(output == Self.answer && end.errors == "", "\(end.errors)")
    #expect(count > 0)
  }

  @Test(
    .enabled(if: canTrace, "strace is missing, or tracing is not allowed"),
    arguments: TestTier.choose(modes, 0, 1, 2, 5))
  func theInputCannotBeRead(_ mode: [String]) throws {
    let (end, output, count) = try run(mode, "pread64,splice,sendfile:error=EIO:when=9+")
    #expect(end.status == .exited(74), "\(end.errors)")
    #expect(end.errors.wholeMatch(of: /pipe: input.csv: byte \d+: Input\/output error\n/) != nil, "\(end.errors)")
    #expect(Self.answer.starts(with: output) && output != Self.answer)
    #expect(count > 0)
  }

  @Test(
    .enabled(if: canTrace, "strace is missing, or tracing is not allowed"),
    arguments: TestTier.choose(modes, 1, 2),
    ["EIO", "ENOSPC"])
  func theOutputCannotBeWritten(_ mode: [String], _ error: String) throws {
    let (end, output, _) = try run(mode, "write:error=\(error):when=3+")
    #expect(end.status == .exited(74), "\(end.errors)")
    let reason = error == "EIO" ? "Input/output error\n" : "No space left on device\n  free some space"
    #expect(end.errors.hasPrefix("pipe: standard output: \(reason)"), "\(end.errors)")
    #expect(Self.answer.starts(with: output) && output != Self.answer)
  }

  // MARK: a library in between

  /// Makes every other call do a third of what it is asked for, every fifth be interrupted, and a few that may not wait
  /// find nothing. Says that it was there where it is told to.
  private static let library = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <fcntl.h>
    #include <poll.h>
    #include <stdatomic.h>
    #include <stdlib.h>
    #include <sys/sendfile.h>
    #include <sys/socket.h>
    #include <sys/uio.h>
    #include <unistd.h>
    static atomic_uint calls;
    static int fails(int f) {
      unsigned c = atomic_fetch_add(&calls, 1);
      if (c == 2 && getenv("MARK")) close(creat(getenv("MARK"), 0600));
      if (c % 5 == 1) { errno = EINTR; return 1; }
      if (c % 5 == 3 && f >= 0 && (fcntl(f, F_GETFL) & O_NONBLOCK)) { errno = EAGAIN; return 1; }
      return 0;
    }
    static size_t cut(size_t n) { return n > 7 && atomic_load(&calls) % 2 ? n / 3 + 1 : n; }
    #define CALL(result, name, in, out, f) result name in { \\
      static result (*real) in; \\
      if (!real) real = (result (*) in)dlsym(RTLD_NEXT, #name); \\
      return fails(f) ? -1 : real out; }
    CALL(ssize_t, pread, (int f, void *b, size_t n, off_t o), (f, b, cut(n), o), -1)
    CALL(ssize_t, pread64, (int f, void *b, size_t n, off64_t o), (f, b, cut(n), o), -1)
    CALL(ssize_t, read, (int f, void *b, size_t n), (f, b, cut(n)), f)
    CALL(ssize_t, write, (int f, const void *b, size_t n), (f, b, cut(n)), f)
    CALL(ssize_t, splice, (int a, off64_t *x, int b, off64_t *y, size_t n, unsigned g), (a, x, b, y, cut(n), g), b)
    CALL(ssize_t, sendfile, (int o, int i, off_t *x, size_t n), (o, i, x, cut(n)), o)
    CALL(ssize_t, sendmsg, (int f, const struct msghdr *m, int g), (f, m, g), -1)
    CALL(ssize_t, recvmsg, (int f, struct msghdr *m, int g), (f, m, g), -1)
    CALL(int, poll, (struct pollfd *p, nfds_t n, int t), (p, n, t), -1)
    static int part(const struct iovec *v) { return v->iov_len && atomic_load(&calls) % 3; }
    #define ONE(v) &(struct iovec){(v)->iov_base, cut((v)->iov_len)}
    CALL(ssize_t, readv, (int f, const struct iovec *v, int n), (f, part(v) ? ONE(v) : v, part(v) ? 1 : n), f)
    CALL(ssize_t, writev, (int f, const struct iovec *v, int n), (f, part(v) ? ONE(v) : v, part(v) ? 1 : n), f)
    """

  /// A folder with the library; nil where it cannot be made, or has no effect on the program.
  private static let shim: ScratchFolder? = {
    guard let folder = try? ScratchFolder(), (try? folder.write(library, as: "short.c")) != nil,
      (try? folder.write(bytes, as: "input.csv")) != nil,
      (try? folder.shell("cc -shared -fPIC -O1 -o short.so short.c -ldl").exitStatus) == 0,
      let end = try? Child(
        Mode.serial.run + ["input.csv"], in: folder,
        environment: ["LD_PRELOAD": folder["short.so"], "MARK": folder["mark"]]
      ).wait(), end.status == .exited(0), folder.names.contains("mark")
    else { return nil }
    return folder
  }()

  @Test(
    .enabled(if: shim != nil, "there is no C compiler, or the program takes no library in between"),
    arguments: TestTier.choose(modes + [["run", "--mode", "hybrid", "-j", "1", "--threads", "2"]], 1, 2, 5, 6),
    [false, true])
  func callsThatDoLess(_ mode: [String], _ isStream: Bool) throws {
    let folder = try #require(Self.shim)
    let run = "LD_PRELOAD=$LIBRARY $PIPE \((mode + Self.question).joined(separator: " "))"
    let end = try folder.shell(
      isStream ? "cat input.csv | \(run)" : "\(run) input.csv", environment: ["LIBRARY": folder["short.so"]])
    #expect(end.status == .exited(0), "\(end.errors)")
    #expect(end.output == Self.answer && end.errors == "", "\(end.errors)")
  }
}
