// A case: a folder with a question, its inputs and the answer it must get. Tests/Cases/README.md describes the files.

import Foundation
import Testing

/// A folder of Tests/Cases, or one of random files in the same form.
struct Case: Sendable, CustomTestStringConvertible {
  let folder: URL
  /// The text of `pipeline.yaml`.
  private let pipeline: String
  let space: ConfigurationSpace

  var name: String { folder.lastPathComponent }
  var testDescription: String { name }

  /// Whether the pipeline writes rejects; they go elsewhere, so that the folder stays as it is.
  var writesRejects: Bool { pipeline.split(separator: "\n").contains { $0.hasPrefix("rejects:") } }

  init(folder: URL) throws {
    self.folder = folder
    pipeline = try String(contentsOf: folder.appendingPathComponent("pipeline.yaml"), encoding: .utf8)
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.fileSizeKey])
    let inputs = files.filter { $0.lastPathComponent.hasPrefix("input") }
    let size = try inputs.reduce(0) { try $0 + ($1.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0) }
    // A single `inputs: input.csv` or `inputs: ["input.csv"]`; a list of several is written in any other way.
    let isStreamable = pipeline.split(separator: "\n").contains { line in
      line.hasPrefix("inputs:")
        && line.dropFirst(7).trimmingCharacters(in: CharacterSet(charactersIn: " []\"")) == "input.csv"
    }
    space = ConfigurationSpace(
      isSmall: size < Configuration.smallInput,
      isStreamable: isStreamable && inputs.map(\.lastPathComponent) == ["input.csv"])
  }

  /// The cases in a folder, by name.
  static func all(in folder: URL) throws -> [Case] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { FileManager.default.fileExists(atPath: $0.appendingPathComponent("pipeline.yaml").path) }
      .sorted { $0.path < $1.path }.map { try Case(folder: $0) }
  }

  /// The bytes of a file, or nil if it is not there.
  func bytes(_ file: String) -> [UInt8]? {
    (try? Data(contentsOf: folder.appendingPathComponent(file))).map { Array($0) }
  }
}

/// What a case must answer.
struct Expectation: Sendable {
  var status: Int32 = 0
  /// Standard output; nil if the run must fail.
  var output: [UInt8]?
  /// Each must be somewhere in standard error.
  var messages: [String] = []
  var rejects: [UInt8]?
  var reasons: [UInt8]?

  init(_ folder: Case) throws {
    output = folder.bytes("expected.csv")
    rejects = folder.bytes("expected.rejects.csv")
    reasons = folder.bytes("expected.reasons.csv")
    guard let errors = folder.bytes("expected.err") else {
      try #require(output != nil, "\(folder.name) expects nothing: there is no expected.csv and no expected.err")
      return
    }
    var lines = String(decoding: errors, as: UTF8.self).split(separator: "\n").map(String.init)
    let first = try #require(lines.first, "\(folder.name): expected.err is empty")
    status = try #require(
      first.hasPrefix("exit ") ? Int32(first.dropFirst(5)) : nil, "\(folder.name): expected.err begins with exit N")
    lines.removeFirst()
    messages = lines
  }

  /// The expectation when the input comes through standard input, which messages and reasons then name.
  func named(for source: Configuration.Source) -> Expectation {
    guard source == .stream else { return self }
    var named = self
    named.messages = messages.map { $0.replacingOccurrences(of: "input.csv", with: "standard input") }
    if let reasons {
      let lines = reasons.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      // A line within quoted text can look like a row, but not in the cases: it would have to begin with the name.
      named.reasons = Array(
        lines.map { line in
          line.starts(with: "input.csv,".utf8) ? Array("standard input,".utf8) + line.dropFirst(10) : Array(line)
        }.joined(separator: [UInt8(ascii: "\n")]))
    }
    return named
  }
}
