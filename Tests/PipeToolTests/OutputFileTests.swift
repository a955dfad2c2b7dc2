// Where results go: files that appear whole or not at all, and everything that can be in the way.

import Foundation
import TestTiers
import Testing

struct OutputFileTests {
  private static let question = ["-g", "key", "-a", "count", "input.csv"]
  private static let answer = "key,count\na,1\nb,1\n"

  private func folder() throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write("key,value\na,1\nb,2\n", as: "input.csv")
    return folder
  }

  private func run(_ folder: ScratchFolder, _ mode: Mode, _ more: String...) throws -> ChildEnd {
    try Child(mode.run + Self.question + more, in: folder).wait()
  }

  @Test(arguments: Mode.allCases) func newFile(_ mode: Mode) throws {
    let folder = try folder()
    let end = try run(folder, mode, "-o", "out.csv")
    #expect(end.exitStatus == 0)
    #expect(end.text == "")
    #expect(folder.read("out.csv") == Self.answer)
    #expect(folder.names == ["input.csv", "out.csv"])
  }

  @Test(arguments: [
    ["-o", "rr.reasons.csv", "--rejects", "rr", "--on-error", "quarantine"],
    ["-o", "same.csv", "--rejects", "./same.csv", "--on-error", "quarantine"],
    ["-o", "link.csv", "--report", "same.csv"],
  ]) func outputsThatAreOneFileAreRefused(options: [String]) throws {
    let folder = try folder()
    try FileManager.default.createSymbolicLink(atPath: folder["link.csv"], withDestinationPath: "same.csv")
    let end = try Child(["run"] + Self.question + options, in: folder).wait()
    #expect(end.exitStatus == 64)
    #expect(end.errors.contains("are the same output"))
    #expect(folder.names == ["input.csv", "link.csv"])
  }

  @Test func permissionsOfANewFileFollowTheMask() throws {
    let folder = try folder()
    #expect(try folder.shell("umask 027; exec $PIPE run -a count -o out.csv input.csv").exitStatus == 0)
    #expect(mode(of: folder["out.csv"]) == 0o640)
  }

  @Test(arguments: Mode.allCases) func anOldFileIsReplacedInOneStep(_ mode: Mode) throws {
    let folder = try folder()
    try folder.write("old", as: "out.csv")
    chmod(folder["out.csv"], 0o604)
    // Whoever has the old file open keeps it.
    let old = open(folder["out.csv"], O_RDONLY | O_CLOEXEC)
    defer { close(old) }
    let end = try run(folder, mode, "-o", "out.csv")
    #expect(end.exitStatus == 0)
    #expect(folder.read("out.csv") == Self.answer)
    var text = [UInt8](repeating: 0, count: 10)
    #expect(read(old, &text, 10) == 3)
    #expect(text.prefix(3) == Array("old".utf8)[...])
    #expect(self.mode(of: folder["out.csv"]) == 0o604)
    #expect(folder.names == ["input.csv", "out.csv"])
  }

  @Test func theInputMayBeTheOutput() throws {
    let folder = try folder()
    let end = try folder.pipe("run", "--where", "value > 1", "-o", "input.csv", "input.csv")
    #expect(end.exitStatus == 0, "\(end.errors)")
    #expect(folder.read("input.csv") == "key,value\nb,2\n")
  }

  @Test(arguments: Mode.allCases) func missingFolder(_ mode: Mode) throws {
    let folder = try folder()
    let end = try run(folder, mode, "-o", "no/such/out.csv")
    #expect(
      end.errors == "pipe: no/such/out.csv: cannot be written: No such file or directory\n  make the folder first\n")
    #expect(end.exitStatus == 73)
    #expect(folder.names == ["input.csv"])
  }

  @Test func aFolderThatIsAFile() throws {
    let folder = try folder()
    let end = try run(folder, .serial, "-o", "input.csv/out.csv")
    #expect(end.exitStatus == 73)
    #expect(end.errors.contains("input.csv/out.csv: cannot be written: Not a directory"))
  }

  @Test func directory() throws {
    let folder = try folder()
    mkdir(folder["out"], 0o755)
    let end = try run(folder, .thread, "-o", "out")
    #expect(end.errors == "pipe: out: is a directory\n  name a file in it\n")
    #expect(end.exitStatus == 73)
  }

  @Test(arguments: [["--on-error", "quarantine", "--rejects", "no/r.csv"], ["--report", "no/r.json"]])
  func missingFolderOfAnotherOutput(_ arguments: [String]) throws {
    let folder = try folder()
    let end = try Child(["run", "-o", "out.csv"] + Self.question + arguments, in: folder).wait()
    #expect(end.exitStatus == 73)
    #expect(end.errors.contains("no/r."))
    // Known before the work begins, so that nothing is computed in vain.
    #expect(folder.names == ["input.csv"])
  }

  @Test(.enabled(if: OrdinaryUser.isAvailable, "no way to run as an ordinary user"), arguments: Mode.allCases)
  func readOnlyFolder(_ mode: Mode) throws {
    let folder = try folder()
    let user = try OrdinaryUser(in: folder)
    mkdir(folder["closed"], 0o555)
    let end = try user.pipe(mode.run + Self.question + ["-o", "closed/out.csv"])
    #expect(
      end.errors == """
        pipe: closed/out.csv: cannot be written: Permission denied
          check the permissions, or write elsewhere

        """)
    #expect(end.exitStatus == 73)
    chmod(folder["closed"], 0o755)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder["closed"]) == [])
  }

  @Test(.enabled(if: OrdinaryUser.isAvailable, "no way to run as an ordinary user"))
  func anOldFileThatMustNotBeWritten() throws {
    let folder = try folder()
    let user = try OrdinaryUser(in: folder)
    mkdir(folder["open"], 0o777)
    chmod(folder["open"], 0o777)
    try folder.write("old", as: "open/out.csv")
    chmod(folder["open/out.csv"], 0o444)
    let end = try user.pipe(["run", "-o", "open/out.csv"] + Self.question)
    #expect(end.exitStatus == 73)
    #expect(end.errors.contains("open/out.csv: cannot be written: Permission denied"))
    #expect(folder.read("open/out.csv") == "old")
  }

  @Test func symbolicLinksAreFollowed() throws {
    let folder = try folder()
    mkdir(folder["there"], 0o755)
    try folder.write("old", as: "there/real.csv")
    symlink("there/real.csv", folder["link.csv"])
    symlink("link.csv", folder["second.csv"])
    symlink("there/new.csv", folder["dangling.csv"])
    #expect(try run(folder, .thread, "-o", "second.csv").exitStatus == 0)
    #expect(folder.read("there/real.csv") == Self.answer)
    #expect(try run(folder, .thread, "-o", "dangling.csv").exitStatus == 0)
    #expect(folder.read("there/new.csv") == Self.answer)
    for (link, target) in [
      ("link.csv", "there/real.csv"), ("second.csv", "link.csv"), ("dangling.csv", "there/new.csv"),
    ] {
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder[link]) == target)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder["there"]).sorted() == ["new.csv", "real.csv"])
  }

  @Test func aLoopOfLinks() throws {
    let folder = try folder()
    symlink("b.csv", folder["a.csv"])
    symlink("a.csv", folder["b.csv"])
    let end = try run(folder, .serial, "-o", "a.csv")
    #expect(end.exitStatus == 73)
    #expect(end.errors.contains("a.csv: too many symbolic links"))
  }

  @Test(arguments: Mode.allCases) func aFIFOIsWrittenDirectly(_ mode: Mode) throws {
    let folder = try folder()
    let output = try FIFO(folder["out"])
    let end = try run(folder, mode, "-o", "out")
    #expect(end.exitStatus == 0, "\(end.errors)")
    #expect(String(decoding: output.readSome(), as: UTF8.self) == Self.answer)
    #expect(folder.names == ["input.csv", "out"])
  }

  @Test func devicesAreWrittenDirectly() throws {
    let folder = try folder()
    #expect(try run(folder, .thread, "-o", "/dev/null").exitStatus == 0)
    #expect(try run(folder, .thread, "-o", "-").text == Self.answer)
  }

  @Test func descriptorsThatAreOpenAreWrittenDirectly() throws {
    let folder = try folder()
    try folder.write("old\n", as: "log.csv")
    let question = Self.question.joined(separator: " ")
    let end = try folder.shell("$PIPE run -o /dev/stdout \(question) >> log.csv; echo more >> log.csv")
    #expect(end.errors == "")
    #expect(folder.read("log.csv") == "old\n\(Self.answer)more\n")
    #expect(folder.names == ["input.csv", "log.csv"])
    #expect(try folder.shell("$PIPE run -o /dev/fd/4 \(question) 4> four.csv").exitStatus == 0)
    #expect(folder.read("four.csv") == Self.answer)
    #expect(try folder.shell("$PIPE run -o /dev/stdout \(question) | cat").text == Self.answer)
  }

  @Test(
    arguments: TestTier.choose(["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", "<&- >&- 2>&-"], 0, 1, 5), Mode.allCases)
  func closedStandardDescriptors(_ closed: String, _ mode: Mode) throws {
    // The next file that is opened gets the lowest free number: no message may end up in a file of the user.
    let folder = try folder()
    try folder.write("key,value\na,1\nb\n", as: "bad.csv")
    let question = "--delimiter , --on-error quarantine --rejects rejects.csv -a 'sum(value)' -o out.csv bad.csv"
    let end = try folder.shell("$PIPE \(mode.run.joined(separator: " ")) \(question) \(closed)")
    #expect(end.exitStatus == 3)
    #expect(end.text == "")
    #expect(folder.read("out.csv") == "sum(value)\n1\n")
    #expect(folder.read("rejects.csv") == "key,value\nb\n")
    #expect(folder.read("bad.csv") == "key,value\na,1\nb\n")
  }

  @Test(arguments: Mode.allCases) func aClosedStandardOutput(_ mode: Mode) throws {
    let folder = try folder()
    let end = try folder.shell("$PIPE \(mode.run.joined(separator: " ")) -a count input.csv >&-")
    #expect(end.exitStatus == 74)
    #expect(end.errors.hasPrefix("pipe: standard output: Bad file descriptor"))
  }

  @Test(arguments: Mode.allCases) func aFullDevice(_ mode: Mode) throws {
    let folder = try folder()
    let end = try run(folder, mode, "-o", "/dev/full")
    #expect(
      end.errors == "pipe: /dev/full: No space left on device\n  free some space, or write elsewhere\n")
    #expect(end.exitStatus == 74)
    #expect(end.status != .timedOut)
    let standard = open("/dev/full", O_WRONLY | O_CLOEXEC)
    defer { close(standard) }
    let direct = try Child(mode.run + Self.question, in: folder, output: standard).wait()
    #expect(direct.exitStatus == 74)
    #expect(direct.errors.contains("standard output: No space left on device"))
  }

  /// A small file system of its own, which vanishes with the shell that made it.
  private static let smallDisk = "mkdir small && mount -t tmpfs -o size=64k tmpfs small"
  private static let namespace = getuid() == 0 ? "unshare -m" : "unshare -r -m"
  /// A script for a shell, in which `small` is a disk with hardly any room.
  static func onSmallDisk(_ script: String) -> String { "\(namespace) sh -c '\(smallDisk) && \(script)'" }

  static let canMount = (try? ScratchFolder().shell("\(namespace) sh -c '\(smallDisk)'").exitStatus) == 0

  @Test(.enabled(if: canMount, "file systems cannot be mounted here"), arguments: Mode.allCases)
  func fullDisk(_ mode: Mode) throws {
    let folder = try folder()
    try folder.write(rows(bytes: 2 << 20), as: "large.csv")
    let run = "$PIPE \(mode.run.joined(separator: " ")) --select text -o small/out.csv large.csv"
    let end = try folder.shell(
      "\(Self.namespace) sh -c '\(Self.smallDisk) && echo old > small/out.csv && \(run); echo $?; cat small/out.csv; ls -A small; df --output=used small | tail -1'"
    )
    #expect(end.errors == "pipe: small/out.csv: No space left on device\n  free some space, or write elsewhere\n")
    #expect(end.text.split(whereSeparator: \.isWhitespace) == ["74", "old", "out.csv", "4"])
  }

  @Test(.enabled(if: canMount, "file systems cannot be mounted here"))
  func fullDiskForTheReport() throws {
    let folder = try folder()
    let run = "$PIPE run --mode serial -a count --report small/report.json input.csv"
    let fill = "head -c 65536 /dev/zero > small/ballast"
    let end = try folder.shell("\(Self.namespace) sh -c '\(Self.smallDisk) && \(fill) && \(run); echo $?; ls -A small'")
    #expect(end.errors.contains("small/report.json: No space left on device"))
    #expect(end.text.hasSuffix("74\nballast\n"), "\(end.text)")
  }

  @Test(.enabled(if: canMount, "file systems cannot be mounted here"), arguments: Mode.allCases)
  func fullDiskForTheRejects(_ mode: Mode) throws {
    let folder = try folder()
    try folder.write("a,b\n" + String(repeating: "x,not a number,and one too many\n", count: 10_000), as: "bad.csv")
    let question = "--on-error quarantine --rejects small/bad.csv --delimiter , -a count -o out.csv bad.csv"
    let run = "$PIPE \(mode.run.joined(separator: " ")) \(question)"
    let end = try folder.shell(
      "\(Self.namespace) sh -c '\(Self.smallDisk) && \(run); echo $?; ls -A small; df --output=used small | tail -1'")
    #expect(end.errors.hasSuffix(": No space left on device\n  free some space, or write elsewhere\n"), "\(end.errors)")
    #expect(end.errors.hasPrefix("pipe: small/bad.csv"), "\(end.errors)")
    #expect(end.text.split(whereSeparator: \.isWhitespace) == ["74", "0"], "\(end.text)")
    #expect(folder.read("out.csv") == nil)
  }

  private func mode(of path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }
}
