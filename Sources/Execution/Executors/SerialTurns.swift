// What the stages of a serial run show of themselves: one works, the others wait for it. So a picture of the run, and the
// watch over it, say which one it is.

import Transport

/// Whose turn it is.
struct SerialTurns {
  private let places: [StagePlace]
  let reader: ActivityPage
  let parser: ActivityPage
  let aggregator: ActivityPage
  /// What the reader does when it is its turn: a stream may have nothing to say for as long as it likes.
  private let reading: ActivityPage.State

  init(_ watch: StageWatch, isSeekable: Bool) {
    reading = isSeekable ? .works : .waitsForInput
    places = [.reader, .parser(1), .aggregator].map(watch.place)
    (reader, parser, aggregator) = (places[0].activity, places[1].activity, places[2].activity)
  }

  /// Runs the stages in the calling thread.
  func run(_ body: () -> Void) {
    // Whoever's turn it is, the time is that of the one thread.
    places[0].count { places[1].count { places[2].count(body) } }
    for place in places { place.activity.note(.finished) }
  }

  func read() {
    aggregator.note(.waitsForInput)
    reader.note(reading)
  }

  /// What was read is a piece now.
  func note(_ work: WorkName) {
    reader.note(work)
    reader.note(.works)
    reader.advance(Int(work.end - work.first))
  }

  func parse(_ work: WorkName) {
    parser.note(work)
    reader.note(.waitsForFeedback)
    parser.note(.works)
  }

  func aggregate(_ work: WorkName) {
    aggregator.note(work)
    parser.note(.waitsForInput)
    aggregator.note(.works)
    aggregator.advance(Int(work.end - work.first))
  }

  func conclude() {
    reader.note(.finished)
    parser.note(.finished)
  }
}
