// Why figures are to be doubted, in a box that nobody overlooks.

import Report

enum DoubtBox {
  /// nil where there is nothing to doubt.
  static func block(_ reasons: [String]) -> HTMLPage.Block? {
    guard !reasons.isEmpty else { return nil }
    return .warning(
      title: "Reasons to doubt the figures",
      sentences: reasons.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." })
  }
}
