// The two forms of the automaton against each other and against Python's `re`, and their bounds on time.

import Testing

@testable import Query

#if canImport(Glibc)
  import Glibc
#endif

/// A generator of repeatable random numbers (https://prng.di.unimi.it/splitmix64.c).
private struct SplitMix {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }

  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}

/// Writes random patterns, each as ours and as Python's (where `$` before a last line feed means another thing).
private struct PatternWriter {
  var random: SplitMix

  mutating func pattern(depth: Int) -> String {
    var branches: [String] = []
    for _ in 0...(random.below(4) == 0 ? 1 : 0) { branches.append(sequence(depth: depth)) }
    return branches.joined(separator: "|")
  }

  private mutating func sequence(depth: Int) -> String {
    var text = ""
    for _ in 0..<random.below(5) {
      let isAssertion = random.below(8) == 0
      text += isAssertion ? random.pick(["^", "$", "\\b", "\\B"]) : item(depth: depth) + repetition()
    }
    return text
  }

  private mutating func repetition() -> String {
    random.pick(["", "", "", "", "*", "+", "?", "*?", "{2}", "{1,3}", "{0,2}", "{2,}", "{0}"])
  }

  private mutating func item(depth: Int) -> String {
    switch random.below(depth > 0 ? 8 : 6) {
    case 0, 1, 2: return random.pick(["a", "b", "c", "A", "é", "日", "_", "1", " ", "\\.", "-", "]", "\\n", "\\x41"])
    case 3: return "."
    case 4: return random.pick(["\\d", "\\D", "\\w", "\\W", "\\s", "\\S"])
    case 5: return set()
    default: return random.pick(["(", "(?:"]) + pattern(depth: depth - 1) + ")"
    }
  }

  private mutating func set() -> String {
    var text = random.below(3) == 0 ? "[^" : "["
    // An unescaped bracket is a member only as the first.
    if random.below(6) == 0 { text += "]" }
    for _ in 0...random.below(3) {
      text += random.pick(["a", "b-d", "A-C", "0-9", "é", "à-ü", "\\w", "\\S", "\\-", "日", "\\n", "_-c"])
    }
    return text + "]"
  }

  mutating func text() -> String {
    var text = ""
    for _ in 0..<random.below(9) {
      text += random.pick(["a", "b", "c", "A", "B", "é", "日", "_", "1", " ", ".", "-", "]", "\n", "É"])
    }
    return text
  }
}

struct PatternTests {
  /// A pattern in both forms, which must agree.
  private struct Twins {
    let source: String
    let program: PatternProgram
    let bits: PatternBits

    init(_ source: String) throws {
      self.source = source
      program = try PatternProgram(try PatternParser.parse(Array(source.unicodeScalars)))
      bits = PatternBits(program)
    }

    func occurs(in bytes: [UInt8]) -> Bool {
      let plain = program.occurs(in: bytes.span)
      if bits.isUsable { #expect(bits.occurs(in: bytes.span) == plain, "\(source) in \(bytes)") }
      return plain
    }
  }

  private func occurs(_ source: String, _ bytes: [UInt8]) throws -> Bool {
    let found = try Twins(source).occurs(in: bytes)
    #expect(try Pattern(Array(source.unicodeScalars)).occurs(in: bytes.span) == found)
    return found
  }

  private func occurs(_ source: String, _ text: String) throws -> Bool { try occurs(source, Array(text.utf8)) }

  @Test(arguments: [
    ("", "", true), ("", "abc", true), ("b", "abc", true), ("^b", "abc", false), ("^a.c$", "abc", true),
    ("^$", "", true), ("^$", "a", false), ("$", "abc", true), ("c$", "abc\n", false), (".", "\n", false),
    ("(?s).", "\n", true), ("(?i)HeLLo", "say hEllO", true), ("(?i)[a-c]X", "Bx", true), ("(?i)[^a]", "A", false),
    ("(?is)A.B", "a\nb", true), ("(?i)\\x41", "a", true), ("(?i)é", "É", false), ("a{3}", "aa", false),
    ("a{3}", "xaaa", true),
    ("^a{2,3}$", "aaaa", false), ("^(ab|cd)+$", "abcdab", true), ("^(a*)*$", "aaab", false), ("(a*)*b", "aaab", true),
    ("(|a)+$", "aa", true), ("\\bcat\\b", "a cat.", true), ("\\bcat\\b", "concat", false), ("\\Bcat", "concat", true),
    ("^.$", "é", true), ("^..$", "é", false), ("^[à-ü]$", "é", true), ("^[^a]$", "日", true), ("[]]", "]", true),
    ("[a-]", "-", true), ("[^]]", "]", false), ("a|b|", "", true), ("^(?:a|b|)$", "c", false), ("\\.", "a", false),
    ("x*", "", true), ("^x{0}$", "", true), ("a}", "a}", true), ("\\$\\^\\{", "$^{", true), ("日本+", "日本本", true),
  ])
  func findsByHand(pattern: String, text: String, expected: Bool) throws {
    #expect(try occurs(pattern, text) == expected)
  }

  @Test func takesBytesThatAreNotUnicode() throws {
    #expect(try occurs("^.$", [0xFF]))
    #expect(try occurs("^..$", [0xE2, 0x82]))
    #expect(try occurs("^[^a]b$", [0x80, 0x62]))
    #expect(try occurs("^\\W$", [0xC0]))
    #expect(try !occurs("\\w", [0xC0, 0xFE]))
    #expect(try !occurs("é", [0xC3, 0x28]))
  }

  @Test func agreesWithPython() throws {
    var writer = PatternWriter(random: SplitMix(state: 20_240_901))
    var cases: [(pattern: String, text: String)] = []
    for _ in 0..<1500 {
      let pattern = (writer.random.below(5) == 0 ? "(?i)" : "") + writer.pattern(depth: 3)
      for _ in 0..<6 {
        let text = writer.text()
        // Python before 3.14 finds no \B in the empty text, where every other engine finds one.
        if !text.isEmpty || !pattern.contains("\\B") { cases.append((pattern, text)) }
      }
    }
    // Hexadecimal lines, so that no quoting is in the way.
    func hex(_ text: String) -> String { text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    let lines = cases.map { "\(hex($0.pattern)) \(hex($0.text))\n" }.joined()
    let program = """
      import re, sys, warnings
      warnings.simplefilter('ignore')
      for line in open(sys.argv[1]):
          pattern, text = (bytes.fromhex(part).decode() for part in line.rstrip('\\n').split(' '))
          print(1 if re.search(pattern.replace('$', '\\\\Z'), text, re.ASCII) else 0)
      """
    let answers = try python(program, input: lines).split(separator: "\n")
    try #require(answers.count == cases.count)
    var matches = 0
    var twins = try Twins("")
    for (index, item) in cases.enumerated() {
      if item.pattern != twins.source { twins = try Twins(item.pattern) }
      let found = twins.occurs(in: Array(item.text.utf8))
      #expect(found == (answers[index] == "1"), "\(item.pattern) in \(item.text.debugDescription)")
      matches += found ? 1 : 0
    }
    // A comparison in which nearly all cases end alike would show little.
    #expect(matches > cases.count / 5 && matches < cases.count * 4 / 5, "\(matches) of \(cases.count)")
  }

  @Test func changesFormBehind64Characters() throws {
    for count in 63...66 {
      let source = "^a{\(count)}$"
      #expect(try Twins(source).bits.isUsable == (count <= 64))
      #expect(try occurs(source, String(repeating: "a", count: count)))
      #expect(try !occurs(source, String(repeating: "a", count: count - 1)))
      #expect(try !occurs(source, String(repeating: "a", count: count + 1)))
    }
  }

  @Test func keepsLinearTime() throws {
    // Backtracking takes 2 to the power of 1,000 steps for each of these.
    let text = String(repeating: "a", count: 1_000)
    #expect(try !occurs("(a*)*b", text))
    #expect(try !occurs("(a|aa)+$b", text))
    #expect(try !occurs("(a?){200}a{200}b", text))
    #expect(try occurs("(a?){300}a{300}", text))
    #expect(try !occurs("^(.*,){20}x", String(repeating: "1,", count: 1_000)))
  }

  /// Runs a Python program on a file with the input, and gives what it prints.
  private func python(_ program: String, input: String) throws -> String {
    let path = "/tmp/pipe-pattern-tests.\(getpid())"
    defer { for suffix in [".py", ".txt"] { unlink(path + suffix) } }
    for (suffix, content) in [(".py", program), (".txt", input)] {
      let file = try #require(fopen(path + suffix, "w"))
      fwrite(content, 1, content.utf8.count, file)
      fclose(file)
    }
    let pipe = try #require(popen("python3 \(path).py \(path).txt", "r"))
    defer { pclose(pipe) }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&buffer, 1, buffer.count, pipe)
      if count == 0 { break }
      output += buffer[..<count]
    }
    return String(decoding: output, as: UTF8.self)
  }
}
