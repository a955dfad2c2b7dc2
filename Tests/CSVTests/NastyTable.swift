// Random tables whose records nearly all have the same number of fields, with everything that quoting allows and, here and
// there, what it does not.

/// The bytes of a table.
struct NastyTable {
  var bytes: [UInt8] = []

  init(columns: Int, rows: Int, using generator: inout SeededGenerator) {
    let texts = ["", "a", "42", "-12.3", "some longer text", "\u{E9}t\u{E9}", " ", "\0"]
    let quoted = ["\"\"", "\"a\"", "\"a,b\"", "\"a\nb\"", "\"\r\n\"", "\"\r\"", "\"\"\"\"", "\"say \"\"x\"\", twice\""]
    let odd = ["a\"b", "\"a\"b", "\"", "x,y", "\n", "\r", "\"\" "]
    let lineEnds = [["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r", "\n\n"]].randomElement(using: &generator)!
    let quotedShare = [0, 0, 3, 30].randomElement(using: &generator)!
    let oddShare = [0, 0, 1, 5].randomElement(using: &generator)!
    for _ in 0..<rows {
      for column in 0..<columns {
        if column > 0 { bytes.append(UInt8(ascii: ",")) }
        let draw = Int.random(in: 0..<100, using: &generator)
        let choice = draw < oddShare ? odd : draw < oddShare + quotedShare ? quoted : texts
        bytes += choice.randomElement(using: &generator)!.utf8
      }
      bytes += lineEnds.randomElement(using: &generator)!.utf8
    }
  }
}
