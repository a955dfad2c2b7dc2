// Clients of a small server: each asks, waits for the answer, checks it, and asks again over a new connection.

import CLinux
import Glibc
import Transport

/// What came of a load.
struct LoadFigures: Equatable, Sendable {
  var requests: Int
  var seconds: Double
  /// From before the connection is made until the answer has come, in nanoseconds.
  var median: UInt64
  var p99: UInt64

  var requestsPerSecond: Double { seconds > 0 ? Double(requests) / seconds : 0 }

  init(requests: Int, seconds: Double, median: UInt64, p99: UInt64) {
    (self.requests, self.seconds, self.median, self.p99) = (requests, seconds, median, p99)
  }

  /// - Parameter latencies: of all requests, in any order; nil without any.
  init?(latencies: [UInt64], seconds: Double) {
    guard !latencies.isEmpty else { return nil }
    let sorted = latencies.sorted()
    self.init(
      requests: sorted.count, seconds: seconds, median: Self.percentile(50, ofSorted: sorted),
      p99: Self.percentile(99, ofSorted: sorted))
  }

  /// The smallest value that so many percent of all do not exceed (nearest rank).
  static func percentile(_ percent: Int, ofSorted values: [UInt64]) -> UInt64 {
    values[max(0, (values.count * percent + 99) / 100 - 1)]
  }
}

/// Some clients at a time.
struct LoadGenerator: Sendable {
  let port: UInt16
  let clients: Int
  /// How long they ask; requests of the first tenth are not counted.
  let nanoseconds: UInt64

  /// Different requests, so that no answer is right for all.
  private static let questions: [UInt64] = (0..<64).map { 10_000 + 977 * $0 }

  func run() throws(LabFailure) -> LoadFigures {
    let answers = Self.questions.map { clinux_answer($0) }
    let latencies = Monitor<[UInt64]>([])
    let failures = Monitor<[LabFailure]>([])
    let start = MonotonicClock.now()
    let threads = try LabThreads.start(clients) { client in
      do throws(LabFailure) {
        let own = try ask(client, answers, from: start + nanoseconds / 10, until: start + nanoseconds)
        latencies.withLock { $0 += own }
      } catch {
        failures.withLock { $0.append(error) }
      }
    }
    threads.join()
    if let failure = failures.withLock({ $0.first }) { throw failure }
    let seconds = Double(nanoseconds - nanoseconds / 10) / 1e9
    guard let figures = LoadFigures(latencies: latencies.withLock { $0 }, seconds: seconds) else {
      throw LabFailure("the server answered no request within \(seconds) s")
    }
    return figures
  }

  /// What a client does; gives how long each of its requests took.
  private func ask(
    _ client: Int, _ answers: [UInt64], from first: UInt64, until end: UInt64
  ) throws(LabFailure) -> [UInt64] {
    var latencies: [UInt64] = []
    var turn = client * 7
    while true {
      let start = MonotonicClock.now()
      if start >= end { return latencies }
      let index = turn % answers.count
      let connection = try Loopback.connect(port)
      let answer = try Self.answer(to: Self.questions[index], over: connection)
      let now = MonotonicClock.now()
      Loopback.drop(connection)
      guard answer == answers[index] else {
        throw LabFailure("the server answered \(answer) to \(Self.questions[index]), not \(answers[index])")
      }
      if start >= first { latencies.append(now - start) }
      turn += 1
    }
  }

  private static func answer(to question: UInt64, over connection: Descriptor) throws(LabFailure) -> UInt64 {
    var word = question
    let size = MemoryLayout<UInt64>.size
    let failed: Int32? = withUnsafeMutableBytes(of: &word) { bytes in
      // Eight bytes fit the buffer of an empty socket at once.
      guard send(connection.number, bytes.baseAddress, size, Int32(MSG_NOSIGNAL)) == size else { return errno }
      var got = 0
      while got < size {
        let count = recv(connection.number, bytes.baseAddress?.advanced(by: got), size - got, 0)
        if count == 0 { return ECONNRESET }
        if count > 0 { got += count } else if errno != EINTR { return errno }
      }
      return nil
    }
    if let failed { throw LabFailure("the server did not answer: \(TransportError.reason(of: failed))") }
    return word
  }
}
