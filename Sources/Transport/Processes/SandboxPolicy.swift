// How much of the sandbox there must be (`--sandbox`).

/// What happens when a layer of the sandbox cannot be put in force.
package enum SandboxPolicy: String, CaseIterable, Equatable, Sendable {
  /// There is no sandbox.
  case off
  /// What can be put in force is, and the report says what is not.
  case bestEffort = "best-effort"
  /// Without all layers the process does not go on.
  case strict

  package static let standard = SandboxPolicy.bestEffort
}
