// Which configurations are compared, by default and on request.

import Execution
import Lab
import Testing

struct ComparisonMatrixTests {
  private func names(_ change: (inout ComparisonRequest) -> Void = { _ in }, cores: Int = 2) -> [String] {
    var request = ComparisonRequest(cores: cores)
    change(&request)
    return ComparisonMatrix(request).configurations.map(\.configuration.name)
  }

  @Test func twoCores() {
    #expect(
      names() == [
        "serial", "thread x1", "thread x2", "thread x4", "process x1", "process x2", "process x4", "hybrid 1x2",
        "serial libcsv", "thread x2 libcsv", "process x2 socket", "process x2 shm", "process x2 bytes",
      ])
  }

  @Test func oneCore() {
    #expect(
      names(cores: 1) == [
        "serial", "thread x1", "thread x2", "process x1", "process x2", "serial libcsv", "thread x1 libcsv",
        "process x1 socket", "process x1 shm", "process x1 bytes",
      ])
  }

  @Test func manyCores() {
    #expect(ComparisonMatrix.defaultWorkers(cores: 12) == [1, 2, 4, 8, 12, 24])
    #expect(ComparisonMatrix.defaultWorkers(cores: 8) == [1, 2, 4, 8, 16])
    #expect(names(cores: 8).contains("hybrid 4x2"))
    #expect(names(cores: 8).filter { $0.hasPrefix("process x8 ") }.count == 3)
  }

  @Test func whatIsAskedForReplacesTheDefault() {
    #expect(
      names {
        $0.modes = [.thread, .process]
        $0.workers = [2, 8]
        $0.parsers = [.simd, .libcsv]
        $0.links = [.pipe]
        $0.handOffs = [.standard]
      } == [
        "thread x2", "thread x8", "process x2", "process x8", "thread x2 libcsv", "thread x8 libcsv",
        "process x2 libcsv", "process x8 libcsv",
      ])
  }

  @Test func linksAndHandOffs() {
    let all = names {
      $0.modes = [.process]
      $0.workers = [1, 2]
      $0.parsers = [.simd]
      $0.links = [.pipe, .shm]
      $0.handOffs = [.bytes, .ranges]
    }
    #expect(
      Set(all) == [
        "process x1", "process x2", "process x1 bytes", "process x2 bytes", "process x1 shm", "process x2 shm",
        "process x1 shm bytes", "process x2 shm bytes",
      ])
    // One that is not in the list is not run.
    let without = names {
      $0.modes = [.process]
      $0.workers = [2]
      $0.parsers = [.simd]
      $0.links = [.shm, .socket]
    }
    #expect(Set(without) == ["process x2 shm", "process x2 socket"])
  }

  @Test func chunksAndCombining() {
    let all = names {
      $0.modes = [.serial, .thread]
      $0.workers = [2]
      $0.parsers = [.simd]
      $0.chunkSizes = [1 << 20, 64 << 10]
      $0.combines = [true, false]
    }
    #expect(
      all == [
        "serial chunks of 1 MiB", "serial chunks of 64 KiB", "thread x2 chunks of 1 MiB",
        "thread x2 chunks of 1 MiB no-combine", "thread x2 chunks of 64 KiB", "thread x2 chunks of 64 KiB no-combine",
      ])
  }

  @Test func everyRegimeHasThemAll() {
    var request = ComparisonRequest(cores: 2)
    request.regimes = [.warm, .cold, ComparisonRegime(.cpu, amount: 9, text: "cpu=9")]
    let configurations = ComparisonMatrix(request).configurations.map(\.configuration)
    #expect(configurations.count == 39)
    #expect(Set(configurations).count == 39)
    #expect(configurations.filter { $0.regime == .cold }.count == 13)
  }

  @Test func ranks() {
    let ranked = ComparisonMatrix(ComparisonRequest(cores: 2)).configurations
    func names(_ rank: RankedConfiguration.Rank) -> [String] {
      ranked.filter { $0.rank == rank }.map(\.configuration.name)
    }
    #expect(names(.essential) == ["thread x2", "process x2"])
    #expect(names(.telling) == ["serial", "thread x1", "process x1"])
    #expect(names(.detail) == ["process x2 socket", "process x2 shm", "process x2 bytes"])
  }

  @Test func argumentsSayAllOfIt() {
    let configuration = Configuration(
      .hybrid, regime: ComparisonRegime(.latency, amount: 2e6, text: "latency=2ms"), parser: .libcsv, workers: 3,
      threads: 2,
      link: .shm, handOff: .bytes, chunkSize: 65536, combines: false)
    #expect(
      configuration.arguments == [
        "--mode", "hybrid", "--parser", "libcsv", "--workers", "3", "--threads", "2", "--link", "shm", "--hand-off",
        "bytes",
        "--chunk-size", "65536", "--no-combine", "--regime", "latency=2ms",
      ])
    #expect(Configuration(.serial, workers: 4).arguments == ["--mode", "serial", "--parser", "simd"])
    #expect(Configuration(.thread, regime: .cold, workers: 4).arguments.contains("--regime") == false)
    #expect(configuration.fullName == "hybrid 3x2 libcsv shm bytes chunks of 64 KiB no-combine (latency=2ms)")
  }
}
