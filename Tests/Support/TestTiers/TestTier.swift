// How much is tested: the environment decides, so that the test command, continuous integration and a long campaign are the
// same tests. What the test command leaves out differs from what it takes only in mode, stage, link, seed or size; CI takes
// all of it.
//
//   PIPE_TEST_TIER=test|ci|long   how much (default: test, which takes less than two minutes on two cores)

import Glibc

package enum TestTier: String, Sendable {
  case test, ci, long

  package static let current: TestTier = {
    guard let name = getenv("PIPE_TEST_TIER").map({ String(cString: $0) }) else { return .test }
    guard let tier = TestTier(rawValue: name) else {
      preconditionFailure("PIPE_TEST_TIER is test, ci or long, not \(name)")
    }
    return tier
  }()

  package static let isShort = current == .test
  package static let isLong = current == .long

  /// So many times as many random schedules as in the shortest tier.
  package var factor: UInt64 {
    switch self {
    case .test: 1
    case .ci: 10
    case .long: 200
    }
  }

  /// All of these; in the test command those at the given places.
  package static func choose<Value>(_ all: [Value], _ places: Int...) -> [Value] {
    isShort ? places.map { all[$0] } : all
  }

  /// All of these; in the test command every `step`th.
  package static func thin<Value>(_ all: [Value], by step: Int) -> [Value] {
    isShort ? all.enumerated().filter { $0.offset % step == 0 }.map(\.element) : all
  }

  /// So much; in the test command less.
  package static func amount<Value>(_ all: Value, short: Value) -> Value { isShort ? short : all }
}
