// Ctrl-C and its kin, turned from interruptions into a call on a thread of its own: the first one cleans up, a second
// one ends the process at once. Other signals ask for something, as often as they come, and end nothing.

import CLinux
import Glibc

/// Watches for signals that ask the process to end, or for something else.
package final class SignalWatch: Sendable {
  package static let endingSignals: [Int32] = [SIGINT, SIGTERM, SIGHUP]

  /// The thread that waits for the signals; one sent to it alone counts like one sent to the process.
  package let thread: WorkerThread
  private let stopEvent: Descriptor

  private init(thread: WorkerThread, stopEvent: Descriptor) {
    self.thread = thread
    self.stopEvent = stopEvent
  }

  /// Blocks the signals in the calling thread, and so in all that it starts from now on, and starts the thread that waits
  /// for them. To be called from the main thread before there are others. A signal that is ignored (`nohup`) stays so.
  /// - Parameters:
  ///   - asking: signals that end nothing.
  ///   - asked: called on the watching thread for each of those that comes before an ending one; it does not block, for
  ///     nothing else is noticed meanwhile.
  ///   - handler: called at most once, on the watching thread, with the signal; meanwhile and afterwards the ending
  ///     signals have their default action again.
  package static func start(
    signals: [Int32] = endingSignals, asking: [Int32] = [], asked: @escaping @Sendable () -> Void = {},
    handler: @escaping @Sendable (Int32) -> Void
  ) throws(TransportError) -> SignalWatch {
    let ending = signals.filter { clinux_is_ignored($0) == 0 }
    let watched = ending + asking.filter { clinux_is_ignored($0) == 0 }
    let failed = clinux_mask_signals(1, watched, watched.count)
    guard failed == 0 else { throw TransportError(call: "pthread_sigmask", errno: failed) }
    let number = clinux_signal_descriptor(watched, watched.count)
    guard number >= 0 else { throw .last("signalfd") }
    let source = Descriptor(owning: number)
    let event = clinux_event()
    guard event >= 0 else { throw .last("eventfd") }
    let stopEvent = Descriptor(owning: event)
    let thread = try WorkerThread.start(name: "pipe:signals") {
      watch(ending, source: source, stopEvent: stopEvent, asked: asked, handler: handler)
    }
    return SignalWatch(thread: thread, stopEvent: stopEvent)
  }

  /// Ends the watching thread; not to be called by the handler. The signals stay blocked in the threads that had them blocked.
  package func stop() {
    var one: UInt64 = 1
    _ = write(stopEvent.number, &one, 8)
    thread.join()
  }

  private static func watch(
    _ ending: [Int32], source: Descriptor, stopEvent: Descriptor, asked: () -> Void, handler: (Int32) -> Void
  ) {
    while true {
      guard let ready = try? Readiness.waitReadable([stopEvent.number, source.number]), !ready[0] else { return }
      let signal = clinux_read_signal(source.number)
      // Another thread may have taken it, or the read was interrupted.
      guard signal > 0 else { continue }
      guard ending.contains(signal) else {
        asked()
        continue
      }
      // Unblocked here and only here, so the kernel gives a second signal to this thread: its action is the default.
      _ = clinux_mask_signals(0, ending, ending.count)
      handler(signal)
      // The thread stays, for a second signal needs a thread that does not block it.
      _ = try? Readiness.waitReadable([stopEvent.number])
      return
    }
  }
}
