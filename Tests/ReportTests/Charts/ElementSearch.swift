// Finding elements in a tree, for tests that ask what was drawn.

@testable import Report

extension Element {
  /// The element and all within it, in the order of the document.
  var all: [Element] {
    [self]
      + nodes.flatMap { node -> [Element] in
        if case .element(let element) = node { element.all } else { [] }
      }
  }

  func all(_ name: String, class style: String? = nil) -> [Element] {
    all.filter { element in
      element.name == name && (style == nil || (element["class"] ?? "").split(separator: " ").contains { $0 == style! })
    }
  }

  subscript(_ attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }

  func number(_ attribute: String) -> Double { self[attribute].flatMap(Double.init) ?? .nan }

  /// All texts within, one behind the other.
  var words: String {
    nodes.map { node in
      switch node {
      case .element(let element): element.words
      case .text(let text), .lines(let text), .styleSheet(let text): text
      }
    }.joined(separator: " ")
  }
}
