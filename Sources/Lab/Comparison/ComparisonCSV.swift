// A comparison as CSV, for spreadsheets and for pipe itself: one row a configuration. Times are in seconds, sizes in bytes.

import Execution

/// The figures of all configurations.
package enum ComparisonCSV {
  package static func text(of report: ComparisonReport) -> String {
    let columns = columns
    var lines = [columns.map(\.name).joined(separator: ",")]
    for result in report.configurations { lines.append(columns.map { field($0.value(result)) }.joined(separator: ",")) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static var columns: [(name: String, value: (ConfigurationResult) -> String)] {
    var columns: [(name: String, value: (ConfigurationResult) -> String)] = [
      ("regime", { $0.configuration.regime.text }), ("mode", { $0.configuration.mode.rawValue }),
      ("parser", { $0.configuration.parser.rawValue }), ("workers", { "\($0.configuration.workers)" }),
      ("threads", { "\($0.configuration.threads)" }), ("link", { $0.configuration.link?.rawValue ?? "" }),
      ("hand_off", { $0.configuration.handOff?.rawValue ?? "" }),
      ("chunk_size", { $0.configuration.chunkSize.map(String.init) ?? "" }),
      ("combine", { $0.configuration.combines ? "on" : "off" }), ("runs", { "\($0.wall.count)" }),
      ("wall", { "\($0.wall.median)" }), ("wall_lower", { "\($0.wall.lower)" }), ("wall_upper", { "\($0.wall.upper)" }),
      ("confidence", { "\($0.wall.confidence)" }), ("outliers", { "\($0.outliers)" }),
      ("bytes_per_second", { "\($0.bytesPerSecond)" }), ("speed_up", { number($0.speedUp) }),
      ("efficiency", { number($0.efficiency) }), ("user", { "\($0.medians.userSeconds)" }),
      ("system", { "\($0.medians.systemSeconds)" }), ("off_cpu", { number($0.medians.offCoreSeconds) }),
      ("ready", { number($0.medians.readySeconds) }), ("first_ready", { number($0.medians.firstReadySeconds) }),
      ("outside", { "\($0.medians.outsideSeconds)" }),
      ("voluntary_switches", { "\($0.medians.voluntarySwitches)" }),
      ("involuntary_switches", { "\($0.medians.involuntarySwitches)" }),
      ("minor_faults", { "\($0.medians.minorFaults)" }),
      ("major_faults", { "\($0.medians.majorFaults)" }), ("block_input", { "\($0.medians.blockInputBytes)" }),
      ("input_bytes", { "\($0.medians.inputBytes)" }),
      ("peak_proportional", { number($0.medians.peakProportionalBytes) }),
      ("link_bytes", { "\($0.medians.linkBytes)" }),
      ("copied_bytes", { "\($0.medians.copiedBytes)" }), ("encode", { "\($0.medians.encodeSeconds)" }),
      ("decode", { "\($0.medians.decodeSeconds)" }),
    ]
    let shares: [(name: String, path: KeyPath<StageShares, Double>)] = [
      ("running", \.running), ("ready", \.ready), ("source", \.source), ("input", \.input), ("output", \.output),
      ("other", \.other),
    ]
    for role in StageShares.Role.allCases {
      for share in shares {
        columns.append(("\(role.rawValue)_\(share.name)", { number($0.stage(role)?[keyPath: share.path]) }))
      }
    }
    return columns
  }

  private static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  /// A regime can hold a comma one day; nothing else here can need quoting.
  private static func field(_ text: String) -> String { text.contains(",") ? "\"\(text)\"" : text }
}
