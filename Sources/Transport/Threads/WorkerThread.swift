// A plain OS thread with a name, which can be joined. Stages run on these, not on Swift's concurrency: they block.

import Glibc

/// A running thread. Whoever started it joins it; one that is not joined goes on by itself.
package final class WorkerThread: Sendable {
  private enum Joining { case notYet, under, done }
  private let handle: pthread_t
  private let joining = Monitor(Joining.notYet)

  private init(handle: pthread_t) { self.handle = handle }

  deinit {
    if joining.withLock({ $0 == .notYet }) { pthread_detach(handle) }
  }

  /// Starts a thread.
  /// - Parameters:
  ///   - name: as `ps -L` and `top -H` show it; cut at 15 bytes.
  ///   - stackSize: in bytes; nil for the system's own (8 MiB as a rule, of which only what is touched is taken).
  package static func start(
    name: String, stackSize: Int? = nil, body: @escaping @Sendable () -> Void
  ) throws(TransportError) -> WorkerThread {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    if let stackSize {
      let failed = pthread_attr_setstacksize(&attributes, stackSize)
      guard failed == 0 else { throw TransportError(call: "pthread_attr_setstacksize", errno: failed) }
    }
    // The one reference that is made here is taken back exactly once: by the thread, or here when there is no thread.
    let work = Unmanaged.passRetained(Work(name: name, body: body))
    var handle = pthread_t()
    let failed = pthread_create(
      &handle, &attributes,
      { context in
        guard let context else { return nil }
        let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
        ProcessSelf.setName(work.name)
        work.body()
        return nil
      }, work.toOpaque())
    guard failed == 0 else {
      work.release()
      throw TransportError(call: "pthread_create", errno: failed)
    }
    return WorkerThread(handle: handle)
  }

  /// Waits until the thread has ended. Any number of threads may do so, but not the thread itself.
  package func join() {
    let isFirst = joining.withLock { state in
      guard state == .notYet else { return false }
      state = .under
      return true
    }
    if isFirst {
      pthread_join(handle, nil)
      joining.change { $0 = .done }
    } else {
      _ = joining.wait { $0 == .done ? true : nil }
    }
  }

  /// Sends a signal to this thread alone; not once somebody joins it, for then its number may be another's.
  package func send(signal: Int32) {
    joining.withLock { if $0 == .notYet { _ = pthread_kill(handle, signal) } }
  }

  private final class Work: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }
}
