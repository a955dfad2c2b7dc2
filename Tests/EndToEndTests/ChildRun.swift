// Runs the program as a child with its output in pipes, and never waits for it forever: a hang is an answer, too.
//
// By posix_spawn and not Foundation's Process: the child gets a process group of its own, so that a hung one can be
// ended with all its workers, and one thread serves all three pipes.

import Foundation

/// A child to be run.
struct ChildRun: Sendable {
  var executable = Campaign.binary
  var arguments: [String]
  var folder: URL
  /// What the child reads through a pipe as standard input; without it, standard input is empty.
  var input: [UInt8]?
  /// Seconds after which the child counts as hung. Nearly all runs take a fraction of one.
  var timeout = 60.0
  /// Who strikes down children of this child while it runs.
  var nemesis: Nemesis?

  enum End: Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// Killed, with whatever it had started.
    case hung
    /// Ended, but something that it started keeps its output open.
    case leftBehind
    case notStarted(String)
  }

  struct Outcome {
    var end: End
    var output: [UInt8] = []
    var errors: [UInt8] = []
    /// What the nemesis did.
    var blows: [Nemesis.Blow] = []

    var status: Int32? {
      if case .exited(let status) = end { status } else { nil }
    }
    var errorText: String { String(decoding: errors, as: UTF8.self) }
  }

  /// A line for a shell that does the same.
  var commandLine: String {
    let command = ([executable] + arguments).map(Self.quoted).joined(separator: " ")
    guard input != nil else { return "cd \(Self.quoted(folder.path)) && \(command)" }
    return "cd \(Self.quoted(folder.path)) && cat input.csv | \(command)"
  }

  private static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=,+".contains($0)) }
    return isPlain ? word : "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }

  private static let starting = NSLock()

  func run() -> Outcome {
    let deadline = Date(timeIntervalSinceNow: timeout)
    // Pipes are marked as not to be inherited only after they are made: no other child may start in between.
    Self.starting.lock()
    var pipes = ChildPipes(hasInput: input != nil)
    defer { pipes.close() }
    var child: pid_t = 0
    let failure = spawn(&child, &pipes)
    Self.starting.unlock()
    guard failure == 0 else { return Outcome(end: .notStarted(String(cString: strerror(failure)))) }
    var outcome = Outcome(end: .hung)
    let hunt = nemesis.map { Nemesis.Hunt($0, of: child) }
    let isComplete = pipes.serve(input: input ?? [], until: deadline, &outcome.output, &outcome.errors)
    outcome.blows = hunt?.stop() ?? []
    while true {
      var status: Int32 = 0
      if waitpid(child, &status, WNOHANG) == child {
        outcome.end = status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .signalled(status & 0x7f)
        if !isComplete {
          outcome.end = .leftBehind
          kill(-child, SIGKILL)
        }
        return outcome
      }
      if Date() >= deadline {
        outcome.errors += Array(Standstill.describe(group: child).utf8)
        kill(-child, SIGKILL)
        waitpid(child, &status, 0)
        return outcome
      }
      usleep(500)
    }
  }

  private func spawn(_ child: inout pid_t, _ pipes: inout ChildPipes) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input = pipes.childInput {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, pipes.childOutput, 1)
    posix_spawn_file_actions_adddup2(&actions, pipes.childErrors, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The child starts with no signal blocked or ignored, whatever the tests do with theirs.
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(flags))
    // The shell is there to change the folder, and is replaced by the program.
    let shell = "/bin/sh"
    let script = ["-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder.path]
    var words = ([shell] + script + [executable] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    let failure = posix_spawn(&child, shell, &actions, &attributes, &words, environ)
    pipes.closeChildSide()
    return failure
  }
}
