// Circles of workers who wait for each other, and waits that are none.

import Testing

@testable import Lab

@Suite struct WaitForGraphTests {
  typealias Worker = WaitForGraph.Worker

  @Test func namesTheTwoOfTheTextbook() throws {
    let graph = WaitForGraph(workers: [Worker(holds: [0], waits: 1), Worker(holds: [1], waits: 0)])
    let cycle = try #require(graph.cycle())
    #expect(cycle == [0, 1])
    #expect(
      graph.description(of: cycle)
        == "worker 1 holds lock A and waits for lock B; worker 2 holds lock B and waits for lock A")
  }

  @Test func findsACircleOfThreeThatOthersWaitFor() {
    let graph = WaitForGraph(workers: [
      // Waits for the circle, and is none of it.
      Worker(holds: [5], waits: 1), Worker(holds: [1], waits: 2), Worker(holds: [2, 4], waits: 3), Worker(),
      Worker(holds: [3], waits: 1),
    ])
    #expect(graph.cycle() == [1, 2, 4])
    #expect(graph.blocker(of: 0) == 1)
    #expect(graph.description(of: [2]) == "worker 3 holds lock C and lock E and waits for lock D")
  }

  @Test(arguments: [
    [Worker(holds: [0]), Worker(waits: 0)],
    // A chain with an end that works.
    [Worker(holds: [0], waits: 1), Worker(holds: [1], waits: 2), Worker(holds: [2])],
    // A lock that nobody holds any more.
    [Worker(holds: [0], waits: 1), Worker(waits: 0)],
    [],
  ])
  func aWaitIsNoDeadlock(workers: [Worker]) {
    #expect(WaitForGraph(workers: workers).cycle() == nil)
  }
}
