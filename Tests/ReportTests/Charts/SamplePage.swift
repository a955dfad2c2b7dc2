// A page with everything on it: every chart, every block, and names as hostile as those of files can be.

@testable import Report

enum SamplePage {
  /// What a file may be called.
  static let hostile = "<script>alert(1)</script> \"a\" 'b' &amp; \u{1B}[31m \u{202E}x \u{0} \u{FFFE} a\nb.csv"

  private static let modes = ["serial", "thread", "process", "hybrid"]

  private static func category(_ mode: Int, _ workers: Int) -> SampleChart.Category {
    let name = modes[mode]
    let median: Double = 0.082 / Double(min(workers, 2)) * (1 + 0.04 * Double(mode))
    var samples: [Double] = []
    for run in 0..<12 {
      let place = Double((run * 7 + workers) % 12)
      samples.append(median * (0.98 + 0.004 * place))
    }
    return SampleChart.Category(
      name: mode == 0 ? name : "\(name), \(workers) workers", group: name, ink: ChartInk.mode(name) ?? .brown,
      samples: samples, median: median, interval: median * 0.99...median * 1.012)
  }

  static let samples = SampleChart(
    title: "Time by mode and workers", measure: "wall time", quantity: .seconds,
    categories: [(0, 1), (1, 1), (1, 2), (1, 4), (1, 8), (2, 1), (2, 2), (2, 4), (2, 8), (3, 2), (3, 4)].map(category))

  private static func curve(_ name: String, _ ink: ChartInk, _ law: (Double) -> Double) -> LineChart.Series {
    let places = (0...63).map { Double($0 + 1) }
    return .init(name: name, ink: ink, points: places.map { .init(x: $0, y: law($0)) })
  }

  static let lines = LineChart(
    title: "Speed-up", explanation: "Against the serial run of the same question.",
    x: .init(title: "workers", quantity: .count, kind: .logTwo),
    y: .init(title: "speed-up", quantity: .ratio, kind: .logTwo),
    series: [
      .init(
        name: "thread", ink: .blue,
        points: [(1.0, 1.02), (2, 1.94), (4, 1.91), (8, 1.86)].map { x, y in
          .init(x: x, y: y, interval: y * 0.93...y * 1.04)
        }),
      .init(
        name: "process", ink: .vermilion,
        points: [(1.0, 0.96), (2, 1.81), (4, 1.72), (8, 1.5)].map { x, y in .init(x: x, y: y) }),
    ],
    predictions: [
      curve("Amdahl, thread", .blue) { 1 / (0.1 + 0.9 / $0) },
      curve("scalability law, process", .vermilion) { $0 / (1 + 0.1 * ($0 - 1) + 0.004 * $0 * ($0 - 1)) },
    ],
    ideal: .init(name: "ideal", ink: .grey, points: [.init(x: 1, y: 1), .init(x: 64, y: 64)]))

  static let shares = ShareChart(
    title: "What the stages did", measure: "share of the stage's time", quantity: .seconds,
    parts: [
      .init(name: "running", ink: .green), .init(name: "ready, waiting for a core", ink: .amber),
      .init(name: "waiting for input", ink: .grey), .init(name: "waiting for a full link", ink: .purple),
    ],
    bars: [
      .init(name: "thread, 2 workers: reader", values: [0.004, 0.001, 0, 0.036]),
      .init(name: "thread, 2 workers: parser 1", values: [0.039, 0.0015, 0.0005, 0]),
      .init(name: "process, 2 workers: parser 1", values: [0.037, 0.002, 0.004, 0.001]),
    ])

  static let bars = BarChart(
    title: "Context switches", measure: "context switches", quantity: .count,
    categories: [
      .init(
        name: "serial",
        bars: [.init(name: "voluntary", ink: .sky, value: 3), .init(name: "involuntary", ink: .brown, value: 12)]),
      .init(
        name: "process, 8 workers",
        bars: [.init(name: "voluntary", ink: .sky, value: 1892), .init(name: "involuntary", ink: .brown, value: 341)]),
    ])

  static let memory = BarChart(
    title: "Memory", measure: "peak of the proportional set size", quantity: .bytes,
    categories: modes.enumerated().map { index, mode in
      .init(
        name: mode, bars: [.init(name: mode, ink: .mode(mode) ?? .brown, value: Double(14_000_000 + index * 7_340_000))]
      )
    })

  private static func lane(_ number: Int, _ name: String) -> TimelineChart.Lane {
    var spans = [TimelineChart.Span(kind: 1, start: 0, end: 0.002 + 0.0002 * Double(number))]
    let steps = number == 2 ? 1500 : 24
    let length = 0.038 / Double(steps)
    for step in 0..<steps {
      let start = 0.003 + Double(step) * length
      let turn = start + length * (number < 2 ? 0.2 : 0.7)
      spans.append(.init(kind: 0, start: start, end: turn))
      spans.append(.init(kind: number == 1 ? 3 : 2, start: turn, end: start + length))
    }
    return .init(name: name, spans: spans)
  }

  static let timeline = TimelineChart(
    title: "One run by processes", explanation: "High is work, low is waiting.",
    kinds: [
      .init(name: "working", ink: .green, isWaiting: false), .init(name: "starting", ink: .amber, isWaiting: false),
      .init(name: "waiting for input", ink: .grey, isWaiting: true),
      .init(name: "waiting for a full link", ink: .purple, isWaiting: true),
    ],
    lanes: ["pipe", "pipe:reader", "pipe:parser/1", "pipe:parser/2", "pipe:aggregator"].enumerated().map(lane),
    duration: 0.042)

  static let page = HTMLPage(
    title: "Threads and processes: \(hostile)", lead: "Four modes on one file. \(hostile)",
    sections: [
      .init(
        title: "Verdict",
        blocks: [
          .verdict(
            title: "CPU-bound in the parser",
            sentences: [
              "Parsers busy 97 %, reader blocked on a full queue 92 %.", "Threads and processes tie (1.00 : 0.97).",
            ]),
          .warning(title: "The machine was noisy", sentences: ["The load was 3.1 on 2 cores. \(hostile)"]),
        ]),
      .init(
        title: "Charts",
        blocks: [
          .paragraph("All medians of 12 runs in random order."),
          .charts([samples, lines, shares, bars, memory, timeline]),
        ]),
      .init(
        title: "Figures \(hostile)",
        blocks: [
          .heading("Claims"),
          .table(
            HTMLTable(
              caption: "Claims and what was measured",
              columns: [TableColumn("claim"), TableColumn("measured", isNumeric: true), TableColumn("holds")],
              cells: [
                ["a thread is 10 to 100 times cheaper \(hostile)", "41.2", HTMLTable.Cell("yes", mark: .good)],
                ["threads cannot run in parallel", "1.94", HTMLTable.Cell("no", mark: .bad)],
                ["a race loses updates", "0", HTMLTable.Cell("not observed", mark: .unsure)],
              ])),
          .facts([("machine", "2 cores, 23 GiB"), ("date", "2026-11-21"), ("file", hostile)]),
          .list(["one", hostile]), .preformatted("pipe compare \(hostile)\n  --html report.html"),
          .details(
            summary: "Raw samples",
            [
              .table(
                HTMLTable(
                  caption: "Samples", columns: (1...14).map { TableColumn("run \($0) (ms)", isNumeric: true) },
                  rows: [(1...14).map { "\($0 * 3).25" }]))
            ]),
        ]),
    ], footer: "Made by pipe 0.1 on 2026-11-21.")
}
