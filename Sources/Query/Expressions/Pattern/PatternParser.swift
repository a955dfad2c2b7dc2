// Reads regular expressions: the common core of Python's and RE2's, and nothing beyond it. Whatever is not known is
// refused with its place, never taken for something else.

/// What is wrong with a pattern, and where.
struct PatternError: Error, Equatable {
  var message: String
  var remedy: String?
  /// In code points of the pattern.
  var index: Int
}

/// A place of a text that takes no characters.
enum PatternAssertion: Equatable, Sendable {
  case start, end, wordBoundary, noWordBoundary
}

/// A pattern as written.
indirect enum PatternNode: Equatable {
  case empty
  case set(ScalarSet)
  case assertion(PatternAssertion)
  case sequence([PatternNode])
  case choice([PatternNode])
  /// A nil maximum is no maximum. `index` is where the repetition stands in the pattern.
  case repetition(PatternNode, minimum: Int, maximum: Int?, index: Int)
}

/// Reads one pattern.
struct PatternParser {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var nesting = 0
  private var ignoresCase = false
  private var dotIsEverything = false

  /// The greatest count of a counted repetition.
  static let maxCount = 1000
  private static let maxNesting = 100

  private init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

  static func parse(_ scalars: [Unicode.Scalar]) throws(PatternError) -> PatternNode {
    var parser = PatternParser(scalars)
    try parser.flags()
    let node = try parser.choice()
    if parser.peek() != nil { throw parser.error(") without its (", remedy: "write \\) for the character") }
    return node
  }

  private func error(_ message: String, remedy: String? = nil, at index: Int? = nil) -> PatternError {
    PatternError(message: message, remedy: remedy, index: index ?? position)
  }

  private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
    position + ahead < scalars.count ? scalars[position + ahead] : nil
  }

  private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard peek() == scalar else { return false }
    position += 1
    return true
  }

  /// `(?i)` and `(?s)` at the start.
  private mutating func flags() throws(PatternError) {
    guard peek() == "(", peek(1) == "?", let third = peek(2), third != ":" else { return }
    var end = 2
    while let flag = peek(end), flag == "i" || flag == "s" { end += 1 }
    guard end > 2, peek(end) == ")" else { return }
    for flag in scalars[2..<end] {
      if flag == "i" { ignoresCase = true } else { dotIsEverything = true }
    }
    position = end + 1
  }

  private mutating func choice() throws(PatternError) -> PatternNode {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maxNesting else { throw error("the pattern is nested too deeply") }
    var branches = [try sequence()]
    while skip("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(PatternError) -> PatternNode {
    var items: [PatternNode] = []
    while let scalar = peek(), scalar != "|", scalar != ")" {
      let item = try item()
      items.append(try repeated(item))
    }
    return items.isEmpty ? .empty : items.count == 1 ? items[0] : .sequence(items)
  }

  private mutating func repeated(_ item: PatternNode) throws(PatternError) -> PatternNode {
    let index = position
    let minimum: Int
    let maximum: Int?
    switch peek() {
    case "*": (minimum, maximum) = (0, nil)
    case "+": (minimum, maximum) = (1, nil)
    case "?": (minimum, maximum) = (0, 1)
    case "{": (minimum, maximum) = try counts()
    default: return item
    }
    if case .assertion = item {
      throw error("\(scalars[index]) repeats nothing: it stands behind ^, $, \\b or \\B", at: index)
    }
    position += 1
    // A lazy repetition finds other places, but it finds one exactly when the plain one does.
    _ = skip("?")
    if let next = peek(), next == "*" || next == "+" || next == "?" || next == "{" {
      throw error("\(next) repeats a repetition", remedy: "put the first one in parentheses, as in (?:a*)+")
    }
    return .repetition(item, minimum: minimum, maximum: maximum, index: index)
  }

  /// `{n}`, `{m,}` or `{m,n}`; leaves the position on the closing brace.
  private mutating func counts() throws(PatternError) -> (Int, Int?) {
    let start = position
    position += 1
    let unknown = error("{ must be followed by counts, as in {2,5}", remedy: "write \\{ for the character", at: start)
    guard let minimum = try count() else { throw unknown }
    var maximum: Int? = minimum
    if skip(",") { maximum = try count() }
    guard peek() == "}" else { throw unknown }
    if let maximum, maximum < minimum { throw error("{\(minimum),\(maximum)} counts downwards", at: start) }
    return (minimum, maximum)
  }

  private mutating func count() throws(PatternError) -> Int? {
    let start = position
    var value: Int?
    while let scalar = peek(), ("0"..."9").contains(scalar) {
      value = (value ?? 0) * 10 + Int(scalar.value - 0x30)
      guard value ?? 0 <= Self.maxCount else {
        throw error("a repetition counts at most to \(Self.maxCount)", at: start)
      }
      position += 1
    }
    return value
  }

  private mutating func item() throws(PatternError) -> PatternNode {
    let start = position
    guard let scalar = peek() else { return .empty }
    position += 1
    switch scalar {
    case "(": return try group(start)
    case "[": return .set(try bracket(start))
    case ".": return .set(dotIsEverything ? .everything : .everythingButLineFeed)
    case "^": return .assertion(.start)
    case "$": return .assertion(.end)
    case "*", "+", "?":
      throw error("\(scalar) repeats nothing", remedy: "write \\\(scalar) for the character", at: start)
    case "{": throw error("{ repeats nothing", remedy: "write \\{ for the character", at: start)
    case "\\":
      if skip("b") { return .assertion(.wordBoundary) }
      if skip("B") { return .assertion(.noWordBoundary) }
      return .set(try escape(start))
    default: return .set(single(scalar))
    }
  }

  private func single(_ scalar: Unicode.Scalar) -> ScalarSet {
    ignoresCase ? ScalarSet(scalar).withBothCases : ScalarSet(scalar)
  }

  private mutating func group(_ start: Int) throws(PatternError) -> PatternNode {
    if peek() == "?" {
      guard peek(1) == ":" else {
        throw error(
          "(? opens a group of a kind that is not known here",
          remedy: "known are (...), (?:...), and (?i) and (?s) at the very start", at: start)
      }
      position += 2
    }
    let inner = try choice()
    guard skip(")") else { throw error("( without its )", remedy: "write \\( for the character", at: start) }
    // A group is an item of its own, so that (^)* and (a*)* can be written.
    if case .set = inner { return inner }
    return .sequence([inner])
  }

  /// What a backslash and what follows it mean, as a set. The position is behind the backslash.
  private mutating func escape(_ start: Int) throws(PatternError) -> ScalarSet {
    guard let scalar = peek() else {
      throw error("a backslash ends the pattern", remedy: "write \\\\ for the character", at: start)
    }
    position += 1
    switch scalar {
    case "d": return .digits
    case "D": return ScalarSet.digits.inverted
    case "w": return .wordCharacters
    case "W": return ScalarSet.wordCharacters.inverted
    case "s": return .spaces
    case "S": return ScalarSet.spaces.inverted
    case "n": return ScalarSet("\n")
    case "r": return ScalarSet("\r")
    case "t": return ScalarSet("\t")
    case "f": return ScalarSet("\u{0C}")
    case "v": return ScalarSet("\u{0B}")
    case "x": return single(try hexadecimal(start))
    case "0"..."9":
      throw error("\\\(scalar) would refer back to a group, which linear time does not allow", at: start)
    case _ where scalar.isASCII && scalar.properties.isAlphabetic:
      throw error("the escape \\\(scalar) is not known", at: start)
    default: return single(scalar)
    }
  }

  private mutating func hexadecimal(_ start: Int) throws(PatternError) -> Unicode.Scalar {
    var value: UInt32 = 0
    for _ in 0..<2 {
      guard let scalar = peek(), scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
        throw error("\\x must be followed by two hexadecimal digits", at: start)
      }
      value = value * 16 + UInt32(digit)
      position += 1
    }
    guard value < 0x80, let scalar = Unicode.Scalar(value) else {
      throw error("\\x stands for ASCII characters only", remedy: "write other characters as they are", at: start)
    }
    return scalar
  }

  /// A set in brackets, behind its opening one.
  private mutating func bracket(_ start: Int) throws(PatternError) -> ScalarSet {
    let isInverted = skip("^")
    var ranges: [ClosedRange<UInt32>] = []
    var isFirst = true
    while let scalar = peek(), scalar != "]" || isFirst {
      isFirst = false
      let place = position
      let low = try bracketItem()
      guard peek() == "-", let next = peek(1), next != "]" else {
        ranges += low.ranges
        continue
      }
      position += 1
      let high = try bracketItem()
      guard let first = low.single, let last = high.single else {
        throw error("a range needs a character on both sides", remedy: "write \\- for the character", at: place)
      }
      guard first <= last else { throw error("a range runs backwards", at: place) }
      ranges.append(first...last)
    }
    guard skip("]") else { throw error("[ without its ]", remedy: "write \\[ for the character", at: start) }
    var set = ScalarSet(ranges)
    if ignoresCase { set = set.withBothCases }
    return isInverted ? set.inverted : set
  }

  private mutating func bracketItem() throws(PatternError) -> ScalarSet {
    let start = position
    guard let scalar = peek() else { return ScalarSet([]) }
    position += 1
    if scalar == "[", let next = peek(), next == ":" || next == "." || next == "=" {
      throw error(
        "[\(next) opens a named set, which is not known here", remedy: "write \\[ for the character", at: start)
    }
    guard scalar == "\\" else { return ScalarSet(scalar) }
    let ignoresCase = self.ignoresCase
    // The whole set gets both cases in the end; a range must be read with the cases as written.
    self.ignoresCase = false
    defer { self.ignoresCase = ignoresCase }
    return try escape(start)
  }
}

extension ScalarSet {
  /// The only character of the set; nil where there are more, or none.
  fileprivate var single: UInt32? {
    guard ranges.count == 1, ranges[0].count == 1 else { return nil }
    return ranges[0].lowerBound
  }
}
