// The list of experiments, in the order in which they run and are shown.

package enum ExperimentRegistry {
  package static let all: [any Experiment] = [
    CreateExperiment(),
    SwitchExperiment(),
    MemoryExperiment(),
    IPCExperiment(),
    CPUExperiment(),
    IOExperiment(),
    PoolExperiment(),
    RaceExperiment(),
    SharingExperiment(),
    JoinExperiment(),
    DeadlockExperiment(),
    CrashExperiment(),
    LeakExperiment(),
    OversubscribeExperiment(),
    ConcurrencyExperiment(),
    ServerExperiment(),
    IsolationExperiment(),
  ]

  package static func find(_ name: String) -> (any Experiment)? { all.first { $0.name == name } }
}
