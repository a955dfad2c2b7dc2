// The ways in which a small server gives connections to workers; all serve a connection by the same code.

import CLinux
import Glibc
import Transport

/// A way to serve.
enum ServerKind: String, CaseIterable, Sendable {
  case forkPerRequest = "process per request"
  case threadPerRequest = "thread per request"
  case preforked = "pre-forked processes"
  case preforkedThreads = "pre-forked, with threads"

  /// Workers of a server that has them before requests come, however they are made up.
  static let workers = 8
  /// Processes of those that have several threads each.
  static let hybridProcesses = 2

  /// Serves connections to `listener` until `leave` can be read, and ends everything that it has started.
  func serve(_ listener: Descriptor, until leave: Descriptor) throws(LabFailure) {
    switch self {
    case .forkPerRequest: try serve(listener, until: leave, by: Forks())
    case .threadPerRequest: try serve(listener, until: leave, by: Threads())
    case .preforked: try prefork(Self.workers, threads: 1, listener, until: leave)
    case .preforkedThreads:
      try prefork(Self.hybridProcesses, threads: Self.workers / Self.hybridProcesses, listener, until: leave)
    }
  }

  // MARK: A worker per request

  /// Accepts connections here, and gives each to somebody who is made for it.
  private func serve(
    _ listener: Descriptor, until leave: Descriptor, by workers: some RequestWorkers
  ) throws(LabFailure) {
    defer { workers.waitForAll() }
    while true {
      let ready: [Bool]
      do throws(TransportError) {
        ready = try Readiness.waitReadable([listener.number, leave.number])
      } catch {
        throw LabFailure("a server cannot wait for connections: \(error.description)")
      }
      if ready[1] { return }
      try workers.serve(try Self.accept(listener), listener)
    }
  }

  /// Waits for a connection.
  private static func accept(_ listener: Descriptor) throws(LabFailure) -> Int32 {
    while true {
      let connection = Glibc.accept(listener.number, nil, nil)
      if connection >= 0 { return connection }
      // A client that has gone again is no failure of the server.
      guard errno == EINTR || errno == ECONNABORTED else {
        throw LabFailure("a server cannot accept connections: \(TransportError.reason(of: errno))")
      }
    }
  }

  private protocol RequestWorkers {
    /// Makes somebody who serves the connection and closes it.
    func serve(_ connection: Int32, _ listener: Descriptor) throws(LabFailure)
    func waitForAll()
  }

  private struct Forks: RequestWorkers {
    func serve(_ connection: Int32, _ listener: Descriptor) throws(LabFailure) {
      defer { close(connection) }
      guard clinux_fork_to_serve(connection, listener.number) > 0 else {
        throw LabFailure("a process for a request cannot be forked: \(TransportError.reason(of: errno))")
      }
      // Those that have ended, without waiting for the others.
      while waitpid(-1, nil, WNOHANG) > 0 {}
    }

    func waitForAll() {
      while waitpid(-1, nil, 0) > 0 || errno == EINTR {}
    }
  }

  private struct Threads: RequestWorkers {
    private let running = Monitor(0)

    func serve(_ connection: Int32, _ listener: Descriptor) throws(LabFailure) {
      running.withLock { $0 += 1 }
      do throws(TransportError) {
        // Not joined: it goes on by itself, and is counted out.
        _ = try WorkerThread.start(name: "lab/request", stackSize: 64 << 10) { [running] in
          _ = clinux_serve(connection)
          close(connection)
          running.change { $0 -= 1 }
        }
      } catch {
        close(connection)
        running.withLock { $0 -= 1 }
        throw LabFailure("a thread for a request cannot be started: \(error.description)")
      }
    }

    func waitForAll() { _ = running.wait { $0 == 0 ? true : nil } }
  }

  // MARK: Workers that are there before

  /// Forks processes of which each thread accepts and serves one connection after another, and ends them at the end.
  private func prefork(
    _ processes: Int, threads: Int, _ listener: Descriptor, until leave: Descriptor
  ) throws(LabFailure) {
    var children: [ForkedChild] = []
    // After a failure, too: they end with this process, and are waited for here.
    var result: Result<Void, LabFailure> = .success(())
    do throws(LabFailure) {
      for _ in 0..<processes {
        children.append(
          try ForkedChild.start { () throws(LabFailure) -> Int32 in
            // This process's other threads begin behind the fork.
            let others = try LabThreads.start(threads - 1) { _ in Self.serveForEver(listener) }
            withExtendedLifetime(others) { Self.serveForEver(listener) }
          })
      }
      do throws(TransportError) {
        _ = try Readiness.waitReadable([leave.number])
      } catch {
        throw LabFailure("a server cannot wait for its end: \(error.description)")
      }
    } catch {
      result = .failure(error)
    }
    for child in children { try child.end() }
    try result.get()
  }

  /// Serves one connection after another, until the process is ended.
  private static func serveForEver(_ listener: Descriptor) -> Never {
    do throws(LabFailure) {
      while true {
        let connection = try accept(listener)
        // A client that is gone is its own affair; one that waits for an answer notices what became of it.
        _ = clinux_serve(connection)
        close(connection)
      }
    } catch {
      ForkedChild.fail(error)
    }
  }
}
