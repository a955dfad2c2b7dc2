// The automaton of a small pattern with its states in the bits of one word: no memory is touched but tables, so that a
// row allocates nothing. Gives what `PatternProgram` gives; a test holds the two against each other.

/// A pattern of at most 64 characters to take.
struct PatternBits: Sendable {
  static let maxStates = 64

  /// Whether the pattern has no more states; if not, there are no tables and nothing may be looked for. A flag rather
  /// than an optional, because looking into an optional copies the tables' references.
  private(set) var isUsable = false
  /// States that can follow state s at a place of number p: `follow[p * maxStates + s]`.
  private var follow: [UInt64] = []
  /// By number of place: states that can start there.
  private var first: [UInt64] = []
  /// By number of place: states behind which the pattern can end there.
  private var accepting: [UInt64] = []
  /// By number of place: whether the empty text there is a match.
  private var acceptsEmpty: [Bool] = []
  /// States that take an ASCII character.
  private var ascii = [UInt64](repeating: 0, count: 128)
  /// What each state takes.
  private var sets: [ScalarSet] = []
  /// Whether there are assertions; if not, all places are number 0.
  private var hasAssertions = false
  /// Whether a match can only begin at the start of the text.
  private var isAnchored = false

  init(_ program: PatternProgram) {
    var states: [Int] = []
    for (index, instruction) in program.instructions.enumerated() {
      switch instruction {
      case .take(let set):
        states.append(index)
        sets.append(program.sets[set])
      case .assert: hasAssertions = true
      default: break
      }
    }
    guard states.count <= Self.maxStates else { return }
    isUsable = true
    let places = hasAssertions ? 8 : 1
    follow = Array(repeating: 0, count: places * Self.maxStates)
    var marks = Array(repeating: -1, count: program.instructions.count)
    var mark = 0
    var stack: [Int] = []
    for number in 0..<places {
      let place = PatternPlace(number: number)
      func closure(_ start: Int) -> (states: UInt64, accepts: Bool) {
        var reached: [Int] = []
        let accepts = program.follow(start, at: place, marks: &marks, mark: mark, stack: &stack, into: &reached)
        mark += 1
        let bits = reached.reduce(UInt64(0)) { $0 | 1 << UInt64(states.firstIndex(of: $1) ?? 0) }
        return (bits, accepts)
      }
      let start = closure(0)
      first.append(start.states)
      acceptsEmpty.append(start.accepts)
      accepting.append(0)
      for (state, instruction) in states.enumerated() {
        let next = closure(instruction + 1)
        follow[number * Self.maxStates + state] = next.states
        if next.accepts { accepting[number] |= 1 << UInt64(state) }
      }
    }
    isAnchored =
      hasAssertions
      && (0..<places).allSatisfy { number in
        PatternPlace(number: number).isStart || first[number] == 0 && !acceptsEmpty[number]
      }
    for (state, set) in sets.enumerated() {
      for character in ascii.indices where set.contains(UInt32(character)) { ascii[character] |= 1 << UInt64(state) }
    }
  }

  /// Whether the pattern occurs anywhere in a text.
  func occurs(in text: Span<UInt8>) -> Bool {
    let follow = self.follow.span
    let ascii = self.ascii.span
    var index = 0
    // States whose character was the last one.
    var taken: UInt64 = 0
    while true {
      let place = hasAssertions ? PatternPlace(before: index, of: text).number : 0
      if acceptsEmpty[place] || taken & accepting[place] != 0 { return true }
      guard index < text.count else { return false }
      if taken == 0, isAnchored, index > 0 { return false }
      var ready = first[place]
      while taken != 0 {
        ready |= follow[place * Self.maxStates + taken.trailingZeroBitCount]
        taken &= taken &- 1
      }
      // Where every place is like the other, characters that nothing waits for change nothing.
      while !hasAssertions, ready == first[0], index + 1 < text.count, text[index] < 0x80,
        ready & ascii[Int(text[index])] == 0
      {
        index += 1
      }
      let byte = text[index]
      if byte < 0x80 {
        index += 1
        taken = ready & ascii[Int(byte)]
      } else {
        taken = take(CodePoint.next(in: text, at: &index), ready)
      }
    }
  }

  /// Those of the states that take a character that is not ASCII.
  private func take(_ scalar: UInt32, _ ready: UInt64) -> UInt64 {
    var rest = ready
    var taken: UInt64 = 0
    while rest != 0 {
      let state = rest.trailingZeroBitCount
      rest &= rest &- 1
      if sets[state].contains(scalar) { taken |= 1 << UInt64(state) }
    }
    return taken
  }
}

extension PatternPlace {
  /// The place as a number below 8.
  @inline(__always)
  fileprivate var number: Int { (isStart ? 1 : 0) | (isEnd ? 2 : 0) | (isWordBoundary ? 4 : 0) }

  fileprivate init(number: Int) {
    self.init(isStart: number & 1 != 0, isEnd: number & 2 != 0, isWordBoundary: number & 4 != 0)
  }
}
