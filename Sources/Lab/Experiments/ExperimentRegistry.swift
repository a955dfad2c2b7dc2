// The list of experiments, in the order in which they run and are shown.

package enum ExperimentRegistry {
  package static let all: [any Experiment] = [
    SwitchExperiment(),
    CPUExperiment(),
    PoolExperiment(),
    RaceExperiment(),
    SharingExperiment(),
    JoinExperiment(),
    DeadlockExperiment(),
    CrashExperiment(),
    LeakExperiment(),
    ServerExperiment(),
    IsolationExperiment(),
  ]

  package static func find(_ name: String) -> (any Experiment)? { all.first { $0.name == name } }
}
