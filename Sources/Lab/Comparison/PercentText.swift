// Shares and ratios as sentences and tables write them.

import Report

/// Writes parts of a whole.
package enum PercentText {
  /// `97 %`, `0.4 %`.
  package static func of(_ share: Double) -> String {
    let percent = 100 * share
    return NumberText.fixed(percent, decimals: abs(percent) < 0.95 && percent != 0 ? 1 : 0) + " %"
  }

  /// `1.03`.
  package static func ratio(_ value: Double) -> String { NumberText.fixed(value, decimals: 2) }
}
