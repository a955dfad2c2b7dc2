// How calls and lists are resolved: the part of the resolver that grows with the functions.

extension ExpressionResolver {
  // MARK: Functions

  mutating func call(
    _ name: String, _ arguments: [SyntaxNode], _ node: SyntaxNode, as wanted: ValueKind?
  ) throws(QuestionError) -> Int {
    let offset = node.offset
    guard let function = ExpressionFunction.named(name) else {
      let names = ExpressionFunction.allCases.map(\.rawValue)
      let nearest = NearestName.of(name, among: names)
      throw error(
        "there is no function \"\(name)\"",
        remedy: nearest.map { "did you mean \"\($0)\"?" } ?? "the functions are \(names.joined(separator: ", "))",
        at: offset)
    }
    guard function.arity.contains(arguments.count) else {
      let got = arguments.count == 1 ? "1 argument" : "\(arguments.count) arguments"
      throw error("\(function.rawValue) got \(got)", remedy: "write \(function.form)", at: offset)
    }
    if let kind = function.kind, let wanted, kind != wanted {
      throw error(
        "\(function.rawValue) gives \(Self.phrase(kind)), where \(Self.phrase(wanted)) is needed", at: offset)
    }
    switch function {
    case .length:
      let index = try build(arguments[0], as: .text)
      return try append(.length(index), over: [index], at: offset)
    case .lower, .upper:
      let index = try build(arguments[0], as: .text)
      return try append(.changeCase(index, isUpper: function == .upper), over: [index], at: offset)
    case .abs:
      let index = try build(arguments[0], as: .number)
      return try append(.absolute(index), over: [index], at: offset)
    case .startsWith: return try test(.isPrefix, arguments, at: offset)
    case .endsWith: return try test(.isSuffix, arguments, at: offset)
    case .contains: return try test(.occurs, arguments, at: offset)
    case .matches: return try matches(arguments, at: offset)
    case .coalesce:
      let kind = wanted ?? leaning(of: node).kind
      var indices: [Int] = []
      for argument in arguments { indices.append(try build(argument, as: kind)) }
      return try append(.coalesce(addOperands(indices)), over: indices, at: offset)
    }
  }

  private mutating func test(
    _ test: TextTest, _ arguments: [SyntaxNode], at offset: Int
  ) throws(QuestionError) -> Int {
    let text = try build(arguments[0], as: .text)
    if case .text(let literal) = arguments[1].form {
      return try append(.testLiteral(test, text, literal: addText(literal.bytes)), over: [text], at: offset)
    }
    let part = try build(arguments[1], as: .text)
    return try append(.testTexts(test, text, part), over: [text, part], at: offset)
  }

  private mutating func matches(_ arguments: [SyntaxNode], at offset: Int) throws(QuestionError) -> Int {
    let text = try build(arguments[0], as: .text)
    guard case .text(let literal) = arguments[1].form else {
      throw error(
        "the pattern of matches must be a text literal", remedy: "write \(ExpressionFunction.matches.form)",
        at: arguments[1].offset)
    }
    do {
      built.patterns.append(try Pattern(literal.scalars))
    } catch {
      // Behind the last code point of the pattern stands its closing quote.
      let place = error.index < literal.offsets.count ? literal.offsets[error.index] : nil
      let end = literal.offsets.last.map { $0 + 1 } ?? arguments[1].offset + 1
      throw self.error(error.message, remedy: error.remedy, at: place ?? end)
    }
    return try append(.matches(text, pattern: built.patterns.count - 1), over: [text], at: offset)
  }

  // MARK: Lists

  /// `operand in (list)`. Numbers and texts that are literals become a sorted set; whatever else stands in the list is
  /// compared one by one.
  mutating func member(_ operand: SyntaxNode, of list: [SyntaxNode], at offset: Int) throws(QuestionError) -> Int {
    for element in list where element.form == .null {
      throw error(
        "a value is never equal to the null in a list", remedy: "leave it out, and add || ... is null",
        at: element.offset)
    }
    let kind = memberKind(operand, of: list)
    var isFlexible = true
    if case .firm = leaning(of: operand) { isFlexible = false }
    let index = try build(operand, as: kind)
    var tests: [Int] = []
    var numbers: [Number] = []
    var texts: [[UInt8]] = []
    for element in list {
      switch (kind, element.form) {
      case (.number, .number(let digits)): numbers.append(try number(digits, at: element.offset))
      case (.text, .text(let literal)): texts.append(literal.bytes)
      // Among texts a number stands for its own letters, unless the operand is a text by itself.
      case (.text, .number(let digits)) where isFlexible: texts.append(Array(digits.utf8))
      default:
        let other = try build(element, as: kind)
        tests.append(try equalKinds(.equal, index, other, kind: kind, at: element.offset))
      }
    }
    if !numbers.isEmpty {
      let start = built.numberMembers.count
      built.numberMembers += numbers.sorted { Number.compare($0, $1) < 0 }
      let set = start..<built.numberMembers.count
      tests.insert(try append(.memberNumber(index, set: set), over: [index], at: offset), at: 0)
    }
    if !texts.isEmpty {
      let start = built.textMembers.count
      for text in texts.sorted(by: { $0.lexicographicallyPrecedes($1) }) { built.textMembers.append(addText(text)) }
      let set = start..<built.textMembers.count
      tests.insert(try append(.memberText(index, set: set), over: [index], at: offset), at: 0)
    }
    if tests.count == 1 { return tests[0] }
    return try append(.any(addOperands(tests)), over: tests, at: offset)
  }

  /// What the elements of a list are compared as: what the operand firmly is; else text if one element is a text; else
  /// what the elements and the operand lean to.
  private func memberKind(_ operand: SyntaxNode, of list: [SyntaxNode]) -> ValueKind {
    let leaning = leaning(of: operand)
    if case .firm(let kind) = leaning { return kind }
    let elements = list.map { self.leaning(of: $0) }
    if elements.contains(.firm(.text)) { return .text }
    return Leaning.joined(elements + [leaning]).kind ?? .text
  }
}
