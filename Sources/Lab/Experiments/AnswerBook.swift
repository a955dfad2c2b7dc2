// Which requests workers have answered, and whether rightly: each once, whoever was replaced meanwhile.

import CLinux

/// The answers to requests that workers have been given in order.
struct AnswerBook {
  /// An answer as a worker says it: `WORKER REQUEST ANSWER BYTES`, numbers from 0.
  struct Entry: Equatable {
    var worker: Int
    var request: Int
    var answer: UInt64
    /// What its process had resident then.
    var residentBytes: UInt64

    init(_ line: String) throws(LabFailure) {
      let fields = line.split(separator: " ").compactMap { UInt64($0) }
      guard fields.count == 4, let worker = Int(exactly: fields[0]), let request = Int(exactly: fields[1]) else {
        throw LabFailure("a worker said: \(line)")
      }
      (self.worker, self.request, answer, residentBytes) = (worker, request, fields[2], fields[3])
    }
  }

  private let requests: Int
  /// How many each worker has answered.
  private var counts: [Int]

  init(workers: Int, requests: Int) {
    self.requests = requests
    counts = [Int](repeating: 0, count: workers)
  }

  /// What is asked with a request.
  static func number(worker: Int, request: Int) -> UInt64 { UInt64(worker * 100_000 + request) }

  /// The request that comes next for a worker.
  func next(of worker: Int) -> Int { counts[worker] }

  /// Enters an answer, which is to be the next one of its worker, and right.
  @discardableResult
  mutating func enter(_ line: String) throws(LabFailure) -> Entry {
    let entry = try Entry(line)
    guard counts.indices.contains(entry.worker), entry.request == counts[entry.worker], entry.request < requests else {
      throw LabFailure("worker \(entry.worker + 1) answered request \(entry.request), which was not its next one")
    }
    guard entry.answer == clinux_answer(Self.number(worker: entry.worker, request: entry.request)) else {
      throw LabFailure("worker \(entry.worker + 1) gave a wrong answer to request \(entry.request): \(entry.answer)")
    }
    counts[entry.worker] += 1
    return entry
  }

  /// Fails unless all requests of all workers are answered.
  func requireComplete() throws(LabFailure) {
    guard counts.allSatisfy({ $0 == requests }) else {
      throw LabFailure("of \(requests) requests to each worker were answered: \(counts)")
    }
  }
}
