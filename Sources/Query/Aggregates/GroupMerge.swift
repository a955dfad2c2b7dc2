// Many tables become few that have no group in common.

import CSV

/// Merging of whole tables.
enum GroupMerge {
  /// Merges tables of the same calls.
  ///
  /// - Parameter tables: at least one.
  static func merge(_ tables: [GroupTable], in loop: ParallelLoop) -> [GroupTable] {
    var merged = tables[0]
    for table in tables.dropFirst() { merged.merge(table) }
    return [merged]
  }
}
