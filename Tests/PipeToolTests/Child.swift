// Running programs the way a shell does: each a process group of its own, in a folder of its own, with a time-out.

import Foundation

/// How a child ended and what it said.
struct ChildEnd {
  enum Status: Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// It was still running when its time was over, and was killed.
    case timedOut
  }

  var status: Status
  /// Standard output, and standard error as text; empty where they went elsewhere.
  var output: [UInt8]
  var errors: String

  var text: String { String(decoding: output, as: UTF8.self) }
  var exitStatus: Int32? { if case .exited(let code) = status { code } else { nil } }
}

/// A running child. It and its process group are killed when nobody waits for it any more.
final class Child {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// The program under test.
  static let program: String = {
    if let path = ProcessInfo.processInfo.environment["PIPE_BINARY"] { return path }
    let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("pipe").path
  }()

  let pid: pid_t
  private let output: Int32?
  private let errors: Int32?
  /// Kept, because the folder is gone when nobody has it any more.
  private let folder: ScratchFolder
  private var status: ChildEnd.Status?

  /// Starts a program.
  /// - Parameters:
  ///   - input: a descriptor to read from; nil is /dev/null.
  ///   - output: a descriptor to write to; nil keeps the bytes for `wait`. The same for `errors`.
  init(
    _ arguments: [String], of program: String = Child.program, in folder: ScratchFolder, input: Int32? = nil,
    output: Int32? = nil, errors: Int32? = nil, environment: [String: String] = [:]
  ) throws {
    self.folder = folder
    self.output = output == nil ? try Self.unnamedFile() : nil
    self.errors = errors == nil ? try Self.unnamedFile() : nil
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, output ?? self.output ?? 1, 1)
    posix_spawn_file_actions_adddup2(&actions, errors ?? self.errors ?? 2, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    // `env -C` becomes the program, under the same process id.
    let words = (["env", "-C", folder.path, program] + arguments).map { strdup($0) }
    let variables = Self.environment.merging(environment) { $1 }.map { strdup("\($0.key)=\($0.value)") }
    defer { for text in words + variables { free(text) } }
    var pid: pid_t = 0
    let failed = posix_spawn(&pid, "/usr/bin/env", &actions, &attributes, words + [nil], variables + [nil])
    guard failed == 0 else { throw Failure(description: "\(program): \(String(cString: strerror(failed)))") }
    self.pid = pid
  }

  /// What children see of this process's environment: where programs and libraries are, and what sanitizers need.
  private static let environment: [String: String] = ProcessInfo.processInfo.environment.filter {
    ["PATH", "PIPE_SCAN", "LD_LIBRARY_PATH", "LD_PRELOAD", "LLVM_PROFILE_FILE"].contains($0.key)
      || $0.key.hasSuffix("SAN_OPTIONS")
  }

  private static func unnamedFile() throws -> Int32 {
    let descriptor = open("/tmp", O_RDWR | O_CLOEXEC | 0o20000000 | O_DIRECTORY, 0o600)
    guard descriptor >= 0 else { throw Failure(description: "no file in /tmp: \(String(cString: strerror(errno)))") }
    return descriptor
  }

  func send(_ signal: Int32) { kill(pid, signal) }

  /// As a terminal does for Ctrl-C.
  func sendToGroup(_ signal: Int32) { kill(-pid, signal) }

  /// What it has said on standard error so far, unless that goes elsewhere.
  var errorsSoFar: String { String(decoding: Self.contents(errors), as: UTF8.self) }

  /// Waits for the end of the child itself; what it started may still run.
  func wait(seconds: Double = 60) throws -> ChildEnd {
    if status == nil {
      var word: Int32 = 0
      let ended = try eventually(within: seconds) {
        let got = waitpid(pid, &word, WNOHANG)
        if got < 0, errno != EINTR { throw Failure(description: "waitpid: \(String(cString: strerror(errno)))") }
        return got == pid
      }
      if ended {
        status = word & 0x7F == 0 ? .exited((word >> 8) & 0xFF) : .signalled(word & 0x7F)
      } else {
        end()
      }
    }
    return ChildEnd(
      status: status ?? .timedOut, output: Self.contents(output),
      errors: String(decoding: Self.contents(errors), as: UTF8.self))
  }

  private func end() {
    kill(-pid, SIGKILL)
    while waitpid(pid, nil, 0) < 0, errno == EINTR {}
    status = .timedOut
  }

  private static func contents(_ descriptor: Int32?) -> [UInt8] {
    guard let descriptor else { return [] }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = 0
      while count < size, case let got = pread(descriptor, buffer.baseAddress! + count, size - count, off_t(count)),
        got > 0
      { count += got }
    }
  }

  deinit {
    if status == nil { end() }
    for descriptor in [output, errors] { if let descriptor { close(descriptor) } }
  }
}

/// Waits until a descriptor can be read from (`POLLIN`) or written to (`POLLOUT`); false if nothing comes of it for a while.
func isReady(_ descriptor: Int32, for event: Int32) -> Bool {
  var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
  return poll(&entry, 1, 1000) > 0
}

/// Whether something comes true in time. The time is generous; nothing is measured by it.
func eventually(within seconds: Double = 30, _ condition: () throws -> Bool) rethrows -> Bool {
  let start = ContinuousClock.now
  while true {
    if try condition() { return true }
    let waited = ContinuousClock.now - start
    if waited > .seconds(seconds) { return try condition() }
    // The longer it takes, the less often it is looked at: looking takes cores from those who are waited for.
    usleep(UInt32(min(20_000, max(1_000, waited / .microseconds(20)))))
  }
}
