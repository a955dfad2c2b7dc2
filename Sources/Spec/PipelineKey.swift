// The keys of a pipeline file: the command line's names in snake_case, in the order in which a file is written.

/// A key of a pipeline file.
package enum PipelineKey: String, CaseIterable, Sendable {
  /// A text that says what the pipeline is for.
  case description
  /// A path or a list of paths, relative to the directory in which `pipe` runs (not to the file), as in a shell.
  case inputs
  /// `serial`, `thread`, `process` or `hybrid`.
  case mode
  /// The number of parsers.
  case workers
  /// Parser threads in each process (hybrid mode).
  case threads
  /// `queue`, `pipe`, `socket` or `shm`.
  case link
  /// Messages that wait in a link.
  case queueDepth = "queue_depth"
  /// `bytes` or `ranges`.
  case handOff = "hand_off"
  /// `strict`, `best-effort` or `off`.
  case sandbox
  /// Whole seconds without progress.
  case stallTimeout = "stall_timeout"
  /// A size.
  case memoryLimit = "memory_limit"
  /// A number of pieces.
  case maxChunksPerWorker = "max_chunks_per_worker"
  /// One character, `tab`, or a byte as `\xHH`.
  case delimiter
  /// The same, or `none`.
  case quote
  /// `true` or `false`.
  case header
  /// Names for the columns: a list, or one text with commas.
  case columns
  /// A text or a list of texts that mean "missing".
  case null
  /// A map from column to type, or one text `a=text, b=decimal`.
  case types
  /// An expression.
  case filter = "where"
  /// A list of `NAME = EXPR`, one such text, or a map from name to expression.
  case derive
  /// Column names: a list, or one text with commas.
  case groupBy = "group_by"
  /// Aggregates: a list, or one text with commas.
  case aggregates
  /// Column names: a list, or one text with commas.
  case select
  /// Sort keys (`delay desc`): a list, or one text with commas.
  case sort
  /// The most rows of the result.
  case limit
  /// `table`, `csv`, `tsv`, `json`, `ndjson` or `markdown`.
  case format
  /// A path, relative to the directory in which `pipe` runs.
  case output
  /// `fail`, `skip` or `quarantine`.
  case onError = "on_error"
  /// A count, or a share such as `0.5%`.
  case maxErrors = "max_errors"
  /// A path.
  case rejects
  /// A path.
  case report
  /// A path.
  case trace
  /// A folder.
  case checkpoint
  /// A folder.
  case spool
  /// `simd`, `scalar` or `libcsv`.
  case parser
  /// A size.
  case maxRecord = "max_record"
  /// A size.
  case chunkSize = "chunk_size"
}
