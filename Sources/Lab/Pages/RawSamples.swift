// All samples of a comparison in a few bytes each, for whoever wants to reckon anew from a page.

import Report

/// Samples as CSV.
enum RawSamples {
  /// Above so many runs a page holds wall times only, and stays small.
  static let most = 1200

  /// A line for each timed run, then one for each that was looked into; a line of times for each configuration where there are
  /// too many.
  static func text(of results: [ConfigurationResult], isWhole: Bool) -> String {
    isWhole ? runs(results) + "\n" + insights(results) : times(results)
  }

  private static func runs(_ results: [ConfigurationResult]) -> String {
    var text =
      "configuration,round,wall_ms,user_ms,system_ms,voluntary_switches,involuntary_switches,minor_faults,"
      + "major_faults\n"
    for result in results {
      for sample in result.samples {
        let times = [sample.wallNanoseconds, sample.userNanoseconds, sample.systemNanoseconds].map(milliseconds)
        let counts = [
          sample.voluntarySwitches, sample.involuntarySwitches, sample.minorFaults, sample.majorFaults,
        ].map { "\($0)" }
        text += ([result.name, "\(sample.round)"] + times + counts).joined(separator: ",") + "\n"
      }
    }
    return text
  }

  private static func insights(_ results: [ConfigurationResult]) -> String {
    var text = "configuration,pipeline_ms,first_ready_ms,off_cpu_ms,no_core_ms,peak_kib,link_bytes,copied_bytes\n"
    for result in results {
      for run in result.insights {
        let times = [run.pipelineNanoseconds, run.firstReadyNanoseconds, run.offCoreNanoseconds, run.readyNanoseconds]
          .map { $0.map(milliseconds) ?? "" }
        let sizes = [run.peakProportionalBytes.map { "\($0 / 1024)" } ?? "", "\(run.linkBytes)", "\(run.copiedBytes)"]
        text += ([result.name] + times + sizes).joined(separator: ",") + "\n"
      }
    }
    return text
  }

  private static func times(_ results: [ConfigurationResult]) -> String {
    results.map { result in
      "\(result.name),\(result.samples.map { milliseconds($0.wallNanoseconds) }.joined(separator: ","))\n"
    }.joined()
  }

  /// With three decimals, and no comma between thousands, which CSV would take for a column.
  private static func milliseconds(_ nanoseconds: UInt64) -> String {
    let (whole, rest) = (nanoseconds / 1_000_000, nanoseconds % 1_000_000 / 1000)
    return "\(whole).\(rest < 100 ? "0" : "")\(rest < 10 ? "0" : "")\(rest)"
  }
}
