// Answers of workers: each request once, in order, and right.

import Testing

@testable import Lab

@Suite struct AnswerBookTests {
  /// The plain twin of the computation in C.
  private static func steps(_ number: UInt64) -> UInt64 {
    (number..<number + 100).reduce(0) { sum, first in
      var (value, steps) = (first, UInt64(0))
      while value > 1 {
        value = value.isMultiple(of: 2) ? value / 2 : 3 * value + 1
        steps += 1
      }
      return sum + steps
    }
  }

  private static func line(_ worker: Int, _ request: Int) -> String {
    "\(worker) \(request) \(steps(AnswerBook.number(worker: worker, request: request))) 4096"
  }

  @Test func takesAllInOrder() throws {
    var book = AnswerBook(workers: 2, requests: 3)
    for request in 0..<3 {
      #expect(book.next(of: 1) == request)
      #expect(throws: LabFailure.self) { try book.requireComplete() }
      for worker in 0..<2 { #expect(try book.enter(Self.line(worker, request)).residentBytes == 4096) }
    }
    try book.requireComplete()
  }

  @Test(arguments: ["0 1 7 4096", "0 0 7 4096", "2 0 7 4096", "0 0 7", "hello", ""])
  func refusesWhatIsNotTheNextAnswer(line: String) {
    var book = AnswerBook(workers: 2, requests: 3)
    #expect(throws: LabFailure.self) { try book.enter(line) }
    #expect(book.next(of: 0) == 0)
  }

  @Test func refusesASecondAnswerAndOneTooMany() throws {
    var book = AnswerBook(workers: 1, requests: 1)
    try book.enter(Self.line(0, 0))
    #expect(throws: LabFailure("worker 1 answered request 0, which was not its next one")) {
      try book.enter(Self.line(0, 0))
    }
    #expect(throws: LabFailure.self) { try book.enter(Self.line(0, 1)) }
  }
}
