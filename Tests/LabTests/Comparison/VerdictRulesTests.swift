// Every rule, with figures whose truth is known.

import Execution
import Lab
import Testing

struct VerdictRulesTests {
  private let thread2 = Configuration(.thread, workers: 2)
  private let process2 = Configuration(.process, workers: 2)

  private func kinds(_ report: ComparisonReport) -> Set<Verdict.Kind> { Set(report.verdicts.map(\.kind)) }

  // MARK: - What bounds the run

  @Test func busyParsers() {
    let report = MadeUp.report([MadeUp.result(thread2, seconds: 1, stages: MadeUp.busyParsers)])
    #expect(
      report.sentences(.parserBound) == [
        "CPU-bound in the parser (thread x2): the parsers run 97 % of their time; the reader waits 100 %; the aggregator "
          + "waits 95 %"
      ])
  }

  @Test func parsersWithoutACore() {
    let stages = MadeUp.stages(parsers: StageShares(role: .parsers, count: 2, running: 0.3, ready: 0.65, input: 0.05))
    let report = MadeUp.report([MadeUp.result(thread2, seconds: 1, stages: stages)])
    #expect(report.sentences(.parserBound).first?.contains("would for another 65 %, if there were a core") == true)
  }

  @Test func aSlowSource() {
    let regime = ComparisonRegime(.throttled, amount: 1e8, text: "throttled=100MB/s")
    let simd = thread2.with { $0.regime = regime }
    let report = MadeUp.report([
      MadeUp.result(simd, seconds: 1, stages: MadeUp.waitingParsers),
      MadeUp.result(simd.with { $0.parser = .libcsv }, seconds: 1.001, stages: MadeUp.waitingParsers),
    ])
    #expect(
      report.sentences(.sourceBound) == [
        "I/O-bound (thread x2): the parsers wait 81 % of their time for the source and run 12 %. The source delivers "
          + "0.100 GB/s; a faster parser cannot help: libcsv takes 1.00 of the time of simd"
      ])
  }

  /// What the source delivers is what was read, not what the input holds.
  @Test func someBytesAreReadTwice() {
    let regime = ComparisonRegime(.throttled, amount: 1e8, text: "throttled=100MB/s")
    let report = MadeUp.report([
      MadeUp.result(
        thread2.with { $0.regime = regime }, seconds: 1.38, stages: MadeUp.waitingParsers,
        look: { $0.inputBytes = 138_000_000 })
    ])
    #expect(
      report.sentences(.sourceBound).first?.contains(
        "The source delivers 0.100 GB/s, and 1.38 times the bytes of the input are read; ") == true,
      "\(report.sentences(.sourceBound))")
  }

  /// Start and end are those of the runs that were looked into; others may have been slower.
  @Test func startIsOfTheSameRuns() {
    let slow = MadeUp.result(
      thread2, seconds: 0.02, stages: MadeUp.busyParsers,
      look: {
        $0.wallNanoseconds = 10_000_000
        $0.pipelineNanoseconds = 9_000_000
        $0.firstReadyNanoseconds = 2_000_000
      })
    #expect(!kinds(MadeUp.report([slow])).contains(.startUpBound))
  }

  /// Regimes in which not the same was tried say nothing about a change.
  @Test func noChangeOfWhatWasNotTried() {
    let regime = ComparisonRegime(.throttled, amount: 1e8, text: "throttled=100MB/s")
    let serial = Configuration(.serial)
    let warm = [MadeUp.result(serial, seconds: 2), MadeUp.result(thread2, seconds: 1)]
    let slow = MadeUp.result(serial.with { $0.regime = regime }, seconds: 3)
    #expect(!kinds(MadeUp.report(warm + [slow])).contains(.choiceChanges))
    let other = MadeUp.result(thread2.with { $0.regime = regime }, seconds: 3)
    #expect(kinds(MadeUp.report(warm + [slow, other])).contains(.choiceChanges))
  }

  @Test func aSlowSourceReadByTheReader() {
    let stages = MadeUp.stages(
      reader: StageShares(role: .reader, running: 0.1, source: 0.85, output: 0.05),
      parsers: StageShares(role: .parsers, count: 2, running: 0.1, input: 0.9))
    let bytes = process2.with { $0.handOff = .bytes }
    #expect(kinds(MadeUp.report([MadeUp.result(bytes, seconds: 1, stages: stages)])).contains(.sourceBound))
  }

  @Test func aSlowConsumer() {
    let stages = MadeUp.stages(
      parsers: StageShares(role: .parsers, count: 2, running: 0.1, output: 0.9),
      aggregator: StageShares(role: .aggregator, running: 0.05, output: 0.94, other: 0.01))
    let report = MadeUp.report([MadeUp.result(thread2, seconds: 1, stages: stages)])
    #expect(
      report.sentences(.consumerBound).first?.contains("waits 94 % of its time for whoever takes the output") == true)
    let serial = StageShares(role: .serial, running: 0.3, output: 0.7)
    #expect(
      kinds(MadeUp.report([MadeUp.result(Configuration(.serial), seconds: 1, stages: [serial])])).contains(
        .consumerBound))
  }

  @Test func aBusyAggregator() {
    let stages = MadeUp.stages(
      parsers: StageShares(role: .parsers, count: 2, running: 0.3, output: 0.7),
      aggregator: StageShares(role: .aggregator, running: 0.9, input: 0.1))
    #expect(kinds(MadeUp.report([MadeUp.result(thread2, seconds: 1, stages: stages)])).contains(.aggregatorBound))
    // As processes only: said in a sentence of its own.
    let report = MadeUp.report([
      MadeUp.result(thread2, seconds: 1, stages: MadeUp.busyParsers),
      MadeUp.result(process2, seconds: 1.5, stages: stages),
    ])
    #expect(report.sentences(.parserBound).count == 1)
    #expect(report.sentences(.aggregatorBound).first?.hasPrefix("CPU-bound in the aggregator (process x2)") == true)
  }

  @Test func aBusyReader() {
    let stages = MadeUp.stages(
      reader: StageShares(role: .reader, running: 0.9, output: 0.1),
      parsers: StageShares(role: .parsers, count: 2, running: 0.3, input: 0.7))
    #expect(kinds(MadeUp.report([MadeUp.result(thread2, seconds: 1, stages: stages)])).contains(.readerBound))
  }

  @Test func tooSmall() {
    let report = MadeUp.report([
      MadeUp.result(
        process2, seconds: 0.01, stages: MadeUp.busyParsers,
        look: {
          $0.pipelineNanoseconds = 6_000_000
          $0.firstReadyNanoseconds = 2_000_000
        })
    ])
    #expect(
      report.sentences(.startUpBound).first?.contains(
        "of the 10.0 ms of runs that were looked into, 6.00 ms (60 %) go by before") == true)
  }

  @Test func aSlowSourceIsNoSlowStart() {
    func report(_ ready: UInt64) -> ComparisonReport {
      MadeUp.report([
        MadeUp.result(thread2, seconds: 1, stages: MadeUp.waitingParsers, look: { $0.firstReadyNanoseconds = ready })
      ])
    }
    // The first MiB is read before there are parsers.
    #expect(kinds(report(600_000_000)).contains(.sourceBound))
    #expect(kinds(report(900_000_000)).contains(.startUpBound))
  }

  @Test func nobodyAlone() {
    let stages = MadeUp.stages(
      parsers: StageShares(role: .parsers, count: 2, running: 0.45, input: 0.3, output: 0.25),
      aggregator: StageShares(role: .aggregator, running: 0.4, input: 0.6))
    #expect(kinds(MadeUp.report([MadeUp.result(thread2, seconds: 1, stages: stages)])).contains(.unclear))
  }

  // MARK: - Modes and workers

  @Test func aTie() {
    let report = MadeUp.report([MadeUp.result(thread2, seconds: 1), MadeUp.result(process2, seconds: 1.004)])
    #expect(
      report.sentences(.modesTie) == [
        "Threads and processes tie (1.00 : 1.00 of the speed; thread x2 1.00 s, process x2 1.00 s)"
      ])
    #expect(report.sentences(.priceOfProcesses).first?.hasSuffix("They cost 11.0 MiB here") == true)
    // Far apart, but nobody can be sure: the intervals overlap.
    let wide = MadeUp.report([
      MadeUp.result(thread2, seconds: 1, spread: 0.5), MadeUp.result(process2, seconds: 1.1, spread: 0.5),
    ])
    #expect(kinds(wide).contains(.modesTie))
  }

  @Test func threadsWin() {
    let report = MadeUp.report([MadeUp.result(thread2, seconds: 1), MadeUp.result(process2, seconds: 1.25)])
    #expect(report.sentences(.threadsWin).first?.contains("1.00 : 0.80 of the speed") == true)
    #expect(
      report.sentences(.priceOfProcesses).first?.contains("They cost 25 % time (250 ms) and 11.0 MiB here") == true)
  }

  @Test func processesWin() {
    let report = MadeUp.report([MadeUp.result(thread2, seconds: 1.25), MadeUp.result(process2, seconds: 1)])
    #expect(report.sentences(.processesWin).first?.contains("0.80 : 1.00 of the speed") == true)
    #expect(report.sentences(.priceOfProcesses).first?.contains("They cost 11.0 MiB here") == true)
  }

  private func ladder(_ seconds: [Double], stages: [StageShares] = MadeUp.busyParsers, cores: Int = 2)
    -> ComparisonReport
  {
    let counts = [1, 2, 4, 8]
    return MadeUp.report(
      zip(counts, seconds).map { MadeUp.result(Configuration(.thread, workers: $0), seconds: $1, stages: stages) },
      cores: cores)
  }

  @Test func workers() {
    #expect(
      ladder([1, 0.52, 0.52]).sentences(.workersEnough) == [
        "More than 2 workers buy nothing: there are 2 cores (thread x4 has 1.00 of the speed of thread x2); thread x2 has "
          + "1.92 times the speed of thread x1"
      ])
    #expect(
      ladder([1, 0.52, 0.27]).sentences(.workersHelp) == [
        "More workers help as far as was tried: thread x4 has 3.70 times the speed of thread x1"
      ])
    #expect(
      ladder([1, 1], stages: MadeUp.waitingParsers).sentences(.workersEnough).first?.hasPrefix(
        "More than 1 worker buys nothing: the source is what is waited for") == true)
  }

  @Test func oneCore() {
    let report = ladder([1, 1.01, 1.05], cores: 1)
    #expect(
      report.sentences(.oneCore) == [
        "There is one core: more workers buy nothing (thread x4 has 0.95 of the speed of thread x1)"
      ])
    #expect(report.laws.first?.amdahl == nil)
    #expect(!kinds(ladder([1, 0.5])).contains(.oneCore))
  }

  // MARK: - What else was compared

  @Test func parsersLinksAndHandOffs() {
    let report = MadeUp.report([
      MadeUp.result(thread2, seconds: 1), MadeUp.result(process2, seconds: 1),
      MadeUp.result(thread2.with { $0.parser = .libcsv }, seconds: 2.31),
      MadeUp.result(process2.with { $0.link = .socket }, seconds: 1.1),
      MadeUp.result(process2.with { $0.link = .shm }, seconds: 1.001),
      MadeUp.result(process2.with { $0.handOff = .bytes }, seconds: 1.2),
      MadeUp.result(Configuration(.hybrid, workers: 1, threads: 2), seconds: 0.9),
    ])
    #expect(report.sentences(.parsers) == ["thread x2 libcsv takes 2.31 times the time of thread x2"])
    #expect(
      report.sentences(.links) == [
        "process x2 socket takes 1.10 times the time of process x2; process x2 shm ties with process x2 (1.00 of its time)"
      ])
    #expect(report.sentences(.handOff) == ["process x2 bytes takes 1.20 times the time of process x2"])
    #expect(report.sentences(.hybrid) == ["hybrid 1x2 takes 0.90 times the time of process x2"])
  }

  /// Where only wide intervals make a tie, nobody is told that times are the same, or that nothing is faster.
  @Test func whatIsNotCertainIsNotSaid() {
    let report = MadeUp.report([
      MadeUp.result(thread2, seconds: 1, spread: 1), MadeUp.result(process2, seconds: 1.3, spread: 1),
      MadeUp.result(process2.with { $0.link = .shm }, seconds: 1, spread: 1),
      MadeUp.result(Configuration(.hybrid, workers: 1, threads: 2), seconds: 0.9, spread: 1),
    ])
    #expect(report.sentences(.modesTie).first?.hasPrefix("Threads and processes cannot be told apart (") == true)
    #expect(report.sentences(.links) == ["process x2 shm cannot be told from process x2 (0.77 of its time)"])
    #expect(
      report.sentences(.choice).first?.contains("nothing that was tried is certainly faster: the interval of") == true)
    #expect(
      report.sentences(.priceOfProcesses).first?.contains("30 % time (300 ms, in doubt: the intervals overlap)") == true
    )
    let sure = MadeUp.report([MadeUp.result(thread2, seconds: 1), MadeUp.result(process2, seconds: 1.3)])
    #expect(sure.sentences(.choice).first?.hasSuffix("nothing that was tried is faster") == true)
  }

  @Test func chunksAndCombining() {
    let large = thread2.with { $0.chunkSize = 1 << 20 }
    let report = MadeUp.report([
      MadeUp.result(large, seconds: 1), MadeUp.result(large.with { $0.chunkSize = 1 << 10 }, seconds: 3),
      MadeUp.result(large.with { $0.combines = false }, seconds: 4),
    ])
    #expect(
      report.sentences(.chunkSizes) == [
        "thread x2 chunks of 1 KiB takes 3.00 times the time of thread x2 chunks of 1 MiB"
      ])
    #expect(
      report.sentences(.combining) == [
        "thread x2 chunks of 1 MiB no-combine takes 4.00 times the time of thread x2 chunks of 1 MiB"
      ])
  }

  // MARK: - Regimes

  @Test func coldIsOnlyCalledSoIfItWas() {
    let cold = thread2.with { $0.regime = .cold }
    let real = MadeUp.report([MadeUp.result(cold, seconds: 1) { $0.blockInputBytes = 100_000_000 }])
    #expect(!kinds(real).contains(.notCold))
    let pretended = MadeUp.report([MadeUp.result(cold, seconds: 1) { $0.blockInputBytes = 1_000_000 }])
    #expect(pretended.sentences(.notCold).first?.contains("only 1 % of the input came from a device") == true)
    let tooLarge = MadeUp.report([MadeUp.result(thread2, seconds: 1) { $0.blockInputBytes = 50_000_000 }])
    #expect(kinds(tooLarge).contains(.notWarm))
  }

  @Test func theChoiceIsTheLeastOfTheFastest() throws {
    func choice(_ pairs: [(Configuration, Double)]) throws -> String {
      try #require(VerdictRules.choice(pairs.map { MadeUp.result($0.0, seconds: $0.1) })).name
    }
    let thread1 = Configuration(.thread, workers: 1)
    #expect(try choice([(thread2, 1), (process2, 1.001), (thread1, 1.9)]) == "thread x2")
    #expect(try choice([(process2, 1), (thread2, 1.3)]) == "process x2")
    #expect(try choice([(thread2, 1), (thread1, 1.002), (Configuration(.serial), 1.3)]) == "thread x1")
    #expect(try choice([(thread2, 1), (Configuration(.serial), 1.001)]) == "serial")
    // An odd link may be a little faster: nobody is sent there for that.
    #expect(try choice([(process2, 1), (process2.with { $0.link = .shm }, 0.9)]) == "process x2")
  }

  @Test func theChoiceChangesWithTheRegime() {
    let slow = ComparisonRegime(.throttled, amount: 1e8, text: "throttled=100MB/s")
    let thread1 = Configuration(.thread, workers: 1)
    let report = MadeUp.report([
      MadeUp.result(thread1, seconds: 1), MadeUp.result(thread2, seconds: 0.5),
      MadeUp.result(thread1.with { $0.regime = slow }, seconds: 3),
      MadeUp.result(thread2.with { $0.regime = slow }, seconds: 3),
    ])
    #expect(
      report.sentences(.choiceChanges) == [
        "From warm to throttled=100MB/s the choice changes from thread x2 to thread x1, which is as fast there with less"
      ])
  }

  @Test func whatWasGivenUpIsSaid() {
    let report = MadeUp.report([MadeUp.result(thread2, seconds: 1)], givenUp: [process2])
    #expect(
      report.sentences(.givenUp) == ["There was no time for process x2 (warm): use a larger --budget"])
  }

  @Test func speedUpsAreAgainstTheSameParser() {
    let report = MadeUp.report([
      MadeUp.result(Configuration(.serial), seconds: 2), MadeUp.result(thread2, seconds: 1),
      MadeUp.result(Configuration(.serial, parser: .libcsv), seconds: 6),
      MadeUp.result(thread2.with { $0.parser = .libcsv }, seconds: 4),
    ])
    #expect(report.configurations.map { $0.speedUp.map { ($0 * 100).rounded() } } == [100, 200, 100, 150])
    #expect(report.configurations.map { $0.efficiency.map { ($0 * 100).rounded() } } == [100, 100, 100, 75])
  }
}
