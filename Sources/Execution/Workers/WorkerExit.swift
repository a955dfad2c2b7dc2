// The exit statuses by which a worker tells its supervisor why it has left, where it could or need not say it.

/// How workers end by themselves before they are told to. Only between processes of one run: no user sees them.
package enum WorkerExit {
  /// An allocation has failed: the worker has met the wall around its memory.
  package static let outOfMemory: Int32 = 76
  /// It has passed on everything that it had begun, and leaves its place to a fresh one.
  package static let retired: Int32 = 77
}
