// Inputs as an operating system gives them: pipes, FIFOs, descriptors that were read from, files that change.

import Foundation
import Testing

struct InputSourceTests {
  @Test(arguments: Mode.allCases) func pipe(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    let run = "$PIPE \(mode.run.joined(separator: " ")) -a 'count, sum(value)'"
    // In small pieces, some of them cut in the middle of a record.
    let script = "{ printf 'key,val'; printf 'ue\\na,'; sleep 0.05; printf '1\\nb,2'; }"
    for input in ["", " -"] {
      let end = try folder.shell("\(script) | \(run)\(input)")
      #expect(end.text == "count,sum(value)\n2,3\n")
      #expect(end.errors == "")
    }
  }

  @Test(arguments: Mode.allCases) func fifo(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    let input = try FIFO(folder["fifo.csv"])
    let bytes = rows(bytes: 3 << 19)
    let child = try Child(mode.run + ["-a", "count", "fifo.csv"], in: folder)
    try input.write(bytes)
    input.finish()
    let end = try child.wait()
    #expect(end.text == "count\n\(bytes.count { $0 == 10 } - 1)\n")
    #expect(end.exitStatus == 0)
  }

  @Test(arguments: Mode.allCases) func anEmptyPipe(_ mode: Mode) throws {
    let end = try ScratchFolder().shell(": | $PIPE \(mode.run.joined(separator: " ")) -a count")
    #expect(end.exitStatus == 65)
    #expect(end.errors.contains("standard input: ") && end.errors.contains("no header"))
  }

  @Test(arguments: Mode.allCases) func aFileThatWasReadFrom(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write("a preface\nkey,value\na,1\nb,x\n", as: "input.csv")
    let run = "$PIPE \(mode.run.joined(separator: " "))"
    let end = try folder.shell("{ read line; \(run) -a count; } < input.csv")
    #expect(end.text == "count\n2\n", "\(end.errors)")
    // Positions count from where the input began for the run.
    let failure = try folder.shell("{ read line; \(run) -a 'sum(value)'; } < input.csv")
    #expect(failure.errors.contains("standard input: line 3 (record 2, byte 14): column value"), "\(failure.errors)")
    #expect(failure.exitStatus == 65)
  }

  @Test(arguments: Mode.allCases) func severalInputsAndAFIFOAmongThem(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write("key,value\na,1\n", as: "1.csv")
    try folder.write("key,value\na,3", as: "3.csv")
    let input = try FIFO(folder["2.csv"])
    let child = try Child(mode.run + ["--select", "value", "1.csv", "2.csv", "3.csv"], in: folder)
    try input.write(Array("key,value\na,2\n".utf8))
    // Closed only when it is open for reading elsewhere: an end without a reader would be lost.
    #expect(eventually { ProcessEntry.group(child.pid).contains { $0.descriptors.contains(folder["2.csv"]) } })
    input.finish()
    #expect(try child.wait().text == "value\n1\n2\n3\n")
  }

  /// Holds a run in its second input, a FIFO, while its first one, a file, changes.
  private func change(_ mode: Mode, _ body: (String) throws -> Void) throws -> (ScratchFolder, ChildEnd) {
    let folder = try ScratchFolder()
    try folder.write(rows(bytes: 3 << 19), as: "file.csv")
    let input = try FIFO(folder["held.csv"])
    let child = try Child(mode.run + ["-a", "count", "-o", "out.csv", "file.csv", "held.csv"], in: folder)
    try input.write(rows(bytes: 1 << 20))
    try body(folder["file.csv"])
    input.finish()
    return (folder, try child.wait())
  }

  @Test(arguments: Mode.allCases) func growing(_ mode: Mode) throws {
    let (folder, end) = try change(mode) { path in
      let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
      #expect(write(file, "a,1\n", 4) == 4)
      close(file)
    }
    #expect(
      end.errors == "pipe: file.csv: grew during the run\n  run again when nothing writes to the file\n")
    #expect(end.exitStatus == 74)
    #expect(folder.read("out.csv") == nil)
  }

  @Test(arguments: Mode.allCases) func truncated(_ mode: Mode) throws {
    let (folder, end) = try change(mode) { path in #expect(truncate(path, 1000) == 0) }
    // A parser that has not read its range yet also says which byte is missing.
    #expect(end.errors.hasPrefix("pipe: file.csv: became shorter during the run"))
    #expect(end.errors.hasSuffix("\n  run again when nothing writes to the file\n"))
    #expect(end.exitStatus == 74)
    #expect(folder.read("out.csv") == nil)
  }

  @Test(arguments: Mode.allCases) func touched(_ mode: Mode) throws {
    let (folder, end) = try change(mode) { path in #expect(utimes(path, nil) == 0) }
    #expect(
      end.errors == "pipe: file.csv: changed during the run\n  run again when nothing writes to the file\n")
    #expect(end.exitStatus == 74)
    #expect(folder.read("out.csv") == nil)
  }

  @Test(arguments: Mode.allCases) func rewritten(_ mode: Mode) throws {
    let (folder, end) = try change(mode) { path in
      let file = open(path, O_WRONLY | O_CLOEXEC)
      #expect(pwrite(file, "z", 1, 1000) == 1)
      close(file)
    }
    #expect(
      end.errors == "pipe: file.csv: changed during the run\n  run again when nothing writes to the file\n")
    #expect(end.exitStatus == 74)
    #expect(folder.read("out.csv") == nil)
  }

  @Test(arguments: Mode.allCases.map(\.run) + [Mode.process.run + ["--hand-off", "bytes"]])
  func truncatedBeforeItIsRead(_ mode: [String]) throws {
    // The file comes second, so that it is still unread while the first input is held.
    let folder = try ScratchFolder()
    try folder.write(rows(bytes: 3 << 19), as: "file.csv")
    let input = try FIFO(folder["held.csv"])
    let child = try Child(mode + ["-a", "count", "-o", "out.csv", "held.csv", "file.csv"], in: folder)
    try input.write(rows(bytes: 3 << 19))
    #expect(truncate(folder["file.csv"], 100_000) == 0)
    input.finish()
    let end = try child.wait()
    #expect(end.errors.hasPrefix("pipe: file.csv: became shorter during the run"))
    #expect(end.exitStatus == 74)
    #expect(folder.read("out.csv") == nil)
  }

  @Test(arguments: Mode.allCases) func replacedByAnotherFile(_ mode: Mode) throws {
    // The run goes on with the file that it opened, as every program does.
    let (folder, end) = try change(mode) { path in
      #expect(unlink(path) == 0)
      try "other\n".write(toFile: path, atomically: false, encoding: .utf8)
    }
    // Losing its last name changes a file's times, so the run may also refuse; it must not read the new file.
    #expect([0, 74].contains(end.exitStatus), "\(end.errors)")
    if end.exitStatus == 0 { #expect(folder.read("out.csv")?.hasPrefix("count\n") == true) }
  }

  @Test func namesThatNeedCare() throws {
    let folder = try ScratchFolder()
    for name in ["with space.csv", "ünï.csv", "semi;colon.csv", "*.csv"] {
      try folder.write("a\n1\n2,3\n", as: name)
      let end = try folder.pipe("run", "--delimiter", ",", "-a", "sum(a)", name)
      #expect(end.exitStatus == 65)
      #expect(end.errors.hasPrefix("pipe: \(name): line 3 (record 2, byte 4): "), "\(end.errors)")
    }
  }
}
