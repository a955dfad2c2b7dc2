// How much is tested with random schedules: as in the end-to-end tests, the environment decides.
//
//   PIPE_TEST_TIER=test|ci|long   how much (default: test, which takes some seconds)

import Glibc

enum TestTier: String {
  case test, ci, long

  static let current: TestTier = {
    guard let name = getenv("PIPE_TEST_TIER").map({ String(cString: $0) }) else { return .test }
    guard let tier = TestTier(rawValue: name) else {
      preconditionFailure("PIPE_TEST_TIER is test, ci or long, not \(name)")
    }
    return tier
  }()

  /// So many times as much as in the shortest tier.
  var factor: UInt64 {
    switch self {
    case .test: 1
    case .ci: 10
    case .long: 200
    }
  }
}
