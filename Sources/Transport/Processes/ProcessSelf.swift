// What a process does to itself: its name, its tie to the parent, its signals.

import CLinux
import Glibc

/// The calling process, or thread where it says so.
package enum ProcessSelf {
  package static var pid: Int32 { getpid() }
  package static var parentPid: Int32 { getppid() }
  /// The kernel's number of the calling thread; of the main thread it is `pid`.
  package static var threadId: Int32 { clinux_thread_id() }

  /// Names the calling thread, cut at 15 bytes; called from the main thread this is the process's name in `ps` and `top`.
  package static func setName(_ name: String) { _ = clinux_set_name(name) }

  /// Has this process killed when the thread that started it ends, and checks that this has not happened already: false
  /// if the parent is another process than expected, and then the caller should end.
  ///
  /// The kernel forgets the wish when the user changes, so this comes after any such change.
  package static func dieWithParent(expectedParent: Int32) -> Bool {
    clinux_set_parent_death_signal(SIGKILL) == 0 && getppid() == expectedParent
  }

  /// Makes writing to a pipe that nobody reads an error (`LinkError.closed`) instead of a deadly signal, for the whole
  /// process, and so writing beyond the limit of a file's size. Whoever uses a `PipeOutlet` or writes to standard output
  /// calls this first.
  package static func ignoreBrokenPipes() {
    for signal in [SIGPIPE, SIGXFSZ] { _ = clinux_set_ignored(signal, 1) }
  }

  /// Has a signal wait, in the calling thread and in all that it starts from now on, until somebody takes it. One that
  /// comes before anybody is ready for it ends nothing then.
  package static func hold(_ signal: Int32) { _ = clinux_mask_signals(1, [signal], 1) }

  /// Gives the signal its default action and sends it to the calling process, so that the parent sees the true cause.
  /// Returns only if the signal's default action does not end a process.
  package static func die(by signal: Int32) {
    _ = clinux_set_ignored(signal, 0)
    _ = clinux_mask_signals(0, [signal], 1)
    // To this thread, which does not block it: the end is sure before the call returns.
    raise(signal)
  }
}
