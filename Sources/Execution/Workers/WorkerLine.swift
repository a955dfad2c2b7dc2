// A worker's end of its control socket: what it was told, and what it says.

import CSV
import Glibc
import Query
import Synchronization
import Transport

/// Whether somebody still wants the output.
final class OutputGate: Sendable {
  private let closed = Atomic<Bool>(false)

  var isClosed: Bool { closed.load(ordering: .relaxed) }
  func close() { closed.store(true, ordering: .relaxed) }
}

/// The control line of a worker.
///
/// Why `@unchecked Sendable` is right: the fields that are not constant are set by `greet` and `listen`, in the thread
/// that runs the stage and before there is any other; from then on they are only read.
final class WorkerLine: @unchecked Sendable {
  private let control: ControlSocket
  private(set) var start = WorkerStart(
    nonce: 0, question: Question(), survey: nil, inputs: [], workers: 1, window: 1)
  /// A link's end, and whose it is.
  struct End {
    var attachment: Attachment
    var end: LinkEnd
  }

  private var role = WorkerRole.reader
  private(set) var inputs: [Descriptor] = []
  private(set) var journal: [Descriptor] = []
  /// The memory in which threads say what they do: each maps its own place of it.
  private(set) var activityFile: Descriptor?
  /// How fast the source is.
  private var pace = SourcePace.asItIs
  private(set) var incoming: [End] = []
  private(set) var outgoing: [End] = []
  /// What the aggregator and the supervisor say to the reader.
  private(set) var feedback = QueueLink<Feedback>(capacity: 1)
  let gate = OutputGate()
  private let isReleased = Monitor(false)

  init(control: ControlSocket) { self.control = control }

  /// Says who this is, and takes in what to do and the descriptors for it.
  func greet(_ identity: WorkerIdentity) throws(StageError) {
    role = identity.role
    var writer = ByteWriter()
    writer.write(WorkerStart.protocolVersion)
    writer.write(identity.nonce)
    try send(.hello, writer.bytes)
    let first = try receive()
    do throws(ByteCodingError) {
      guard first.kind == ControlKind.start.rawValue else { throw ByteCodingError("the first message is no start") }
      start = try WorkerStart(first.payload)
      guard start.nonce == identity.nonce else { throw ByteCodingError("the start message is of another run") }
    } catch {
      throw .failure(RunFailure(.worker, "\(identity.stage): \(error.message)"))
    }
    pace = SourcePace(start.regime)
    while inputs.count < start.inputCount || incoming.count < start.incoming || outgoing.count < start.outgoing {
      let message = try receive()
      guard message.kind == ControlKind.attach.rawValue, let attachment = try? Attachment(message.payload) else {
        throw .failure(RunFailure(.worker, "\(identity.stage): a message that no worker expects"))
      }
      switch attachment.use {
      case .input: inputs += message.descriptors
      case .journal: journal += message.descriptors
      // A worker that cannot be watched does its work all the same.
      case .activity: activityFile = message.descriptors.first
      case .source: try takePace(message, identity)
      case .incoming: incoming.append(try end(message, attachment))
      case .outgoing: outgoing.append(try end(message, attachment))
      }
    }
  }

  /// Takes in what the readers of a slow source share. Its memory is mapped from now on, and the descriptor is closed.
  private func takePace(_ message: ControlMessage, _ identity: WorkerIdentity) throws(StageError) {
    guard let rate = start.regime.bytesPerSecond, let page = message.descriptors.first else { return }
    do throws(TransportError) {
      pace = SourcePace(start.regime, sharing: try Throttle(page, bytesPerSecond: rate))
    } catch {
      throw .failure(RunFailure(.system, "\(identity.stage): shared memory could not be had: \(error.description)"))
    }
  }

  /// Where a thread of this worker says what it does.
  func activity(of thread: Int) -> ActivityPage? { activityFile.flatMap { try? ActivityPage($0, place: thread) } }

  /// What a thread of this worker reads the source through.
  func tap(of thread: Int) -> SourceTap {
    SourceTap(
      pace, activity: activity(of: thread), trace: start.traceLimit.map { StageTrace(thread: thread, limit: $0) })
  }

  /// The end of a link that came with a message.
  private func end(_ message: ControlMessage, _ attachment: Attachment) throws(StageError) -> End {
    let ends = try StageError.link { () throws(LinkError) in
      try LinkEnd.ends(of: start.carrier, from: message.descriptors)
    }
    guard ends.count == 1 else { throw .failure(RunFailure(.worker, "\(ends.count) ends where one is expected")) }
    guard attachment.use == .outgoing, let fault = start.injection(for: role)?.frames else {
      return End(attachment: attachment, end: ends[0])
    }
    return End(attachment: attachment, end: ends[0].interposing { FaultyChannel($0, fault) })
  }

  /// The plan, made from what the start message says.
  func plan() throws(StageError) -> Plan {
    guard let survey = start.survey else { throw .failure(RunFailure(.worker, "a start message without survey")) }
    return try StageError.own { () throws(RunFailure) in try Plan.make(start.question, survey) }
  }

  /// From now on messages are taken in by a thread of their own; when the line ends, so does this process.
  ///
  /// - Parameters:
  ///   - feedbackCapacity: the most messages for the reader that can wait.
  ///   - attached: called when a neighbour was replaced, with the new end of the link to it.
  func listen(feedbackCapacity: Int = 1, attached: @escaping @Sendable (Attachment, LinkEnd) -> Void) {
    feedback = QueueLink<Feedback>(capacity: feedbackCapacity, producers: 1)
    let feedback = feedback
    let body: @Sendable () -> Void = { [self] in
      while let message = try? control.receive(), let kind = ControlKind(rawValue: message.kind) {
        switch kind {
        case .feedback:
          var reader = ByteReader(message.payload)
          guard let value = try? Feedback(from: &reader) else { _exit(70) }
          // Nobody takes it once the reader has finished: then it is of no use.
          try? feedback.send(value)
        case .attach:
          guard let attachment = try? Attachment(message.payload) else { _exit(70) }
          guard let arrived = try? end(message, attachment) else { _exit(70) }
          attached(attachment, arrived.end)
        case .outputClosed: gate.close()
        case .release: isReleased.change { $0 = true }
        default: _exit(70)
        }
      }
      // The supervisor is gone, or has nothing more to say: whatever this worker does is of no use to anybody.
      if !isReleased.withLock({ $0 }) { _exit(75) }
    }
    // Without this thread the worker would outlive a vanished supervisor, so it ends at once if there can be none.
    guard (try? WorkerThread.start(name: "control", body: body)) != nil else { _exit(71) }
  }

  /// Sends a message. If the supervisor is gone, the listening thread notices.
  func send(_ kind: ControlKind, _ payload: [UInt8]) throws(StageError) {
    do throws(LinkError) {
      try control.send(kind: kind.rawValue, payload: payload, descriptors: [])
    } catch .closed {
      throw .cancelled
    } catch {
      throw .failure(
        RunFailure(
          .system, "a control message of \(payload.count) bytes cannot be sent: \(error.description)",
          remedy: "use --mode thread"))
    }
  }

  /// Says why the stage cannot go on. One whose neighbours are gone says nothing: whoever ended them knows why.
  func report(_ error: StageError) {
    var writer = ByteWriter()
    let kind: ControlKind
    switch error {
    case .failure(let failure):
      failure.encode(into: &writer)
      kind = .failed
    case .damaged(let how):
      writer.write(how)
      kind = .damaged
    case .cancelled: return
    }
    // If even this cannot be said, ending is the only way to be noticed.
    do throws(StageError) { try send(kind, writer.bytes) } catch { _exit(75) }
  }

  /// Waits until the supervisor says that the run is over.
  func waitForRelease() { _ = isReleased.wait { $0 ? true : nil } }

  private func receive() throws(StageError) -> ControlMessage {
    let message = try StageError.link { () throws(LinkError) in try control.receive() }
    guard let message else { throw .cancelled }
    return message
  }
}
