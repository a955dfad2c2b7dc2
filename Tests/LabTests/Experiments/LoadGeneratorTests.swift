// Clients against a real server of threads, and against servers that are wrong or gone.

import Glibc
import Testing
import Transport

@testable import Lab

@Suite struct LoadGeneratorTests {
  @Test func figuresAreNearestRanks() throws {
    #expect(LoadFigures(latencies: [], seconds: 1) == nil)
    let figures = try #require(LoadFigures(latencies: (1...200).reversed().map { UInt64($0) }, seconds: 2))
    #expect(figures == LoadFigures(requests: 200, seconds: 2, median: 100, p99: 198))
    #expect(figures.requestsPerSecond == 100)
    #expect(LoadFigures.percentile(99, ofSorted: [7]) == 7)
  }

  @Test func aServerOfThreadsAnswersRightly() throws {
    let (listener, port) = try Loopback.listen()
    let (read, write) = try Descriptor.pipe()
    let failure = Monitor<LabFailure?>(nil)
    let server = try LabThreads.start(1) { _ in
      do throws(LabFailure) {
        try ServerKind.threadPerRequest.serve(listener, until: read)
      } catch {
        failure.withLock { $0 = error }
      }
    }
    let figures = try LoadGenerator(port: port, clients: 3, nanoseconds: 60_000_000).run()
    write.close()
    server.join()
    #expect(figures.requests > 0)
    #expect(figures.p99 >= figures.median)
    #expect(failure.withLock { $0 } == nil)
  }

  @Test func aWrongAnswerIsAFailure() throws {
    let (listener, port) = try Loopback.listen()
    let server = try LabThreads.start(1) { _ in
      let connection = Descriptor(owning: accept(listener.number, nil, nil))
      var word: UInt64 = 0
      _ = recv(connection.number, &word, 8, Int32(MSG_WAITALL))
      word = 1
      _ = send(connection.number, &word, 8, 0)
      // Until the client has gone.
      _ = recv(connection.number, &word, 8, 0)
    }
    #expect {
      try LoadGenerator(port: port, clients: 1, nanoseconds: 10_000_000_000).run()
    } throws: { error in
      (error as? LabFailure)?.message.hasPrefix("the server answered 1 to ") == true
    }
    server.join()
  }

  @Test func aServerThatIsGoneIsAFailure() throws {
    let (listener, port) = try Loopback.listen()
    listener.close()
    #expect(throws: LabFailure.self) {
      try LoadGenerator(port: port, clients: 2, nanoseconds: 10_000_000_000).run()
    }
  }
}
