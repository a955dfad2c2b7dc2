// What the times of messages say: tables by size and carrier, series, and what they make of the claims.

import Report

/// Times of messages, one for each way they were exchanged.
struct IPCFigures {
  struct Row {
    var kind: MessageExchange.Kind
    var size: Int
    var carrier: MessageCarrier
    var isThreads: Bool
    /// Of one message, or one round trip; at least one.
    var samples: [Double]

    var seconds: Double { MedianEstimate.median(samples) }
    /// Whether the interval of the median is wider than a quarter of it.
    var isRough: Bool { MedianEstimate(samples).map { $0.relativeWidth > 0.25 } ?? false }
  }

  var rows: [Row]

  /// nil where it was not measured.
  private func row(_ kind: MessageExchange.Kind, _ size: Int, _ carrier: MessageCarrier, isThreads: Bool) -> Row? {
    rows.first { $0.kind == kind && $0.size == size && $0.carrier == carrier && $0.isThreads == isThreads }
  }

  private func sizes(_ kind: MessageExchange.Kind) -> [Int] {
    Set(rows.filter { $0.kind == kind }.map(\.size)).sorted()
  }

  /// A size with few bytes, at which the way counts, and one with many.
  private var small: Int { sizes(.roundTrips).first ?? 8 }
  private var large: Int { sizes(.stream).last { $0 <= 256 << 10 } ?? 256 << 10 }

  var findings: [Finding] { [latency, throughput, chatty].compactMap(\.self) }

  private var latency: Finding? {
    let carriers = MessageCarrier.allCases.filter { $0.joinsProcesses }
    let pairs = carriers.compactMap { carrier -> (process: Row, thread: Row)? in
      guard let thread = row(.roundTrips, small, carrier, isThreads: true),
        let process = row(.roundTrips, small, carrier, isThreads: false)
      else { return nil }
      return (process, thread)
    }
    guard let queue = row(.roundTrips, small, .queue, isThreads: true), !pairs.isEmpty else { return nil }
    return Finding(
      claim: "a message to another process takes much longer than one to another thread",
      measured: "round trip of \(small) B, processes against threads: "
        + pairs.map { "\($0.carrier.title) \(NumberText.threeDigits($0.seconds / $1.seconds)) times" }
        .joined(separator: ", ") + "; threads by a bounded queue \(NumberText.duration(seconds: queue.seconds))",
      .all(pairs.map { .of(Bounds($0.samples) / Bounds($1.samples), in: 1.5...(.infinity)) }))
  }

  private var throughput: Finding? {
    func best(isThreads: Bool) -> Row? {
      rows.filter { $0.kind == .stream && $0.size == large && $0.isThreads == isThreads }
        .min { $0.seconds < $1.seconds }
    }
    guard let thread = best(isThreads: true), let process = best(isThreads: false) else { return nil }
    func text(_ row: Row) -> String {
      "\(row.carrier.title) \(NumberText.rate(bytes: row.size, seconds: row.seconds))"
    }
    let share = thread.seconds / process.seconds
    return Finding(
      claim: "processes pass on less than threads, which share memory",
      measured: "the fastest for \(NumberText.bytes(large)): threads by \(text(thread)), "
        + "processes by \(text(process)): \(PercentText.of(share)) of it",
      .of(Bounds(thread.samples) / Bounds(process.samples), in: 0...0.9))
  }

  private var chatty: Finding? {
    let batched = IPCExperiment.rowSize * IPCExperiment.batch
    let pairs = MessageCarrier.allCases.compactMap { carrier -> (one: Row, many: Row)? in
      let isThreads = !carrier.joinsProcesses
      guard let one = row(.stream, IPCExperiment.rowSize, carrier, isThreads: isThreads),
        let many = row(.stream, batched, carrier, isThreads: isThreads)
      else { return nil }
      return (one, many)
    }
    guard !pairs.isEmpty else { return nil }
    let rows = Double(IPCExperiment.batch)
    return Finding(
      claim: "many small messages are the worst",
      measured:
        "1,000 rows a message against one, rows a second (the queue between threads, the others between processes): "
        + pairs.map { "\($0.carrier.title) \(NumberText.threeDigits(rows * $0.seconds / $1.seconds)) times" }
        .joined(separator: ", "),
      .all(pairs.map { .of(Bounds($0.samples) / Bounds($1.samples), in: 5 / rows...(.infinity)) }))
  }

  var tables: [LabTable] {
    var tables: [LabTable] = []
    for isThreads in [true, false] {
      let place = isThreads ? "threads" : "processes"
      tables.append(
        table("Round trip between \(place), us", .roundTrips, isThreads) { NumberText.threeDigits($1 * 1e6) })
      tables.append(
        table("Throughput between \(place), MB/s", .stream, isThreads) {
          NumberText.threeDigits(Double($0) / $1 / 1e6)
        })
    }
    return tables + [chattyTable]
  }

  private func table(
    _ title: String, _ kind: MessageExchange.Kind, _ isThreads: Bool, cell: (Int, Double) -> String
  ) -> LabTable {
    let carriers = MessageCarrier.allCases.filter { isThreads || $0.joinsProcesses }
    return LabTable(
      title: title,
      columns: [TableColumn("message, B", isNumeric: true)] + carriers.map { TableColumn($0.title, isNumeric: true) },
      rows: sizes(kind).map { size in
        [NumberText.grouped(size)]
          + carriers.map { carrier in
            row(kind, size, carrier, isThreads: isThreads).map { ($0.isRough ? "~" : "") + cell(size, $0.seconds) }
              ?? "-"
          }
      })
  }

  private var chattyTable: LabTable {
    var table = LabTable(
      title: "Rows of \(IPCExperiment.rowSize) B, millions a second",
      columns: [TableColumn("between"), TableColumn("by")]
        + ["1 a message", "1,000 a message", "times"].map { TableColumn($0, isNumeric: true) })
    for isThreads in [true, false] {
      for carrier in MessageCarrier.allCases {
        guard let one = row(.stream, IPCExperiment.rowSize, carrier, isThreads: isThreads) else { continue }
        let batch = IPCExperiment.batch
        let many = row(.stream, IPCExperiment.rowSize * batch, carrier, isThreads: isThreads)
        func cell(_ row: Row, _ rows: Int) -> String {
          (row.isRough ? "~" : "") + NumberText.threeDigits(Double(rows) * 1e-6 / row.seconds)
        }
        table.rows.append([
          isThreads ? "threads" : "processes", carrier.title, cell(one, 1), many.map { cell($0, batch) } ?? "-",
          many.map { NumberText.threeDigits(Double(batch) * one.seconds / $0.seconds) } ?? "-",
        ])
      }
    }
    return table
  }

  var series: [LabSeries] {
    func lines(_ kind: MessageExchange.Kind, value: (Row) -> Double) -> [LabSeries.Line] {
      [true, false].flatMap { isThreads in
        MessageCarrier.allCases.compactMap { carrier -> LabSeries.Line? in
          let own = rows.filter { $0.kind == kind && $0.carrier == carrier && $0.isThreads == isThreads }
            .sorted { $0.size < $1.size }
          if own.isEmpty { return nil }
          return .init(
            name: "\(carrier.title), \(isThreads ? "threads" : "processes")",
            points: own.map { (x: Double($0.size), y: value($0)) })
        }
      }
    }
    return [
      LabSeries(
        title: "Round trip", xTitle: "message, B", yTitle: "us", lines: lines(.roundTrips) { $0.seconds * 1e6 }),
      LabSeries(
        title: "Throughput", xTitle: "message, B", yTitle: "MB/s",
        lines: lines(.stream) { Double($0.size) / $0.seconds / 1e6 }),
    ]
  }
}
