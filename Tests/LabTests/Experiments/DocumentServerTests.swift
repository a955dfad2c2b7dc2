// The server of documents: what it is asked, what it answers, and that it keeps its clients waiting.

import Glibc
import Testing
import Transport

@testable import Lab

@Suite struct DocumentServerTests {
  @Test(arguments: [
    ("GET /after/100/document/7 HTTP/1.0\r\n\r\n", "7 100 false"),
    ("GET /after/0/document/7/never HTTP/1.0\r\n\r\n", "7 0 true"), ("GET / HTTP/1.0\r\n\r\n", "-"),
    ("PUT /after/100/document/7 HTTP/1.0\r\n\r\n", "-"), ("GET /after/x/document/7 HTTP/1.0", "-"), ("", "-"),
  ])
  func requests(_ request: String, _ meaning: String) {
    let wanted = DocumentServer.parse(request)
    #expect((wanted.map { "\($0.number) \($0.wait) \($0.isNever)" } ?? "-") == meaning)
  }

  @Test func documentsAreKnownByTheirNumber() {
    #expect(DocumentServer.document(1) != DocumentServer.document(2))
    #expect(DocumentServer.document(12).count == DocumentServer.documentSize)
  }

  @Test func fetching() throws {
    let (listener, port) = try Loopback.listen()
    let server = try WorkerThread.start(name: "server") {
      // It ends when nobody listens any more.
      do throws(LabFailure) { try DocumentServer.serve(listener) } catch {}
    }
    let start = MonotonicClock.now()
    try DocumentServer.fetch(3, behind: 20_000_000, from: port)
    #expect(MonotonicClock.now() - start >= 20_000_000)
    let asked = Monitor(0)
    let threads = try LabThreads.start(8) { index in
      do throws(LabFailure) {
        try DocumentServer.fetch(index, behind: 0, from: port) { asked.withLock { $0 += 1 } }
      } catch {
        asked.withLock { $0 = -100 }
      }
    }
    threads.join()
    #expect(asked.withLock { $0 } == 8)
    shutdown(listener.number, Int32(SHUT_RDWR))
    server.join()
    #expect(throws: LabFailure.self) { try DocumentServer.fetch(1, behind: 0, from: port) }
  }
}
