// Reads the trace of a run back, as far as a timeline needs it: who did what from when to when.

import Foundation
import Lab

/// A trace in the format of `pipe run --trace`.
struct TraceFile: Decodable {
  /// Lanes with their events; of the format everything else is left out.
  private struct Event: Decodable {
    struct Arguments: Decodable {
      var name: String?
    }

    var ph: String
    var name: String
    var pid: Int
    var tid: Int
    /// Microseconds.
    var ts: Double?
    var dur: Double?
    var args: Arguments?
  }

  private struct Thread: Hashable {
    var process: Int
    var number: Int
  }

  private enum Key: String, CodingKey { case traceEvents }

  let lanes: [TracedRun.Lane]

  init(_ bytes: Data) throws { self = try JSONDecoder().decode(TraceFile.self, from: bytes) }

  init(from decoder: any Decoder) throws {
    let events = try decoder.container(keyedBy: Key.self).decode([Event].self, forKey: .traceEvents)
    var names: [Thread: String] = [:]
    var spans: [Thread: [TracedRun.Event]] = [:]
    // In the order in which the trace tells of them, which is that of the pipeline.
    var order: [Thread] = []
    for event in events {
      let thread = Thread(process: event.pid, number: event.tid)
      switch (event.ph, event.ts, event.dur) {
      case ("M", _, _) where event.name == "thread_name": names[thread] = event.args?.name
      case ("X", let start?, let duration?):
        if spans[thread] == nil { order.append(thread) }
        spans[thread, default: []].append(
          TracedRun.Event(name: event.name, start: start / 1e6, end: (start + duration) / 1e6))
      default: break
      }
    }
    lanes = order.map { thread in
      TracedRun.Lane(
        name: names[thread] ?? "thread \(thread.number)",
        events: (spans[thread] ?? []).sorted { ($0.start, $0.end) < ($1.start, $1.end) })
    }
  }
}
