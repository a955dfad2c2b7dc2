// Thousands of spans in a drawing of some hundred columns: what is narrower than a column cannot be seen, and would only make
// the page large.

/// Makes few spans of many, so that each kind keeps its share.
enum TimelineThinning {
  /// Spans that lie on a grid of columns, at most one for each, where there are more than columns; else what there is.
  ///
  /// Each column gets the kind that is most behind among those that it holds: of which most time has passed and has not been
  /// drawn. So work and waiting that take turns within a column are drawn in turns of columns, in the same proportion.
  static func thinned(
    _ spans: [TimelineChart.Span], kinds: Int, duration: Double, columns: Int
  ) -> [TimelineChart.Span] {
    guard spans.count > columns, duration > 0, columns > 0, kinds > 0 else { return spans }
    let width = duration / Double(columns)
    // The last place is for time without any span.
    var debts = [Double](repeating: 0, count: kinds + 1)
    var thin: [TimelineChart.Span] = []
    var next = 0
    for column in 0..<columns {
      let (start, end) = (Double(column) * width, Double(column + 1) * width)
      var covered = 0.0
      var isHere = [Bool](repeating: false, count: kinds + 1)
      while next < spans.count, spans[next].end <= start { next += 1 }
      var index = next
      while index < spans.count, spans[index].start < end {
        let time = min(spans[index].end, end) - max(spans[index].start, start)
        if time > 0, (0..<kinds).contains(spans[index].kind) {
          debts[spans[index].kind] += time
          isHere[spans[index].kind] = true
          covered += time
        }
        index += 1
      }
      let uncovered = max(0, width - covered)
      debts[kinds] += uncovered
      isHere[kinds] = uncovered > width * 1e-9
      var chosen = kinds
      for kind in debts.indices where isHere[kind] && (!isHere[chosen] || debts[kind] > debts[chosen]) { chosen = kind }
      debts[chosen] -= width
      guard chosen < kinds else { continue }
      if let last = thin.last, last.kind == chosen, last.end >= start - width / 2 {
        thin[thin.count - 1].end = end
      } else {
        thin.append(TimelineChart.Span(kind: chosen, start: start, end: end))
      }
    }
    return thin
  }
}
