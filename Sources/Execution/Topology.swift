// Which stages there are and what links them: the one place that says so. Executors make what it lists, `pipe explain`
// draws it.
//
//   thread                                           process
//
//          queue            queue                            pipe i          pipe i            pipe
//   reader -----> parser 1..N -----> aggregator      reader -----> parser i -----> aggregator -----> supervisor
//     ^    pieces       |    results     |             ^    pieces         results     |      blocks   = output
//     |                 '- commit board -|             |                               |
//     |                                  |             |                               |
//     '------------ feedback ------------'             '---------- feedback -----------'
//                    (queue)                             (control sockets, by way of the supervisor)
//
// A piece of a regular file is a range, which its parser reads by itself: threads always, processes unless `--hand-off
// bytes` is asked for. Then, and where the input is a stream, the bytes go along with the piece.
//
// A result carries the partial state of its piece, except where parsers are threads, the answer is groups or a profile, and
// no checkpoint is kept: those keep their states until the end of the run, and the result says only that it is kept. Which pieces may
// be added to what is kept, they and the aggregator tell each other on the commit board, where the aggregator finds at
// the end what they kept. The board is memory that they share and no link, so it is not listed. With `--no-combine`
// results carry the rows of their pieces instead, as typed columns, and the aggregator does all the adding.
//
// At most `RunSettings.window` pieces are ahead of the oldest uncommitted one. Besides, pieces and results are bounded by
// the queue's depth or the pipe's buffer; feedback by the window, since each piece that is given out is answered once.
// `finished` on the feedback link is the signal that flows backwards: the reader stops, its end message passes through
// the parsers and tells the aggregator that nothing more will come.
//
// In hybrid mode each parser process has several parser threads, which take pieces from its one link in turn.
//
// Serial mode calls the same stages in turn and has no links.

/// One stage of a run.
package enum StageName: Hashable, Sendable, CustomStringConvertible {
  case reader
  /// Counted from 1.
  case parser(Int)
  case aggregator
  /// The process that the user started.
  case supervisor

  /// The name that `ps` and `top` show: at most 15 bytes for up to 3 digits of parsers.
  package var description: String {
    switch self {
    case .reader: "pipe:reader"
    case .parser(let number): "pipe:parser/\(number)"
    case .aggregator: "pipe:aggregator"
    case .supervisor: "pipe"
    }
  }
}

/// A link between two stages.
package struct TopologyLink: Equatable, Sendable {
  package enum Cargo: String, Sendable {
    case pieces, results, feedback, output
  }

  package var cargo: Cargo
  package var from: [StageName]
  package var to: [StageName]
  package var kind: LinkKind
}

/// The stages and links of one run.
package struct Topology: Equatable, Sendable {
  package var stages: [StageName]
  package var links: [TopologyLink]

  /// Lists what a run with these settings consists of.
  package init(settings: RunSettings) {
    let parsers = (1...max(1, settings.workers)).map(StageName.parser)
    switch settings.mode {
    case .serial:
      stages = [.reader, .parser(1), .aggregator]
      links = []
    case .thread:
      stages = [.reader] + parsers + [.aggregator]
      links = [
        TopologyLink(cargo: .pieces, from: [.reader], to: parsers, kind: .queue),
        TopologyLink(cargo: .results, from: parsers, to: [.aggregator], kind: .queue),
        TopologyLink(cargo: .feedback, from: [.aggregator], to: [.reader], kind: .queue),
      ]
    // The parser threads of one process share its links.
    case .process, .hybrid:
      let kind = LinkKind.allCases.first { $0.carrier == settings.carrier } ?? .pipe
      stages = [.reader] + parsers + [.aggregator]
      links = parsers.flatMap { parser in
        [
          TopologyLink(cargo: .pieces, from: [.reader], to: [parser], kind: kind),
          TopologyLink(cargo: .results, from: [parser], to: [.aggregator], kind: kind),
        ]
      }
      links.append(TopologyLink(cargo: .output, from: [.aggregator], to: [.supervisor], kind: kind))
    }
  }
}
