// Measuring in turns: every variant as often as the others, in rounds, and no sample lost or added.

import Testing

@testable import Lab

@Suite struct TrialsTests {
  @Test func everyRoundHasEveryVariantOnce() throws {
    var calls: [Int] = []
    let trials = try Trials.run(["a", "b", "c"], rounds: 5, seconds: 60) { index in
      calls.append(index)
      return Double(10 * index + calls.count)
    }
    // A warm-up, which is not kept.
    #expect(calls.count == 18)
    #expect(Array(calls[..<3]) == [0, 1, 2])
    for round in 0..<5 { #expect(calls[3 + 3 * round..<6 + 3 * round].sorted() == [0, 1, 2]) }
    for index in 0..<3 {
      let kept = calls.indices.dropFirst(3).filter { calls[$0] == index }.map { Double(10 * index + $0 + 1) }
      #expect(trials.samples[index] == kept)
    }
  }

  @Test func ordersDiffer() throws {
    var orders: Set<[Int]> = []
    var order: [Int] = []
    _ = try Trials.run((0..<8).map { "\($0)" }, rounds: 20, seconds: 60, warmsUp: false) { index in
      order.append(index)
      if order.count == 8 {
        orders.insert(order)
        order = []
      }
      return 0
    }
    // That 20 draws of 40,320 orders are all the same does not happen.
    #expect(orders.count > 1)
  }

  @Test func noTimeLeftMeansThreeRounds() throws {
    let trials = try Trials.run(["a", "b"], rounds: 50, seconds: 0) { _ in 1 }
    #expect(trials.samples.map(\.count) == [3, 3])
    #expect(try Trials.run(["a"], rounds: 2, seconds: 0) { _ in 1 }.samples.map(\.count) == [2])
  }

  @Test func aFailureEndsIt() {
    var calls = 0
    #expect(throws: LabFailure("no")) {
      _ = try Trials.run(["a", "b"], rounds: 5, seconds: 60) { (_) throws(LabFailure) in
        calls += 1
        if calls == 4 { throw LabFailure("no") }
        return 1
      }
    }
    #expect(calls == 4)
  }

  @Test func textsAndCells() {
    var trials = Trials(["a", "b", "none"])
    for value in [1.0, 2, 3, 4, 5, 6] { trials.note(0, value) }
    trials.note(1, 7)
    #expect(trials.text(0) { "\(Int($0 * 10))" } == "35 (10 to 60)")
    #expect(trials.text(1) { "\(Int($0))" } == "7")
    #expect(trials.cells(0, scale: 10) == ["35.0", "10.0", "60.0", "6"])
    #expect(trials.cells(2) == ["-", "-", "-", "0"])
    #expect(trials.ratio(1, to: 0) == 2)
    #expect(trials.raw("s", of: "wait").map(\.name) == ["wait, a", "wait, b", "wait, none"])
    #expect(trials.raw("s")[1] == LabSamples(name: "b", unit: "s", values: [7]))
  }

  @Test func whatWarmedUpIsNotKept() throws {
    var beside = [[Int]](repeating: [], count: 2)
    let trials = try Trials.run(["a", "b"], rounds: 3, seconds: 60) { (index) throws(LabFailure) in
      beside[index].append(beside[index].count)
      return 1
    }
    #expect(beside == [[0, 1, 2, 3], [0, 1, 2, 3]])
    #expect(trials.kept(beside) == [[1, 2, 3], [1, 2, 3]])
  }
}
