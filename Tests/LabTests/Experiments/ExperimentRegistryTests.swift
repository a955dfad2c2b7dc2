// What holds of every experiment: it can be named, and says what is asked, claimed and done, and what to mind.

import Testing

@testable import Lab

@Suite struct ExperimentRegistryTests {
  @Test func namesAreWordsAndDiffer() {
    let names = ExperimentRegistry.all.map(\.name)
    #expect(Set(names).count == names.count)
    for name in names {
      #expect(name.wholeMatch(of: /[a-z]+/) != nil)
      #expect(ExperimentRegistry.find(name)?.name == name)
    }
    #expect(ExperimentRegistry.find("nothing") == nil)
  }

  @Test func everyExperimentSaysWhatItIs() {
    for experiment in ExperimentRegistry.all {
      #expect(experiment.question.hasSuffix("?"), "\(experiment.name)")
      #expect(experiment.method.hasSuffix("."), "\(experiment.name)")
      #expect(!experiment.claim.isEmpty && !experiment.unit.isEmpty, "\(experiment.name)")
      #expect(!experiment.threats.isEmpty, "\(experiment.name)")
      #expect(experiment.threats.allSatisfy { $0.hasSuffix(".") }, "\(experiment.name)")
    }
  }
}
