// Which layers of the sandbox hold, for the report of a run: what is not in force is named with its reason, because a
// sandbox that is believed in and not there is worse than none.

/// What became of the sandbox of one process.
package struct SandboxReport: Equatable, Sendable {
  /// A layer that was wanted and is not in force.
  package struct Absence: Equatable, Sendable {
    package var layer: SandboxLayer
    /// Why, in words.
    package var reason: String

    package init(layer: SandboxLayer, reason: String) {
      self.layer = layer
      self.reason = reason
    }
  }

  package var policy: SandboxPolicy
  /// In the order of `SandboxLayer`.
  package var inForce: [SandboxLayer]
  /// In the same order. Empty without a sandbox, for then none was wanted.
  package var absent: [Absence]

  package init(policy: SandboxPolicy, inForce: [SandboxLayer] = [], absent: [Absence] = []) {
    self.policy = policy
    self.inForce = inForce
    self.absent = absent
  }
}
