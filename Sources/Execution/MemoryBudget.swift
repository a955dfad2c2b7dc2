// Who may have how much of the memory that `--memory-limit` gives to a run: a pure value. What one process saves another
// does not get, so that the sum never exceeds the limit, whatever happens at the same time.

import CSV
import Transport

/// The memory of a run, divided among its processes. Shares are bytes of private memory; what processes of one program
/// share, the program itself and rings, is set aside before.
package struct MemoryBudget: Equatable, Sendable {
  /// What `--memory-limit` says.
  package let limit: Int
  /// Of the process that the user started: the supervisor, or the whole run where there are no workers.
  package let supervisor: UInt64
  package let reader: UInt64
  package let parser: UInt64
  package let aggregator: UInt64

  private static let mebibyte = 1 << 20
  /// What every process needs at least: measured, a supervisor takes 1-3 MiB and a block of output on its way, a reader
  /// 1-4 MiB and pieces of a stream, a parser thread 1-3 MiB and the groups of a piece, an aggregator 1-3 MiB and the results
  /// that wait. A run in one process does all that with its buffers.
  private static let least = (
    supervisor: 10 * mebibyte, reader: 12 * mebibyte, parserThread: 12 * mebibyte, aggregator: 24 * mebibyte,
    alone: 24 * mebibyte
  )
  /// The program: 12 MiB of a release build are resident, measured; of others what they have at the start, and more.
  package static let program = 16 * mebibyte

  /// Private memory of a program that has just started, and what it maps of itself: at least `program`.
  package static func measuredProgram() -> Int {
    let mapped = OwnMemory()?.look().map { Int($0.fileBytes) } ?? 0
    return max(program, mapped + mapped / 4)
  }

  /// What a run needs at least.
  ///
  /// - Parameter program: bytes that its processes share.
  package static func minimum(
    _ mode: ExecutionMode, workers: Int, threads: Int, carrier: Carrier = .pipe, program: Int = program
  ) -> Int {
    let parsers = workers * threads * least.parserThread
    guard mode.hasProcesses else { return program + least.alone + (mode == .thread ? parsers : 0) }
    return program + least.supervisor + least.reader + parsers + least.aggregator + rings(carrier, workers)
  }

  /// Links in shared memory, two for each parser and one for the output, and as many again while workers are replaced.
  private static func rings(_ carrier: Carrier, _ workers: Int) -> Int {
    carrier == .shm ? 2 * (2 * workers + 1) * Carrier.standardCapacity : 0
  }

  /// Divides a limit; nil where it is less than `minimum`.
  package init?(
    limit: Int, mode: ExecutionMode, workers: Int, threads: Int, carrier: Carrier = .pipe,
    program: Int = MemoryBudget.program
  ) {
    let minimum = Self.minimum(mode, workers: workers, threads: threads, carrier: carrier, program: program)
    guard limit >= minimum else { return nil }
    self.limit = limit
    guard mode.hasProcesses else {
      (supervisor, reader, parser, aggregator) = (UInt64(limit - program), 0, 0, 0)
      return
    }
    // The answer is where memory is needed; a parser's piece can be made smaller, if need be.
    let rest = limit - minimum
    let forReader = min(rest / 16, 64 * Self.mebibyte)
    let forParsers = (rest - forReader) / 3 / workers * workers
    supervisor = UInt64(Self.least.supervisor)
    reader = UInt64(Self.least.reader + forReader)
    parser = UInt64(threads * Self.least.parserThread + forParsers / workers)
    aggregator = UInt64(Self.least.aggregator + rest - forReader - forParsers)
  }

  /// The share of a worker.
  package func share(of role: WorkerRole) -> UInt64 {
    switch role {
    case .reader: reader
    case .parser: parser
    case .aggregator: aggregator
    }
  }
}

extension MemoryBudget {
  func encode(into writer: inout ByteWriter) {
    writer.write(limit)
    for share in [supervisor, reader, parser, aggregator] { writer.write(share) }
  }

  init(from reader: inout ByteReader) throws(ByteCodingError) {
    limit = try reader.readInt()
    supervisor = try reader.read()
    self.reader = try reader.read()
    parser = try reader.read()
    aggregator = try reader.read()
    guard limit > 0, [supervisor, self.reader, parser, aggregator].allSatisfy({ $0 <= UInt64(limit) }) else {
      throw ByteCodingError("a share of memory beyond the limit")
    }
  }
}
