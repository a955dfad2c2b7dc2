// Names, arguments and kinds of the aggregates.

import Testing

@testable import Query

@Suite struct AggregateFunctionTests {
  @Test func namesAreThoseOfQuestions() {
    #expect(
      AggregateFunction.allCases.map(\.rawValue) == [
        "count", "sum", "mean", "min", "max", "var", "stddev", "var_pop", "stddev_pop",
      ])
  }

  @Test func onlyCountDoesWithoutArgument() {
    #expect(AggregateFunction.allCases.filter { !$0.needsArgument } == [.count])
  }

  @Test(arguments: [ValueKind.number, .text, .boolean])
  func onlyCountAndExtremesTakeAnyKind(kind: ValueKind) {
    let natural: [AggregateFunction] = [.count, .min, .max]
    for function in AggregateFunction.allCases {
      #expect(function.argumentKind(for: kind) == (natural.contains(function) ? kind : .number))
    }
  }

  @Test func resultsAreNumbersButForExtremesOfOtherKinds() {
    #expect(AggregateFunction.count.isNumeric(of: nil))
    #expect(AggregateFunction.count.isNumeric(of: .text))
    #expect(AggregateFunction.min.isNumeric(of: .number))
    #expect(!AggregateFunction.max.isNumeric(of: .text))
    #expect(!AggregateFunction.min.isNumeric(of: .boolean))
  }
}
