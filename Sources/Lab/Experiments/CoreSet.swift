// The cores that a part runs on: pinned where an experiment asks what one core or several make of the same work.

import CLinux
import Glibc
import Transport

/// Numbers of cores.
enum CoreSet {
  /// Those that the calling thread may use; at least one.
  static func allowed() throws(LabFailure) -> [Int32] {
    var cores = [Int32](repeating: 0, count: 1024)
    let count = clinux_lab_cores(&cores, cores.count)
    guard count > 0 else { throw LabFailure("the cores are not known: \(TransportError.reason(of: errno))") }
    return Array(cores[..<Int(count)])
  }

  /// Has the calling thread, and all that it starts from now on, run on these cores only.
  static func pin(to cores: [Int32]) throws(LabFailure) {
    guard clinux_lab_pin(cores, cores.count) == 0 else {
      let names = cores.map { "\($0)" }.joined(separator: ", ")
      throw LabFailure("not to be pinned to core \(names): \(TransportError.reason(of: errno))")
    }
  }
}
