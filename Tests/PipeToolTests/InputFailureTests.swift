// Inputs that cannot be used as a whole: what is said about them, and the exit status.

import Foundation
import Testing

struct InputFailureTests {
  /// Runs a sum in all modes; all must say the same.
  private func failure(_ folder: ScratchFolder, _ input: String, _ more: String...) throws -> ChildEnd {
    var ends: [ChildEnd] = []
    for mode in Mode.allCases {
      ends.append(try Child(mode.run + ["-a", "count", input] + more, in: folder).wait())
      #expect(ends[0].errors == ends.last?.errors, "\(mode)")
      #expect(ends[0].status == ends.last?.status, "\(mode)")
      #expect(ends.last?.text == "", "\(mode)")
    }
    return ends[0]
  }

  @Test func emptyFile() throws {
    let folder = try ScratchFolder()
    let end = try failure(folder, folder.write("", as: "empty.csv"))
    #expect(end.exitStatus == 65)
    #expect(end.errors.hasPrefix("pipe: empty.csv: "))
    #expect(end.errors.contains("no header"))
  }

  @Test func blankLinesOnly() throws {
    let folder = try ScratchFolder()
    let end = try failure(folder, folder.write("\n\r\n\r\n", as: "blank.csv"))
    #expect(end.exitStatus == 65)
    #expect(end.errors.contains("no header"))
  }

  @Test(arguments: Mode.allCases) func headerOnly(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write("station,value\n", as: "header.csv")
    let groups = try folder.run(mode, "-g", "station", "-a", "sum(value) as total", "header.csv")
    #expect(groups.text == "station,total\n")
    #expect(groups.errors == "")
    #expect(groups.exitStatus == 0)
    let rows = try folder.run(mode, "--where", "value > 1", "header.csv")
    #expect(rows.text == "station,value\n")
    #expect(rows.exitStatus == 0)
  }

  @Test func directory() throws {
    let folder = try ScratchFolder()
    mkdir(folder["folder"], 0o755)
    let end = try failure(folder, "folder")
    #expect(end.errors == "pipe: folder: is a directory\n  name the files in it: folder/*.csv\n")
    #expect(end.exitStatus == 66)
  }

  @Test func missing() throws {
    let folder = try ScratchFolder()
    let end = try failure(folder, "missing.csv")
    #expect(end.errors == "pipe: missing.csv: No such file or directory\n  check the path\n")
    #expect(end.exitStatus == 66)
  }

  @Test func missingBehindAGoodOne() throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "good.csv")
    let end = try failure(folder, "good.csv", "missing.csv")
    #expect(end.errors.hasPrefix("pipe: missing.csv: No such file"))
    #expect(end.exitStatus == 66)
  }

  @Test(.enabled(if: OrdinaryUser.isAvailable, "no way to run as an ordinary user"))
  func unreadable() throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "secret.csv")
    chmod(folder["secret.csv"], 0)
    let user = try OrdinaryUser(in: folder)
    for mode in Mode.allCases {
      let end = try user.pipe(mode.run + ["secret.csv"])
      #expect(
        end.errors
          == "pipe: secret.csv: Permission denied\n  check the permissions of the file and its folders\n", "\(mode)")
      #expect(end.exitStatus == 66, "\(mode)")
    }
  }

  @Test func gzip() throws {
    let folder = try ScratchFolder()
    #expect(try folder.shell("printf 'a,b\\n1,2\\n' | gzip > data.csv.gz").exitStatus == 0)
    let end = try failure(folder, "data.csv.gz")
    #expect(end.exitStatus == 65)
    #expect(
      end.errors == """
        pipe: data.csv.gz: this is gzip-compressed data, not CSV text
          decompress it first: `zcat data.csv.gz | pipe run ...`

        """)
  }

  @Test func zip() throws {
    let folder = try ScratchFolder()
    let end = try failure(
      folder, folder.write([0x50, 0x4B, 3, 4, 20, 0, 0, 0, 8, 0] + Array("abc".utf8), as: "data.zip"))
    #expect(end.exitStatus == 65)
    #expect(end.errors.contains("data.zip: ") && end.errors.contains("zip archive"))
    #expect(end.errors.contains("unzip -p"))
  }

  @Test(arguments: [Data([0xFF, 0xFE]), Data([0xFE, 0xFF]), Data()]) func utf16(_ mark: Data) throws {
    let folder = try ScratchFolder()
    let isBigEndian = mark.first == 0xFE
    let text = "station,value\nBern,1\nGenf,2\n"
    let body = text.utf16.flatMap { unit in
      isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 255)] : [UInt8(unit & 255), UInt8(unit >> 8)]
    }
    let end = try failure(folder, folder.write(Array(mark) + body, as: "wide.csv"))
    #expect(end.exitStatus == 65)
    #expect(end.errors.contains("wide.csv: ") && end.errors.contains("UTF-16"))
    // The remedy works as it stands.
    let remedy = end.errors.split(separator: "`").dropFirst().first.map(String.init) ?? ""
    let fixed = try folder.shell(
      remedy.replacingOccurrences(of: "pipe run ...", with: "$PIPE run -a 'sum(value)'"))
    #expect(fixed.text == "sum(value)\n3\n", "\(fixed.errors)")
  }

  @Test func nothingToReadOnAClosedStandardInput() throws {
    let folder = try ScratchFolder()
    let end = try folder.shell("exec $PIPE run -a count - <&-")
    #expect(end.exitStatus == 66)
    #expect(end.errors.hasPrefix("pipe: standard input: "))
  }
}
