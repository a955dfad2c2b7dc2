// The C functions that time creation: a time for each, and an error where what was started does not end well.

import CLinux
import Foundation
import Testing

@testable import Lab

@Suite struct CreateExperimentTests {
  private func program(_ name: String) -> String? {
    ["/bin/\(name)", "/usr/bin/\(name)"].first { access($0, X_OK) == 0 }
  }

  @Test func threadsTakeTime() {
    var samples = [UInt64](repeating: 0, count: 5)
    #expect(clinux_lab_time_threads(&samples, samples.count) == 0)
    #expect(samples.allSatisfy { $0 > 0 })
  }

  @Test func programsTakeTimeAndMustEndWell() throws {
    let (good, bad) = (try #require(program("true")), try #require(program("false")))
    var samples = [UInt64](repeating: 0, count: 2)
    #expect(clinux_lab_time_spawns(good, good, 1, &samples, samples.count) == 0)
    #expect(samples.allSatisfy { $0 > 0 })
    #expect(clinux_lab_time_spawns(bad, bad, 1, &samples, samples.count) == ECHILD)
    #expect(clinux_lab_time_spawns("/none", "none", 1, &samples, samples.count) == ENOENT)
  }

  @Test func memoryBecomesResident() throws {
    func resident() -> Int {
      let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
      return Int(text.split(separator: " ").dropFirst().first ?? "0") ?? 0
    }
    let before = resident()
    let memory = try ResidentMemory(bytes: 64 << 20)
    // Pages of 4 KiB; other tests may give some back meanwhile.
    #expect(resident() - before > 12_000)
    withExtendedLifetime(memory) {}
  }
}
