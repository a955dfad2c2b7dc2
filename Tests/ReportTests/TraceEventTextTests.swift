// The text of traces: JSON that another reader understands, with names that try to break out of it.

import Foundation
import Report
import Testing

@Suite struct TraceEventTextTests {
  private static let lane = TraceEventText.Lane(process: 7, thread: 8)

  @Test func isWhatTheFormatSays() {
    var text = TraceEventText()
    text.nameProcess("pipe:parser/1", of: Self.lane, place: 2)
    text.complete("works", on: Self.lane, at: 1_234_567, for: 89, [("input", .text("in.csv")), ("end", .number(9))])
    text.instant("ready", on: Self.lane, at: 1000)
    text.counter("pieces", series: "under way", on: Self.lane, at: 0, 3)
    text.finish([("mode", .text("thread"))])
    #expect(
      String(decoding: text.take(), as: UTF8.self) == """
        {"traceEvents":[
        {"ph":"M","name":"process_name","pid":7,"tid":8,"args":{"name":"pipe:parser/1"}},
        {"ph":"M","name":"process_sort_index","pid":7,"tid":8,"args":{"sort_index":2}},
        {"ph":"X","name":"works","pid":7,"tid":8,"cat":"stage","ts":1234.567,"dur":0.089,"args":{"input":"in.csv","end":9}},
        {"ph":"i","name":"ready","pid":7,"tid":8,"cat":"run","s":"t","ts":1.000},
        {"ph":"C","name":"pieces","pid":7,"tid":8,"ts":0.000,"args":{"under way":3}}
        ],"displayTimeUnit":"ms","otherData":{"mode":"thread"}}

        """)
  }

  @Test func partsAreTheWhole() {
    var (whole, parts) = (TraceEventText(), TraceEventText())
    var bytes: [UInt8] = []
    for moment in 0..<10 as Range<UInt64> {
      whole.instant("x", on: Self.lane, at: moment)
      parts.instant("x", on: Self.lane, at: moment)
      bytes += parts.take()
      #expect(parts.count == 0)
    }
    whole.finish([])
    parts.finish([])
    #expect(bytes + parts.take() == whole.take())
  }

  @Test(arguments: ["plain", "a \"quoted\" name", "back\\slash", "line\nend\ttab\u{0}\u{1F}", "naïve – 入力.csv"])
  func namesStayNames(name: String) throws {
    var text = TraceEventText()
    text.nameThread(name, of: Self.lane, place: 0)
    text.complete(name, on: Self.lane, at: .max, for: .max, [(name, .text(name))])
    text.finish([(name, .number(.max))])
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.take())) as? [String: Any])
    let events = try #require(object["traceEvents"] as? [[String: Any]])
    #expect(events.count == 3)
    #expect(events[2]["name"] as? String == name)
    #expect((events[2]["args"] as? [String: String])?[name] == name)
  }
}
