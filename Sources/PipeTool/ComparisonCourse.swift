// The course of a comparison: run after run as the schedule says, and in the end everything in one report.

import Execution
import Foundation
import Lab
import Transport

/// One comparison from its first run to its report.
struct ComparisonCourse {
  private let plan: ComparisonPlan
  private let runner: ComparisonRunner
  private let inputs: [InputFacts]
  private let display: ComparisonDisplay?

  init(_ plan: ComparisonPlan, _ runner: ComparisonRunner, _ inputs: [InputFacts], _ display: ComparisonDisplay?) {
    self.plan = plan
    self.runner = runner
    self.inputs = inputs
    self.display = display
  }

  func run() throws(ComparisonFailure) -> ComparisonReport {
    let date = Date()
    let start = MonotonicClock.now()
    let loadBefore = MachineLoad.Reading.now()
    let ranked = plan.matrix.configurations
    let regimes = ranked.map(\.configuration.regime)
    var schedule = Schedule(
      ranks: ranked.map(\.rank), groups: regimes.map { regimes.firstIndex(of: $0) ?? 0 }, ending: plan.ending,
      seed: plan.seed, now: start)
    var samples = ranked.map { _ in [RunFigures]() }
    var insights = ranked.map { _ in [RunInsight]() }
    var ending: Schedule.Reason?
    defer { display?.end() }
    while ending == nil {
      let began = MonotonicClock.now()
      let step = schedule.next(now: began)
      var seconds = 0.0
      switch step {
      case .look(let index):
        display?.show(schedule, ranked[index].configuration, elapsed: began - start)
        insights[index].append(try runner.lookInto(ranked[index].configuration))
      case .run(let index, let round):
        display?.show(schedule, ranked[index].configuration, elapsed: began - start)
        let taken = try runner.time(ranked[index].configuration, round: round)
        samples[index].append(taken)
        seconds = taken.wallSeconds
      case .end(let reason): ending = reason
      }
      schedule.note(step, seconds: seconds, cost: MonotonicClock.now() - began)
    }
    var load: MachineLoad?
    if let before = loadBefore, let after = MachineLoad.Reading.now() {
      let own = ResourceUsage.ofProcess()
      let ownSeconds = Double(own.userNanoseconds + own.systemNanoseconds) / 1e9
      load = MachineLoad(from: before, to: after, ownSeconds: runner.processorSeconds + ownSeconds)
    }
    var budget: Double?
    if case .budget(let nanoseconds) = plan.ending { budget = Double(nanoseconds) / 1e9 }
    let bytes = inputs.reduce(0) { $0 + $1.size }
    return ComparisonReport(
      program: "pipe \(PipeCommand.version)", date: date.ISO8601Format(),
      command: Array(CommandLine.arguments.dropFirst()), machine: Machine.read(cores: AvailableCores.count),
      inputs: inputs.map { ComparisonReport.Input(name: $0.name, bytes: $0.size) }, records: runner.recordCount,
      course: ComparisonReport.Course(
        seed: plan.seed, rounds: schedule.round, seconds: Double(MonotonicClock.now() - start) / 1e9,
        ending: ending ?? .budget, budgetSeconds: budget),
      configurations: ranked.indices.compactMap {
        ConfigurationResult(
          ranked[$0].configuration, samples: samples[$0], insights: insights[$0], inputBytes: bytes)
      },
      givenUp: schedule.givenUp.sorted().map { ranked[$0].configuration }, load: load)
  }
}
