// The vector kernels of CScan by name: which one runs, which ones this CPU could run, and what is wrong with PIPE_SCAN.

import CScan

/// One of the structural scanning kernels that were built for this architecture. All give the same answer.
package struct ScanKernel: Equatable, Sendable, CustomStringConvertible {
  let place: cscan_kernel

  /// The kernel that runs: the best that this CPU can run, or the one that the environment variable PIPE_SCAN names.
  package static var chosen: ScanKernel { ScanKernel(place: cscan_chosen_kernel()) }

  /// All kernels that this CPU can run, the best first.
  package static var supported: [ScanKernel] {
    (0..<cscan_kernel_count()).filter { cscan_kernel_is_supported($0) != 0 }.map(ScanKernel.init(place:))
  }

  /// `avx512`, `avx2`, `sse2`, `neon` or `scalar`.
  package var name: String { String(cString: cscan_kernel_name(place)) }

  package var description: String { name }

  /// What is wrong with PIPE_SCAN, and what it could be; nil where it could be obeyed or is not set.
  package static var problem: (message: String, remedy: String)? {
    let wanted = String(cString: cscan_wanted_kernel())
    let remedy = "give one of \(supported.map(\.name).joined(separator: ", ")), or leave it away"
    return switch cscan_choice_problem() {
    case CSCAN_UNKNOWN_KERNEL: ("PIPE_SCAN: \"\(wanted)\" is not a scan kernel", remedy)
    case CSCAN_UNSUPPORTED_KERNEL: ("PIPE_SCAN: this CPU cannot run the scan kernel \"\(wanted)\"", remedy)
    default: nil
    }
  }
}
