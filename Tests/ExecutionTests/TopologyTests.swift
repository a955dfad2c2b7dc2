// What a run consists of in each mode.

import Execution
import Testing

@Suite struct TopologyTests {
  @Test func serialHasStagesAndNoLinks() {
    let topology = Topology(settings: RunSettings(mode: .serial, workers: 4))
    #expect(topology.stages == [.reader, .parser(1), .aggregator])
    #expect(topology.links.isEmpty)
  }

  @Test func threadsShareThreeQueues() {
    let topology = Topology(settings: RunSettings(mode: .thread, workers: 3))
    #expect(topology.stages == [.reader, .parser(1), .parser(2), .parser(3), .aggregator])
    #expect(topology.links.map(\.cargo) == [.pieces, .results, .feedback])
    #expect(topology.links.allSatisfy { $0.kind == .queue })
    #expect(topology.links[1].from == [.parser(1), .parser(2), .parser(3)])
    #expect(topology.links[2].to == [.reader])
  }

  @Test func processesHaveTwoPipesAParserAndOneForTheOutput() {
    let topology = Topology(settings: RunSettings(mode: .process, workers: 2))
    #expect(topology.stages == [.reader, .parser(1), .parser(2), .aggregator])
    #expect(topology.links.map(\.cargo) == [.pieces, .results, .pieces, .results, .output])
    #expect(topology.links.allSatisfy { $0.kind == .pipe && $0.from.count == 1 && $0.to.count == 1 })
  }

  @Test func namesFitIntoFifteenBytes() {
    for stage in [StageName.reader, .parser(1), .parser(999), .aggregator, .supervisor] {
      #expect(stage.description.utf8.count <= 15)
      #expect(stage.description.hasPrefix("pipe"))
    }
  }

  @Test func theWindowGrowsWithTheWorkers() {
    #expect(RunSettings(workers: 1).window == 4)
    #expect(RunSettings(workers: 8).window == 18)
    #expect(RunSettings(workers: 8).queueDepth == 8)
    #expect(RunSettings(workers: 8, queueDepth: 3).queueDepth == 3)
    #expect(RunSettings(workers: 1).mode == .thread)
  }
}
