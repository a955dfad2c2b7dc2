// Words of a command as a shell wants them, so that what a page shows can be typed again.

enum ShellText {
  /// The word in quotes where it needs some.
  static func quoted(_ word: String) -> String {
    !word.isEmpty && word.utf8.allSatisfy(isPlain)
      ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-_./=,:+@%".utf8.contains(byte)
    }
  }
}
