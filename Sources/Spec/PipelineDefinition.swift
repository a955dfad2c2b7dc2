// What a pipeline file says: a question, where its data comes from and goes to, and how to run it.

import Query

/// A pipeline as defined. What the file leaves out is nil, so that the command line and its defaults can fill it in.
package struct PipelineDefinition: Equatable, Sendable {
  /// The modes that a file can name.
  package static let modes = ["serial", "thread", "process", "hybrid", "auto"]
  /// The links that a file can name.
  package static let links = ["queue", "pipe", "socket", "shm"]
  /// What a file can have parsers handed.
  package static let handOffs = ["bytes", "ranges"]
  /// The sandboxes that a file can name.
  package static let sandboxes = ["strict", "best-effort", "off"]

  package var description: String?
  package var question = Question()
  /// Paths as written; relative ones start at the directory in which `pipe` runs.
  package var inputs: [String] = []
  /// One of `modes`.
  package var mode: String?
  package var workers: Int?
  package var threads: Int?
  /// One of `links`.
  package var link: String?
  package var queueDepth: Int?
  /// One of `handOffs`.
  package var handOff: String?
  /// One of `sandboxes`.
  package var sandbox: String?
  /// Seconds.
  package var stallTimeout: Int?
  /// Bytes.
  package var memoryLimit: Int?
  package var maxChunksPerWorker: Int?
  /// The format, where the file gives one. `question.format` is then the same, and `csv` otherwise.
  package var format: OutputFormat?
  /// The chunk size, where the file gives one: it goes by the mode otherwise. `question.chunkSize` is then the same.
  package var chunkSize: Int?
  package var output: String?
  package var rejects: String?
  package var report: String?
  package var trace: String?
  /// Folders.
  package var checkpoint: String?
  package var spool: String?

  package init() {}
}
