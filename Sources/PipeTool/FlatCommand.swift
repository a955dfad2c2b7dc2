// A command whose option groups are parsed as if their options stood in the command itself. In debug builds ArgumentParser
// checks a group four times whenever it checks what the group is part of: of the 60 ms that `run` took to parse its options
// (two groups, one in the other), 50 were such checks, in every run of every test. Release builds have none of them.
//
// For whoever changes it: this relies on ArgumentParser taking what a command is made of from its mirror, and its values
// from a decoder by the names of properties. So no two properties of a command and its groups may have the same name.

import ArgumentParser

/// Parses a command. For help and for mistakes, parse the command itself: here it would be called by the name of this type.
struct FlatCommand<Command: ParsableCommand>: ParsableCommand {
  static var configuration: CommandConfiguration { Command.configuration }

  /// What was parsed.
  private(set) var command: Command?

  init() {}

  init(from decoder: any Decoder) throws {
    // The check for missing names looks at the first container only: the groups bring theirs later.
    _ = try decoder.container(keyedBy: AnyName.self)
    command = try Command(from: FlatDecoder(base: decoder))
  }

  mutating func validate() throws { try command?.validate() }
}

extension FlatCommand: CustomReflectable {
  var customMirror: Mirror { Mirror(self, children: Self.options(of: Command.self)) }

  private static func options(of type: any ParsableArguments.Type) -> [Mirror.Child] {
    let flat: [Mirror.Child] = Mirror(reflecting: type.init()).children.flatMap { child in
      (child.value as? any OptionGrouping).map { options(of: Swift.type(of: $0).content) } ?? [child]
    }
    assert(
      Set(flat.map { $0.label ?? "" }).count == flat.count, "two options of \(type) are properties of one name")
    return flat
  }
}

/// An option group of any type.
private protocol OptionGrouping {
  static var content: any ParsableArguments.Type { get }
}

extension OptionGroup: OptionGrouping {
  static var content: any ParsableArguments.Type { Value.self }
}

private struct AnyName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// Decodes groups from the same values as what they are part of.
private struct FlatDecoder: Decoder {
  let base: any Decoder
  var codingPath: [any CodingKey] { base.codingPath }
  var userInfo: [CodingUserInfoKey: Any] { base.userInfo }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(FlatContainer(base: try base.container(keyedBy: type), decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try base.unkeyedContainer() }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { try base.singleValueContainer() }
}

private struct FlatContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let base: KeyedDecodingContainer<Key>
  let decoder: FlatDecoder
  var codingPath: [any CodingKey] { base.codingPath }
  var allKeys: [Key] { base.allKeys }

  func contains(_ key: Key) -> Bool { base.contains(key) }
  func decodeNil(forKey key: Key) throws -> Bool { try base.decodeNil(forKey: key) }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    type is any OptionGrouping.Type ? try Value(from: decoder) : try base.decode(type, forKey: key)
  }

  func nestedContainer<Name: CodingKey>(keyedBy type: Name.Type, forKey key: Key) throws -> KeyedDecodingContainer<Name>
  {
    try base.nestedContainer(keyedBy: type, forKey: key)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try base.nestedUnkeyedContainer(forKey: key)
  }

  func superDecoder() throws -> any Decoder { try base.superDecoder() }
  func superDecoder(forKey key: Key) throws -> any Decoder { try base.superDecoder(forKey: key) }
}
