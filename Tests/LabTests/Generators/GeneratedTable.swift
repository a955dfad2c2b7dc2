// Generated tables in memory, and Python's csv module as the judge of them: it shares nothing with the generators.

import Foundation
import Lab

enum GeneratedTable {
  /// The whole table.
  static func bytes(_ set: DataSet, rows: Int, seed: UInt64 = 1) -> [UInt8] {
    blocks(set, rows: rows, seed: seed).flatMap { $0 }
  }

  /// The table in the blocks in which it was handed over.
  static func blocks(_ set: DataSet, rows: Int, seed: UInt64 = 1) -> [[UInt8]] {
    var blocks: [[UInt8]] = []
    set.makeGenerator().write(rows: rows, seed: seed) { blocks.append(copy $0) }
    return blocks
  }

  static func text(_ set: DataSet, rows: Int, seed: UInt64 = 1) -> String {
    String(decoding: bytes(set, rows: rows, seed: seed), as: UTF8.self)
  }

  /// The checks that fail, one a line. `checks` is Python: `header` and `rows` are lists of fields, `columns` maps a
  /// name to its fields, and `check(name, truth)` notes what does not hold.
  static func failures(in table: [UInt8], delimiter: Character = ",", checks: String) throws -> String {
    let script = """
      import csv, gc, sys
      gc.disable()  # All of it is kept to the end; looking for what is not took a third of the time.
      csv.field_size_limit(1 << 24)
      with open(sys.argv[1], newline="", encoding="utf-8") as file:
          header, *rows = list(csv.reader(file, delimiter=sys.argv[2], strict=True))
      def check(name, truth):
          if not truth: print(name)
      check("every row has the header's columns", {len(row) for row in rows} == {len(header)})
      columns = {name: [row[index] for row in rows] for index, name in enumerate(header)}

      """
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data(table).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try python(script + checks + "\nprint('judged')\n", arguments: [file.path, String(delimiter)])
  }

  /// What a script prints, errors included.
  static func python(_ script: String, arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
