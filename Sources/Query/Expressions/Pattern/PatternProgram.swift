// A pattern compiled to the program of a nondeterministic automaton, and its simulation in time text x program, after
// Ken Thompson and Rob Pike (https://swtch.com/~rsc/regexp/regexp2.html). The plain form that decides what is true;
// `PatternBits` is its fast form.

/// One step of a pattern's program.
enum PatternInstruction: Equatable, Sendable {
  /// Takes one character that is in the set.
  case take(Int)
  /// Goes on at both places.
  case split(Int, Int)
  case jump(Int)
  /// Goes on where the assertion holds.
  case assert(PatternAssertion)
  case accept
}

/// What assertions ask about a place between two characters.
struct PatternPlace: Equatable, Sendable {
  var isStart: Bool
  var isEnd: Bool
  var isWordBoundary: Bool

  init(isStart: Bool, isEnd: Bool, isWordBoundary: Bool) {
    self.isStart = isStart
    self.isEnd = isEnd
    self.isWordBoundary = isWordBoundary
  }

  /// The place before byte `index` of a text.
  @inline(__always)
  init(before index: Int, of text: Span<UInt8>) {
    isStart = index == 0
    isEnd = index == text.count
    let isBehindWord = index > 0 && ScalarSet.isWordByte(text[index - 1])
    isWordBoundary = isBehindWord != (index < text.count && ScalarSet.isWordByte(text[index]))
  }

  func satisfies(_ assertion: PatternAssertion) -> Bool {
    switch assertion {
    case .start: isStart
    case .end: isEnd
    case .wordBoundary: isWordBoundary
    case .noWordBoundary: !isWordBoundary
    }
  }
}

/// A pattern as a program. It starts at instruction 0.
struct PatternProgram: Sendable {
  private(set) var instructions: [PatternInstruction] = []
  private(set) var sets: [ScalarSet] = []

  /// The most instructions of a program, and so the bound on the work a character.
  static let maxSize = 10_000

  init(_ node: PatternNode) throws(PatternError) {
    _ = try Self.size(of: node)
    emit(node)
    instructions.append(.accept)
  }

  /// Instructions that a node takes.
  private static func size(of node: PatternNode) throws(PatternError) -> Int {
    var size = 0
    var index = 0
    switch node {
    case .empty: return 0
    case .set, .assertion: return 1
    case .sequence(let items):
      for item in items { size += try Self.size(of: item) }
    case .choice(let branches):
      for branch in branches { size += try Self.size(of: branch) + 2 }
    case .repetition(let item, let minimum, let maximum, let place):
      let one = try Self.size(of: item) + 2
      size = one * max(maximum ?? minimum, 1)
      index = place
    }
    guard size <= maxSize else {
      throw PatternError(
        message: "the pattern is too large: its repetitions make more than \(maxSize) steps", remedy: nil, index: index)
    }
    return size
  }

  private mutating func emit(_ node: PatternNode) {
    switch node {
    case .empty: break
    case .set(let set):
      sets.append(set)
      instructions.append(.take(sets.count - 1))
    case .assertion(let assertion): instructions.append(.assert(assertion))
    case .sequence(let items):
      for item in items { emit(item) }
    case .choice(let branches):
      var jumps: [Int] = []
      for branch in branches.dropLast() {
        let split = reserve()
        emit(branch)
        jumps.append(reserve())
        instructions[split] = .split(split + 1, instructions.count)
      }
      if let last = branches.last { emit(last) }
      for jump in jumps { instructions[jump] = .jump(instructions.count) }
    case .repetition(let item, let minimum, let maximum, _): emit(item, minimum: minimum, maximum: maximum)
    }
  }

  /// Adds an instruction to be filled in later.
  private mutating func reserve() -> Int {
    instructions.append(.accept)
    return instructions.count - 1
  }

  private mutating func emit(_ item: PatternNode, minimum: Int, maximum: Int?) {
    for _ in 0..<max(minimum - 1, 0) { emit(item) }
    let last = instructions.count
    if minimum > 0 { emit(item) }
    guard let maximum else {
      if minimum > 0 {
        instructions.append(.split(last, instructions.count + 1))
        return
      }
      let split = reserve()
      emit(item)
      instructions.append(.jump(split))
      instructions[split] = .split(split + 1, instructions.count)
      return
    }
    var splits: [Int] = []
    for _ in 0..<maximum - minimum {
      splits.append(reserve())
      emit(item)
    }
    for split in splits { instructions[split] = .split(split + 1, instructions.count) }
  }

  /// Collects the `take` instructions that can be reached from `start` at a place without taking a character, those
  /// that are in `reached` already left out.
  ///
  /// - Parameter marks: `mark` for each instruction that was passed, so that none is passed twice.
  /// - Returns: whether the end of the pattern can be reached.
  func follow(
    _ start: Int, at place: PatternPlace, marks: inout [Int], mark: Int, stack: inout [Int], into reached: inout [Int]
  ) -> Bool {
    var accepts = false
    stack.append(start)
    while let index = stack.popLast() {
      guard marks[index] != mark else { continue }
      marks[index] = mark
      switch instructions[index] {
      case .take: reached.append(index)
      case .split(let first, let second):
        stack.append(second)
        stack.append(first)
      case .jump(let target): stack.append(target)
      case .assert(let assertion): if place.satisfies(assertion) { stack.append(index + 1) }
      case .accept: accepts = true
      }
    }
    return accepts
  }

  /// Whether the pattern occurs anywhere in a text. Every instruction is passed at most once a character.
  func occurs(in text: Span<UInt8>) -> Bool {
    var marks = Array(repeating: -1, count: instructions.count)
    var stack: [Int] = []
    var reached: [Int] = []
    var taken: [Int] = []
    var index = 0
    while true {
      let place = PatternPlace(before: index, of: text)
      reached.removeAll(keepingCapacity: true)
      taken.append(0)
      for next in taken where follow(next, at: place, marks: &marks, mark: index, stack: &stack, into: &reached) {
        return true
      }
      guard index < text.count else { return false }
      let scalar = CodePoint.next(in: text, at: &index)
      taken.removeAll(keepingCapacity: true)
      for instruction in reached {
        if case .take(let set) = instructions[instruction], sets[set].contains(scalar) { taken.append(instruction + 1) }
      }
    }
  }
}
