// A wide table as shops export it: ids, dates, decimals, missing values, and quoted text with commas, quotes and line
// breaks. What is measured on it is quoting, and how little of a record a query has to touch.

/// 22 columns, in this order:
///
/// | column | content |
/// |---|---|
/// | order_id | 1, 2, 3 ... |
/// | customer_id | 1...200,000, small numbers more often |
/// | customer | a firm; some quoted |
/// | country | two letters, missing in 1 of 100 |
/// | city | a city of `Station.all` |
/// | postcode | five digits, so that some begin with 0 |
/// | order_date, ordered_at | a day of 2015 to 2024, and a time on it |
/// | shipped_at | up to two weeks later, missing in 1 of 8 |
/// | status, priority | words; priority is missing in 1 of 5 |
/// | product, sku | goods, some quoted; `AB-0042` |
/// | quantity | 1...20, negative in 1 of 50 |
/// | unit_price | two digits behind the point, 0.50 to 2,000.49, small prices more often |
/// | discount | 0.01...0.40, missing in 7 of 10 |
/// | total | quantity x unit_price x (1 - discount), exact, four digits behind the point |
/// | tax_rate | a decimal of one to three digits behind the point |
/// | weight_kg | three digits behind the point, missing in 1 of 10 |
/// | is_gift | true or false |
/// | address | quoted, of one or two lines |
/// | note | missing in 3 of 5; else quoted sentences on up to four lines; in 1 of 2,000 a letter of 1 to 4 KB whose lines look like records |
///
/// Line breaks within notes are LF, in 1 of 16 notes CR LF.
package struct OrdersGenerator: Generator {
  package static let columns: [String] = [
    "order_id", "customer_id", "customer", "country", "city", "postcode", "order_date", "ordered_at", "shipped_at",
    "status", "priority", "product", "sku", "quantity", "unit_price", "discount", "total", "tax_rate", "weight_kg",
    "is_gift", "address", "note",
  ]

  private let words = OrderVocabulary()
  private let cities = Station.all.map { Array($0.name.utf8) }
  private let days = Self.days(from: 2015, years: 11)
  /// Days that orders are made on; the rest of `days` is for shipping.
  private static let orderDays = 3_653

  package init() {}

  package func write<Failure: Error>(
    rows: Int, seed: UInt64, to sink: (borrowing [UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    var random = RandomSource(seed: seed)
    var block = RowBlock(capacity: RowBlock.threshold + RowBlock.spare)
    block.append(Array(Self.columns.joined(separator: ",").utf8))
    block.append(UInt8(ascii: "\n"))
    for row in 0..<max(0, rows) {
      appendOrder(row + 1, to: &block, random: &random)
      if block.isFull {
        try sink(block.bytes)
        block.clear()
      }
    }
    if !block.bytes.isEmpty { try sink(block.bytes) }
  }

  private func appendOrder(_ id: Int, to block: inout RowBlock, random: inout RandomSource) {
    let comma = UInt8(ascii: ",")
    block.append(id)
    block.append(comma)
    block.append(1 + min(random.below(200_000), random.below(200_000)))
    block.append(comma)
    block.append(words.customers[random.below(words.customers.count)])
    block.append(comma)
    if !random.chance(1, in: 100) { block.append(words.countries[random.below(words.countries.count)]) }
    block.append(comma)
    block.append(cities[random.below(cities.count)])
    block.append(comma)
    block.append(random.below(100_000), width: 5)
    block.append(comma)
    appendDates(to: &block, random: &random)
    block.append(comma)
    block.append(words.statuses[random.below(words.statuses.count)])
    block.append(comma)
    if !random.chance(1, in: 5) { block.append(words.priorities[random.below(words.priorities.count)]) }
    block.append(comma)
    block.append(words.products[random.below(words.products.count)])
    block.append(comma)
    block.append(UInt8(ascii: "A") + UInt8(random.below(26)))
    block.append(UInt8(ascii: "A") + UInt8(random.below(26)))
    block.append(UInt8(ascii: "-"))
    block.append(random.below(10_000), width: 4)
    block.append(comma)
    appendAmounts(to: &block, random: &random)
    block.append(comma)
    block.append(random.chance(1, in: 12) ? "true," : "false,")
    appendAddress(to: &block, random: &random)
    block.append(comma)
    appendNote(to: &block, random: &random)
    block.append(UInt8(ascii: "\n"))
  }

  /// order_date, ordered_at, shipped_at.
  private func appendDates(to block: inout RowBlock, random: inout RandomSource) {
    let day = random.below(Self.orderDays)
    block.append(days[day])
    block.append(UInt8(ascii: ","))
    block.append(days[day])
    appendTime(to: &block, random: &random)
    block.append(UInt8(ascii: ","))
    guard !random.chance(1, in: 8) else { return }
    block.append(days[day + 1 + random.below(14)])
    appendTime(to: &block, random: &random)
  }

  private func appendTime(to block: inout RowBlock, random: inout RandomSource) {
    let second = random.below(86_400)
    block.append(UInt8(ascii: "T"))
    block.append(second / 3_600, width: 2)
    block.append(UInt8(ascii: ":"))
    block.append(second / 60 % 60, width: 2)
    block.append(UInt8(ascii: ":"))
    block.append(second % 60, width: 2)
  }

  /// quantity, unit_price, discount, total, tax_rate, weight_kg.
  private func appendAmounts(to block: inout RowBlock, random: inout RandomSource) {
    let comma = UInt8(ascii: ",")
    let quantity = (1 + random.below(20)) * (random.chance(1, in: 50) ? -1 : 1)
    let cents = 50 + min(random.below(200_000), random.below(200_000), random.below(200_000))
    let discount = random.chance(3, in: 10) ? 1 + random.below(40) : 0
    block.append(quantity, scale: 0)
    block.append(comma)
    block.append(cents, scale: 2)
    block.append(comma)
    if discount > 0 { block.append(discount, scale: 2) }
    block.append(comma)
    block.append(quantity * cents * (100 - discount), scale: 4)
    block.append(comma)
    block.append(words.taxRates[random.below(words.taxRates.count)])
    block.append(comma)
    if !random.chance(1, in: 10) { block.append(5 + random.below(29_995), scale: 3) }
  }

  private func appendAddress(to block: inout RowBlock, random: inout RandomSource) {
    let quote = UInt8(ascii: "\"")
    block.append(quote)
    block.append(1 + random.below(240))
    block.append(UInt8(ascii: " "))
    block.append(words.streets[random.below(words.streets.count)])
    if random.chance(2, in: 5) {
      block.append(UInt8(ascii: "\n"))
      block.appendDoublingQuotes(words.doors[random.below(words.doors.count)])
    }
    block.append(quote)
  }

  private func appendNote(to block: inout RowBlock, random: inout RandomSource) {
    guard random.chance(2, in: 5) else { return }
    let quote = UInt8(ascii: "\"")
    let lineEnd: StaticString = random.chance(1, in: 16) ? "\r\n" : "\n"
    block.append(quote)
    if random.chance(1, in: 800) {
      let end = block.bytes.count + 1_024 + random.below(3_072)
      while block.bytes.count < end {
        block.appendDoublingQuotes(words.decoys[random.below(words.decoys.count)])
        block.append(lineEnd)
      }
    }
    block.appendDoublingQuotes(words.remarks[random.below(words.remarks.count)])
    for _ in 0..<random.below(4) {
      if random.chance(1, in: 2) { block.append(lineEnd) } else { block.append(UInt8(ascii: " ")) }
      block.appendDoublingQuotes(words.remarks[random.below(words.remarks.count)])
    }
    block.append(quote)
  }

  /// The days of `years` years as `2015-01-01`.
  private static func days(from first: Int, years: Int) -> [[UInt8]] {
    var days: [[UInt8]] = []
    for year in first..<first + years {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      for (month, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
        for day in 1...length {
          var text = RowBlock()
          text.append(year)
          text.append(UInt8(ascii: "-"))
          text.append(month + 1, width: 2)
          text.append(UInt8(ascii: "-"))
          text.append(day, width: 2)
          days.append(text.bytes)
        }
      }
    }
    return days
  }
}
