// The sandbox of processes that handle foreign bytes: they read and write the descriptors they have been given, and do
// nothing else, whatever the bytes make of them.
//
// To whoever uses it: it is entered before there is a second thread, when everything that has to be opened is open, and
// nothing undoes it. From then on further descriptors come by control socket only, threads can be started, files of
// /proc that are open can be read again from their start. The control socket, pipes and standard error go on as before.

import CLinux
import Glibc

/// The limits of a sandboxed process. nil: as it is. A limit that is lower already stays.
package struct SandboxLimits: Equatable, Sendable {
  /// The number that no open descriptor reaches. Those that come later by control socket count: beyond the limit they
  /// are cut off from their message.
  package var descriptors: UInt64?
  /// Processes and threads of the *user*, beyond which no thread can be started. Those of other programs count too, and
  /// of all sandboxes if root has become `nobody` in them: so it is only meant to keep a flood of processes from filling
  /// the machine, and generous, for a run must not fail because of others.
  package var tasks: UInt64?
  /// Bytes of private memory, thread stacks included (RLIMIT_DATA). An allocation beyond it ends a Swift program.
  package var memory: UInt64?

  package init(descriptors: UInt64? = 1024, tasks: UInt64? = 4096, memory: UInt64? = nil) {
    self.descriptors = descriptors
    self.tasks = tasks
    self.memory = memory
  }
}

/// A sandbox to be entered by the calling process.
package struct Sandbox: Equatable, Sendable {
  /// `nobody`, as a number: to look the name up would mean to read files. Processes that run under it can send each
  /// other signals, but not look into each other, because one that has changed its user cannot be traced.
  private static let nobody: UInt32 = 65534

  package var policy: SandboxPolicy
  /// The parent to whose life the process is tied (`ProcessSelf.dieWithParent`), for a change of user unties it.
  package var expectedParent: Int32
  /// The numbers of the descriptors that may be open.
  package var descriptors: [Int32]
  /// The names of variables that may be in the environment.
  package var variables: Set<String>
  package var limits: SandboxLimits
  /// All of them, except in tests that try each alone. Without `privileges`, only a privileged process is granted
  /// `landlock` and `seccomp`.
  package var layers: [SandboxLayer]

  package init(
    policy: SandboxPolicy, expectedParent: Int32, descriptors: [Int32], variables: Set<String>,
    limits: SandboxLimits = SandboxLimits(), layers: [SandboxLayer] = SandboxLayer.allCases
  ) {
    self.policy = policy
    self.expectedParent = expectedParent
    self.descriptors = descriptors
    self.variables = variables
    self.limits = limits
    self.layers = layers
  }

  /// Enters it; with the policy `off` nothing happens.
  /// - Throws: EBUSY if the process has other threads; ESRCH if its parent is another than expected; with the policy
  ///   `strict`, EPERM for a layer that was checked and found missing, or the error with which it was refused. The
  ///   process should end then: it may be half in the sandbox.
  package func enter() throws(TransportError) -> SandboxReport {
    guard policy != .off else { return SandboxReport(policy: policy) }
    var reasons: [SandboxLayer: Int32] = [:]
    var texts: [SandboxLayer: String] = [:]
    for layer in layers where layer.number == nil {
      texts[layer] = layer == .descriptors ? unexpectedDescriptors() : unexpectedVariables()
    }
    if clinux_is_sanitized() != 0 {
      // A sanitizer opens files, starts programs and maps terabytes.
      for layer in layers where layer.number != nil {
        texts[layer] = "the program is built with a sanitizer"
      }
    } else {
      reasons = try enterLayers()
    }
    var report = SandboxReport(policy: policy)
    for layer in SandboxLayer.allCases where layers.contains(layer) {
      if let reason = texts[layer] ?? reasons[layer].map(TransportError.reason(of:)) {
        guard policy != .strict else {
          let found = texts[layer].map { " (\($0))" } ?? ""
          throw TransportError(call: "sandbox layer \(layer.rawValue)\(found)", errno: reasons[layer] ?? EPERM)
        }
        report.absent.append(.init(layer: layer, reason: reason))
      } else {
        report.inForce.append(layer)
      }
    }
    return report
  }

  /// Puts the layers in force that are the process's own doing; gives the errors of those that were refused.
  private func enterLayers() throws(TransportError) -> [SandboxLayer: Int32] {
    var options = clinux_sandbox_options()
    for layer in layers { options.layers |= layer.number.map { 1 << $0 } ?? 0 }
    options.user = Self.nobody
    options.parent = expectedParent
    options.descriptors = limits.descriptors ?? UInt64.max
    options.tasks = limits.tasks ?? UInt64.max
    options.memory = limits.memory ?? UInt64.max
    var outcome = clinux_sandbox_outcome()
    guard clinux_enter_sandbox(&options, &outcome) == 0 else { throw .last("entering the sandbox") }
    var reasons: [SandboxLayer: Int32] = [:]
    // The array of C is a tuple here; its bytes are copied, with a count that comes from its own size.
    let errors = withUnsafeBytes(of: outcome.reasons) { Array($0.bindMemory(to: Int32.self)) }
    for layer in layers {
      guard let number = layer.number, outcome.in_force & 1 << number == 0 else { continue }
      reasons[layer] = errors[Int(number)]
    }
    return reasons
  }

  /// What is wrong with the open descriptors, nil if nothing is.
  private func unexpectedDescriptors() -> String? {
    let count = clinux_count_unexpected_descriptors(descriptors, UInt64(descriptors.count))
    if count < 0 { return "/proc/self/fd: \(TransportError.reason(of: errno))" }
    return count == 0 ? nil : "\(count) open that \(count == 1 ? "is" : "are") not expected"
  }

  /// What is wrong with the environment, nil if nothing is. Not the values: they may be secrets.
  private func unexpectedVariables() -> String? {
    var index: UInt64 = 0
    while let text = clinux_variable(index) {
      // A text of the environment, which nobody changes while it is copied: there are no other threads.
      let name = String(String(cString: text).prefix { $0 != "=" })
      if !variables.contains(name) { return "\(name) is not expected" }
      index += 1
    }
    return nil
  }
}
