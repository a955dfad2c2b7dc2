// The words that orders are made of: invented firms, goods, streets and remarks with the commas, quotes, line breaks and
// letters beyond ASCII that real exports have. Their order decides which bytes a seed gives: change neither order nor text.

/// Texts to draw from, as bytes ready to be written: as fields (quoted where they must be) or, where a field is put
/// together of several, plain.
package struct OrderVocabulary: Sendable {
  package let customers = fields([
    "Harbour Books", "Lindqvist & Søn", "Atelier Noé", "The \"Blue\" Teapot", "Weiß, Brückner und Partner",
    "Old Mill Bakery", "Foto Łuczak", "Ironmongers, Ltd.", "Casa Peñíscola", "North Pier Kayaks", "三角屋",
    "Greenhouse No. 9", "Société Lilloise de Bricolage, S.A.", "Zur Goldenen Gans", "Tamarind", "K", "Čapek's Clocks",
    "Four Winds Sailmakers, Inc.", "Ωmega Optics", "Halvorsen's \"Everything, Almost\" Store", "Bean there",
    "Paper & Twine", "Museum shop", "Кофейня на углу",
  ])
  /// ISO 3166 codes, the frequent ones several times; `NA` is Namibia.
  package let countries = fields([
    "DE", "DE", "DE", "DE", "FR", "FR", "FR", "GB", "GB", "GB", "US", "US", "US", "NL", "NL", "PL", "PL", "SE", "NO",
    "DK", "FI", "ES", "ES", "IT", "IT", "PT", "AT", "CH", "CZ", "NA", "JP", "IN", "BR", "ZA", "AU", "IS",
  ])
  package let statuses = fields([
    "shipped", "shipped", "shipped", "shipped", "shipped", "paid", "paid", "open", "cancelled", "returned",
  ])
  package let priorities = fields(["normal", "normal", "normal", "high", "low"])
  package let products = fields([
    "Desk lamp, 40 cm", "Monitor 27\" matte", "Notebook A5, ruled", "Ink, black", "Chair", "Rug \"Åland\", 2 x 3 m",
    "Tape 19 mm", "Shelf 80\"", "Pencil HB", "Kettle 1.7 l", "Café cup, set of 6", "Crêpe pan", "Screws 4x40, 100 pcs",
    "Bolt 3/8\", zinc", "Map of Malmö", "Clock", "Umbrella \"Gust\"", "Jigsaw, 1,000 pieces", "Teapot",
    "Vase (jäger green)",
    "USB cable, 2 m", "Lens cloth", "Bicycle bell", "Garden hose 1/2\", 25 m", "Candle", "Soap, lavender",
    "Tent, 3 persons",
    "Thermos 0.5 l", "Key ring", "Poster \"Ceci n'est pas une pipe\"", "Wool, 50 g", "Hat",
  ])
  /// Tax rates as text with as many digits as each country writes.
  package let taxRates = fields(["0", "0.05", "0.077", "0.19", "0.19", "0.19", "0.2", "0.21", "0.25", "0.081"])
  package let streets = bytes([
    "Mill Lane", "Harbour Street", "Rue de l'Église", "Königsallee", "Storgata", "Calle Mayor", "Ulica Długa",
    "High Street",
    "Via Roma", "Gänsemarkt", "Nørregade", "Avenida da Liberdade", "Old Post Road", "Kungsgatan", "Sakura-dōri",
    "Kerkstraat",
  ])
  /// Second lines of addresses; some hold commas and quotes.
  package let doors = bytes([
    "3rd floor, left", "Back door", "c/o Reception", "Flat \"B\"", "Unit 7, Gate 2", "Rear building, ring twice",
    "2º dcha.",
    "Basement",
  ])
  /// Sentences of remarks, plain.
  package let remarks = bytes([
    "Please leave it at the door.", "Gift, do not enclose the invoice.", "The customer said: \"no plastic\".",
    "Ring twice, the bell is broken.", "Second attempt.", "Fragile!", "Deliver between 9:00 and 12:30, not later.",
    "Paid by voucher, 12,50 in cash.", "\"Urgent\"", "See the earlier order; same address.",
    "Naïve café façade, green gate.",
    "No, really: \"ring twice\", please.", "Callback wanted.", "Box 3 of 4, the rest follows.", ",", "Größe prüfen.",
  ])
  /// Lines that look like records of the table, for long remarks.
  package let decoys = bytes([
    "1,17,Harbour Books,DE,Ulm,00042,2016-02-29,2016-02-29T10:11:12,,open,,Chair,AA-0001,1,9.99,,9.9900,0.19,,false,,",
    "\"2\",\"18\",\"Tamarind\",\"NA\"", "order_id,customer_id,customer,country", ",,,,,,,,,,,,,,,,,,,,,", "\"", "",
    "He wrote \"yes, but",
  ])

  package init() {}

  private static func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

  /// Texts as fields, quoted where RFC 4180 asks for it.
  private static func fields(_ texts: [String]) -> [[UInt8]] {
    bytes(texts).map { text in
      guard text.contains(UInt8(ascii: ",")) || text.contains(UInt8(ascii: "\"")) else { return text }
      var block = RowBlock()
      block.append(UInt8(ascii: "\""))
      block.appendDoublingQuotes(text)
      block.append(UInt8(ascii: "\""))
      return block.bytes
    }
  }
}
