// The worker processes of one run, as the supervisor sees them: started, spoken to, and ended for certain.

import Glibc
import Transport

/// One worker process.
final class WorkerProcess {
  let identity: WorkerIdentity
  let child: ChildProcess
  let control: ControlSocket
  /// The piece it works on, for messages about its end.
  var current: WorkName?
  var findings: WorkerFindings?
  var isControlOpen = true

  init(identity: WorkerIdentity, child: ChildProcess, control: ControlSocket) {
    self.identity = identity
    self.child = child
    self.control = control
  }
}

/// All workers of one run.
struct WorkerGroup {
  let nonce: UInt64
  private(set) var workers: [WorkerProcess] = []

  init() {
    var generator = SystemRandomNumberGenerator()
    nonce = generator.next()
  }

  /// Environment variables that workers keep: where libraries are, and what sanitizers and tests need.
  private static let keptVariables = [
    "PATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS",
    "LLVM_PROFILE_FILE",
  ]

  private static var environment: [String] {
    var environment = ["SWIFT_BACKTRACE=enable=no"]
    for name in keptVariables {
      if let value = getenv(name) { environment.append("\(name)=\(String(cString: value))") }
    }
    return environment
  }

  /// Starts a worker by executing this program again.
  mutating func spawn(_ role: WorkerRole, number: Int) throws(RunFailure) {
    let identity = WorkerIdentity(role: role, number: number, nonce: nonce, parent: ProcessSelf.pid)
    do throws(TransportError) {
      let (ours, theirs) = try Descriptor.socketPair()
      let child = try Spawner.spawn(
        executable: "/proc/self/exe", arguments: identity.arguments, environment: Self.environment,
        descriptors: [.init(source: theirs.number, target: Worker.controlDescriptor)])
      theirs.close()
      workers.append(WorkerProcess(identity: identity, child: child, control: ControlSocket(ours)))
    } catch {
      throw RunFailure(
        .system, "\(identity.stage) could not be started: \(error.description)",
        remedy: "use fewer workers (-j), or --mode thread")
    }
  }

  var reader: WorkerProcess { workers[0] }
  var aggregator: WorkerProcess { workers[workers.count - 1] }
  var parsers: ArraySlice<WorkerProcess> { workers[1..<workers.count - 1] }

  /// Lets every worker end by itself and takes in their ends.
  func release() {
    for worker in workers {
      do throws(LinkError) {
        try worker.control.send(kind: ControlKind.release.rawValue, payload: [], descriptors: [])
      } catch {
        // It has ended already, which is what it was to do.
      }
    }
    reap()
  }

  /// Ends every worker that still runs, and takes in their ends, so that none is left behind in any state.
  func kill() {
    for worker in workers {
      do throws(TransportError) {
        try worker.child.kill(SIGKILL)
      } catch {
        // Only a process that is not ours, or not there, cannot be killed.
      }
    }
    reap()
  }

  private func reap() {
    for worker in workers {
      do throws(TransportError) {
        _ = try worker.child.wait()
      } catch {
        // Somebody else has waited for it: it is gone all the same.
      }
    }
  }
}
