// Numbers and quotes as the generators write them, at the places where digits are gained.

import Lab
import Testing

@Suite struct RowBlockTests {
  private func text(_ fill: (inout RowBlock) -> Void) -> String {
    var block = RowBlock()
    fill(&block)
    return String(decoding: block.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    (0, 1, "0"), (9, 1, "9"), (10, 1, "10"), (99, 1, "99"), (100, 1, "100"), (0, 3, "000"), (7, 3, "007"),
    (100, 3, "100"),
    (1_000, 3, "1000"), (100_000, 10, "0000100000"), (999_999_999_999_999_999, 1, "999999999999999999"),
  ])
  func writesIntegers(number: Int, width: Int, wanted: String) {
    #expect(text { $0.append(number, width: width) } == wanted)
  }

  @Test(arguments: [
    (0, 1, "0.0"), (-1, 1, "-0.1"), (-10, 1, "-1.0"), (123, 1, "12.3"), (5, 2, "0.05"), (100_000_000, 6, "100.000000"),
    (1, 6, "0.000001"), (-20, 0, "-20"), (20, 0, "20"), (-15_050, 4, "-1.5050"),
  ])
  func writesScaledNumbers(number: Int, scale: Int, wanted: String) {
    #expect(text { $0.append(number, scale: scale) } == wanted)
  }

  @Test func doublesQuotes() {
    #expect(text { $0.appendDoublingQuotes(Array("\"a\"\"".utf8)) } == "\"\"a\"\"\"\"")
  }

  @Test func clearsAndFills() {
    var block = RowBlock(capacity: 16)
    block.append("x")
    block.clear()
    #expect(block.bytes.isEmpty && !block.isFull)
    block.append([UInt8](repeating: 0, count: RowBlock.threshold - 1))
    #expect(!block.isFull)
    block.append(0)
    #expect(block.isFull)
  }
}
