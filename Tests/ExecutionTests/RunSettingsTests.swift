// What goes by mode and inputs when nothing is asked for.

import Execution
import Testing

@Suite struct RunSettingsTests {
  @Test func onlyProcessesAreHandedOneOrTheOther() {
    #expect(RunSettings(mode: .serial, workers: 1).handOff == nil)
    #expect(RunSettings(mode: .thread, workers: 2, handOff: .bytes).handOff == nil)
    #expect(RunSettings(mode: .process, workers: 2).handOff == .ranges)
    #expect(RunSettings(mode: .process, workers: 2, handOff: .bytes).handOff == .bytes)
  }

  @Test(arguments: [
    (0, 1), (15 << 20, 1), (32 << 20, 2), (63 << 20, 2), (64 << 20, 4), (128 << 20, 8), (1 << 40, 8),
  ])
  func largeFilesAreCutIntoLargePiecesForProcesses(bytes: Int, mebibytes: Int) throws {
    var facts = try TestInput.file([]).facts
    facts.size = bytes / 2
    let inputs = [facts, facts]
    #expect(RunSettings(mode: .process, workers: 2).standardChunkSize(for: inputs) == mebibytes << 20)
    #expect(RunSettings(mode: .thread, workers: 2).standardChunkSize(for: inputs) == 1 << 20)
    // Pieces of a stream are kept in memory.
    facts.isRegular = false
    #expect(RunSettings(mode: .process, workers: 2).standardChunkSize(for: inputs + [facts]) == 1 << 20)
  }
}
