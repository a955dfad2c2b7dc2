// Who waits for whom: from every stage that waits along those that it waits for, to one that works, waits for something
// outside, or waits for one that was met before.

import Transport

extension RunPicture {
  /// The stage that a stage waits for; nil where it waits for nobody here.
  private func cause(of index: Int) -> Int? {
    switch (stages[index].state, stages[index].name) {
    case (.waitsForInput, .parser): stages.firstIndex { $0.name == .reader }
    case (.waitsForFeedback, _), (.waitsForOutput, .parser): stages.firstIndex { $0.name == .aggregator }
    case (.waitsForOutput, .reader), (.waitsForInput, .aggregator): lateParser
    default: nil
    }
  }

  /// The parser that the others are most likely held up by: of those that work the one with the oldest piece, then one
  /// that waits.
  private var lateParser: Int? {
    stages.indices.filter { stages[$0].isParser && stages[$0].state != .finished }.min { rank($0) < rank($1) }
  }

  private func rank(_ index: Int) -> (Int, UInt32, UInt64) {
    let stage = stages[index]
    let kind =
      switch stage.state {
      case .works, .worksAsOne, .waitsForSource: 0
      case .waitsForOutput: 1
      case .waitsForInput, .waitsForFeedback, .finished: 2
      }
    return (kind, stage.work?.input ?? .max, stage.work?.first ?? .max)
  }

  /// The stages that one waits for, one for the other, itself first; and whether the last waits for one that was met
  /// before.
  package func chain(from index: Int) -> (stages: [Int], isCircle: Bool) {
    var met = [index]
    while let next = cause(of: met[met.count - 1]) {
      if met.contains(next) { return (met + [next], true) }
      met.append(next)
    }
    return (met, false)
  }

  /// `pipe:reader waits for pipe:parser/1, which works on bytes 0 to 65536 of in.csv`: who waits for whom, each chain
  /// once, stages that wait for the same together.
  package var waits: [String] {
    let chains = stages.indices.map { chain(from: $0) }.filter { $0.stages.count > 1 }
    var waiting: [(who: [Int], rest: [Int], isCircle: Bool)] = []
    for (stages, isCircle) in chains {
      // A part of a longer one.
      if chains.contains(where: { $0.stages.count > stages.count && $0.stages.suffix(stages.count) == stages[...] }) {
        continue
      }
      let rest = Array(stages.dropFirst())
      if let same = waiting.firstIndex(where: { $0.rest == rest && !isCircle }) {
        waiting[same].who.append(stages[0])
      } else {
        waiting.append((who: [stages[0]], rest: rest, isCircle: isCircle))
      }
    }
    return waiting.map { sentence($0.who, $0.rest, isCircle: $0.isCircle) }
  }

  private func sentence(_ who: [Int], _ rest: [Int], isCircle: Bool) -> String {
    var text = names(who) + (who.count == 1 ? " waits" : " wait")
    text += " for " + rest.map { stages[$0].title }.joined(separator: ", which waits for ")
    guard let last = rest.last else { return text }
    return isCircle ? text + ": a circle" : text + ", which " + doing(stages[last])
  }

  /// Names that are said before the others are counted.
  private static let mostNames = 4

  private func names(_ indices: [Int]) -> String {
    let names = indices.prefix(Self.mostNames).map { stages[$0].title }
    if indices.count > names.count {
      return names.joined(separator: ", ") + " and \(indices.count - names.count) more"
    }
    guard names.count > 1, let last = names.last else { return names.joined() }
    return names.dropLast().joined(separator: ", ") + " and " + last
  }

  /// Whether every stage waits for another, and no queue holds what would wake one: nothing will ever happen again.
  package var isDeadlocked: Bool {
    if queues.isEmpty || stages.allSatisfy({ $0.state == .finished }) { return false }
    return stages.allSatisfy { stage in
      switch (stage.state, stage.name) {
      case (.finished, _): true
      // One that waits for a stage that has finished will be told so.
      case (.waitsForInput, .parser): isEmpty(.pieces) && isUnderWay { $0 == .reader }
      case (.waitsForInput, .aggregator): isEmpty(.results) && isUnderWay { $0 != .reader && $0 != .aggregator }
      case (.waitsForFeedback, _): isEmpty(.feedback) && isUnderWay { $0 == .aggregator }
      case (.waitsForOutput, .reader): isFull(.pieces)
      case (.waitsForOutput, .parser): isFull(.results)
      default: false
      }
    }
  }

  private func isUnderWay(_ isMeant: (StageName) -> Bool) -> Bool {
    stages.contains { isMeant($0.name) && $0.state != .finished }
  }

  private func isEmpty(_ cargo: TopologyLink.Cargo) -> Bool {
    queues.contains { $0.cargo == cargo && $0.depth == 0 }
  }

  private func isFull(_ cargo: TopologyLink.Cargo) -> Bool {
    queues.contains { $0.cargo == cargo && $0.depth == $0.capacity }
  }
}

extension RunPicture.Stage {
  fileprivate var isParser: Bool { if case .parser = name { true } else { false } }
}
