// From which seed whole questions are tested, and how: the environment decides. How much is tested, `TestTier` says.
//
//   PIPE_TEST_SEED=N              repeats the drawn configurations and random files of a run that printed N
//   PIPE_TEST_SCHEDULE=N          draws that schedule of blows and faults again and again, for one that went wrong
//   PIPE_TEST_REWRITE=1           rewrites the expectations of the cases from what serial/scalar answers; then read the
//                                 difference: the hand-written expectation was there first
//   PIPE_TEST_NEMESIS=1           strikes down stages of every run in processes over files (`Nemesis.swift`);
//                                 `stops` stops some of them, too, which takes its time
//   PIPE_BINARY=PATH              the program to test (default: the one built beside the tests)
//   PIPE_SHARED=FOLDER            where conformance/csv-spectrum is

import Foundation
import TestTiers
import Testing

/// All end-to-end tests, one after the other: each keeps all cores busy by itself.
@Suite(.serialized) struct EndToEndTests {}

enum Campaign {
  static let seed: UInt64 = {
    let seed = environment["PIPE_TEST_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0..<1_000_000)
    print("End-to-end tests: tier \(TestTier.current.rawValue); PIPE_TEST_SEED=\(seed) repeats them.")
    return seed
  }()

  /// The one schedule to repeat, or nil.
  static let schedule = environment["PIPE_TEST_SCHEDULE"].flatMap { UInt64($0) }

  /// Whether runs in process mode are struck, and how.
  enum NemesisChoice: String {
    case none
    case kills = "1"
    case stops
  }

  static let nemesis: NemesisChoice = {
    let name = environment["PIPE_TEST_NEMESIS"] ?? NemesisChoice.none.rawValue
    guard let choice = NemesisChoice(rawValue: name) else {
      preconditionFailure("PIPE_TEST_NEMESIS is none, 1 or stops, not \(name)")
    }
    return choice
  }()

  static let isRewriting = environment["PIPE_TEST_REWRITE"] == "1"
  static let shared = environment["PIPE_SHARED"].map { URL(fileURLWithPath: $0) }

  /// The folder of the package; the sources of the tests may be reached through a symbolic link.
  static let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The program to test.
  static let binary: String = {
    let path = environment["PIPE_BINARY"] ?? builtBinary
    precondition(
      FileManager.default.isExecutableFile(atPath: path), "there is no program \(path): build it, or set PIPE_BINARY")
    return path
  }()

  /// Beside the tests, where `swift test` puts it.
  private static var builtBinary: String {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
    // Where bundles are folders, the program of the tests lies some levels down.
    while folder.path.contains(".xctest") { folder.deleteLastPathComponent() }
    return folder.appendingPathComponent("pipe").path
  }

  private static var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// Seeds of so many schedules, or as often the one to repeat, each with a folder of its own: repeated ones have the same
  /// names.
  static func schedules(_ count: Int, in folder: URL) -> [(seed: UInt64, folder: URL)] {
    (0..<count).map { index in
      (schedule ?? (seed &* 1_000_003 &+ UInt64(index)), folder.appendingPathComponent("\(index)"))
    }
  }

  /// Runs the body with a folder of its own. Afterwards it is removed if the body says that all went well; otherwise the
  /// commands that repeat a failure need it.
  static func withTemporaryFolder(_ body: (URL) async throws -> Bool) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pipe-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    if try await body(folder) { try FileManager.default.removeItem(at: folder) }
  }
}

/// The same numbers on every machine (splitmix64, Steele and others 2014).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
