// The committed data file against what data/README.md says of it, and against what it must never hold.

import Foundation
import Testing

@Suite struct DataFileTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("data")
  private static let file = folder.appendingPathComponent("debian-packages.csv")

  @Test func readmeStatesTheFileThatIsThere() throws {
    let facts = try GeneratedTable.python(
      """
      import csv, hashlib, sys
      data = open(sys.argv[1], "rb").read()
      rows = list(csv.reader(data.decode("utf-8").splitlines(keepends=True), strict=True))
      print(f"| rows | {len(rows) - 1:,} and the header, on {data.count(10):,} lines |")
      print(f"| bytes | {len(data):,} |")
      print(f"| sha256 | `{hashlib.sha256(data).hexdigest()}` |")
      """, arguments: [Self.file.path])
    let readme = try String(contentsOf: Self.folder.appendingPathComponent("README.md"), encoding: .utf8)
    let lines = facts.split(separator: "\n")
    #expect(lines.count == 3, "\(facts)")
    for line in lines { #expect(readme.contains(line), "\(line)") }
  }

  @Test func holdsWhatItIsThereFor() throws {
    let table = Array(try Data(contentsOf: Self.file))
    #expect(table.count < 10_000_000)
    #expect(!table.contains(UInt8(ascii: "\r")))
    let failures = try GeneratedTable.failures(
      in: table,
      checks: #"""
        import re
        check("columns", header == ["package", "version", "section", "priority", "multi_arch", "installed_size",
          "download_size", "depends", "tags", "description"])
        check("sorted by name, each once", all(a < b for a, b in zip(columns["package"], columns["package"][1:])))
        check("sizes", all(re.fullmatch(r"[1-9]\d*|0?", text) for text in columns["installed_size"]))
        check("downloads", all(re.fullmatch(r"[1-9]\d*", text) for text in columns["download_size"]))
        check("quoted line breaks", sum("\n" in text for text in columns["tags"]) > 1000)
        check("commas", sum("," in text for text in columns["depends"]) > 1000)
        check("quotes", sum('"' in text for text in columns["description"]) > 100)
        check("letters", sum(not text.isascii() for text in columns["description"]) > 50)
        for name in ("multi_arch", "installed_size", "depends", "tags", "description"):
            check(name + " is missing somewhere", "" in columns[name])
        address = re.compile(r"://|\bwww\.|[\w.+-]+@[\w-]+\.\w", re.I)
        check("no addresses", not any(address.search(text) for row in rows for text in row))
        """#)
    #expect(failures == "judged\n")
  }
}
