// How much is tried with real processes: the test command takes a part of what differs only in mode, stage or link, CI all
// of it.
//
//   PIPE_TEST_TIER=test|ci|long   how much (default: test)

import Foundation

enum TestTier {
  private static let name = ProcessInfo.processInfo.environment["PIPE_TEST_TIER"] ?? "test"
  static let isShort = name == "test"
  static let isLong = name == "long"

  /// All of these; in the test command those at the given places.
  static func choose<Value>(_ all: [Value], _ places: Int...) -> [Value] {
    isShort ? places.map { all[$0] } : all
  }
}
