// The machine that figures were taken on: without it they mean nothing.

import Glibc
import Transport

/// Processor, cores, memory and kernel.
package struct Machine: Codable, Equatable, Sendable {
  package var processor: String
  /// Cores that the program may use.
  package var cores: Int
  /// Cores that are there.
  package var onlineCores: Int
  package var memoryBytes: UInt64
  /// `Linux 6.18.5`
  package var system: String
  /// `x86_64`
  package var architecture: String

  package init(
    processor: String, cores: Int, onlineCores: Int, memoryBytes: UInt64, system: String, architecture: String
  ) {
    self.processor = processor
    self.cores = cores
    self.onlineCores = onlineCores
    self.memoryBytes = memoryBytes
    self.system = system
    self.architecture = architecture
  }

  /// This machine.
  ///
  /// - Parameter cores: that affinity and quota allow.
  package static func read(cores: Int) -> Machine {
    var names = utsname()
    uname(&names)
    let (name, release, machine) = (names.sysname, names.release, names.machine)
    let memory = ProcFile.number("MemTotal", in: ProcFile.read("/proc/meminfo") ?? "").map { $0 * 1024 }
    return Machine(
      processor: processor ?? text(of: machine), cores: cores,
      onlineCores: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))), memoryBytes: memory ?? 0,
      system: "\(text(of: name)) \(text(of: release))", architecture: text(of: machine))
  }

  /// The first `model name` of /proc/cpuinfo.
  private static var processor: String? {
    let lines = (ProcFile.read("/proc/cpuinfo") ?? "").split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("model name") }), let colon = line.firstIndex(of: ":") else {
      return nil
    }
    return String(line[line.index(after: colon)...].drop { $0 == " " })
  }

  /// A field of `utsname`, which is a tuple of bytes that ends at a NUL.
  private static func text<Field>(of field: Field) -> String {
    withUnsafeBytes(of: field) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
