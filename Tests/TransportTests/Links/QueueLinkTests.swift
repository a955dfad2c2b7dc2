// The queue between threads: nothing lost, doubled or reordered under many threads, and everybody wakes at the end.

import Glibc
import Testing
import Transport

struct QueueLinkTests {
  @Test(arguments: [(1, 1, 1), (1, 4, 4), (3, 4, 4), (64, 8, 3), (2, 1, 6)])
  func deliversEachMessageOnce(capacity: Int, producers: Int, consumers: Int) throws {
    let perProducer = 2000
    let link = QueueLink<Int>(capacity: capacity, producers: producers)
    let outcome = Monitor((received: [[Int]](), failures: 0))
    let senders = try (0..<producers).map { producer in
      try WorkerThread.start(name: "send \(producer)") {
        for index in 0..<perProducer {
          do { try link.send(producer * perProducer + index) } catch { outcome.withLock { $0.failures += 1 } }
        }
        link.finish()
      }
    }
    let receivers = try (0..<consumers).map { consumer in
      try WorkerThread.start(name: "receive \(consumer)") {
        var mine: [Int] = []
        do {
          while let message = try link.receive() { mine.append(message) }
          let received = mine
          outcome.withLock { $0.received.append(received) }
        } catch { outcome.withLock { $0.failures += 1 } }
      }
    }
    for thread in senders + receivers { thread.join() }
    let (received, failures) = outcome.withLock { $0 }
    #expect(failures == 0)
    #expect(received.joined().sorted() == Array(0..<producers * perProducer))
    // Each consumer sees each producer's messages in the order they were sent.
    for mine in received {
      for producer in 0..<producers {
        let ofProducer = mine.filter { $0 / perProducer == producer }
        #expect(ofProducer == ofProducer.sorted())
      }
    }
    let metrics = link.metrics
    #expect(metrics.messages == UInt64(producers * perProducer))
    #expect(metrics.depth == 0)
    #expect(metrics.capacity == capacity)
    #expect((1...capacity).contains(metrics.highestDepth))
  }

  @Test func measuresWaitingForRoom() throws {
    let link = QueueLink<Int>(capacity: 1)
    try link.send(0)
    let sender = Monitor(ThreadEntry?.none)
    let thread = try WorkerThread.start(name: "sender") {
      sender.change { $0 = .current() }
      try? link.send(1)
    }
    sender.wait { $0 }.value.awaitSleep()
    usleep(20_000)
    #expect(try link.receive() == 0)
    thread.join()
    let metrics = link.metrics
    #expect(metrics.fullWaits == 1)
    #expect(metrics.fullNanoseconds >= 20_000_000)
    #expect(metrics.highestDepth == 1)
  }

  @Test func measuresWaitingForMessages() throws {
    let link = QueueLink<Int>(capacity: 4)
    let receiver = Monitor(ThreadEntry?.none)
    let received = Monitor(Int?.none)
    let thread = try WorkerThread.start(name: "receiver") {
      receiver.change { $0 = .current() }
      let message = try? link.receive()
      received.withLock { $0 = message }
    }
    receiver.wait { $0 }.value.awaitSleep()
    usleep(20_000)
    try link.send(1)
    link.finish()
    thread.join()
    #expect(received.withLock { $0 } == 1)
    #expect(try link.receive() == nil)
    let metrics = link.metrics
    #expect(metrics.emptyWaits == 1)
    #expect(metrics.emptyNanoseconds >= 20_000_000)
    #expect(metrics.fullWaits == 0 && metrics.fullNanoseconds == 0)
  }

  @Test func cancelWakesEverybody() throws {
    let full = QueueLink<Int>(capacity: 1)
    try full.send(0)
    let empty = QueueLink<Int>(capacity: 1)
    let errors = Monitor([LinkError]())
    var threads: [WorkerThread] = []
    for index in 0..<3 {
      threads.append(
        try WorkerThread.start(name: "send \(index)") {
          do throws(LinkError) { try full.send(1) } catch { errors.change { $0.append(error) } }
        })
      threads.append(
        try WorkerThread.start(name: "receive \(index)") {
          do throws(LinkError) { _ = try empty.receive() } catch { errors.change { $0.append(error) } }
        })
    }
    _ = errors.wait(nanoseconds: 10_000_000) { _ in Bool?.none }
    full.cancel()
    empty.cancel()
    for thread in threads { thread.join() }
    #expect(errors.withLock { $0 } == Array(repeating: .cancelled, count: 6))
    #expect(full.metrics.depth == 0)
    #expect(throws: LinkError.cancelled) { try full.receive() }
  }

  @Test func finishingWakesReceiversOnceAllHaveFinished() throws {
    let link = QueueLink<String>(capacity: 2, producers: 2)
    let ended = Monitor(0)
    let threads = try (0..<3).map { index in
      try WorkerThread.start(name: "end \(index)") {
        if let message = try? link.receive() { _ = message } else { ended.change { $0 += 1 } }
      }
    }
    link.finish()
    #expect(ended.wait(nanoseconds: 10_000_000) { $0 > 0 ? true : nil }.value == nil)
    link.finish()
    for thread in threads { thread.join() }
    #expect(ended.withLock { $0 } == 3)
    #expect(throws: LinkError.closed) { try link.send("late") }
  }
}
