// Mistakes on the command line: found before anything is read or written, and answered with what would help.

import TestTiers
import Testing

struct QuestionFailureTests {
  /// A command line and the words that its answer must hold.
  struct Mistake: CustomTestStringConvertible, Sendable {
    var arguments: [String]
    var words: [String]
    var testDescription: String { arguments.joined(separator: " ") }

    init(_ arguments: [String], _ words: String...) {
      self.arguments = arguments
      self.words = words
    }
  }

  static let mistakes = [
    // Options that do not exist.
    Mistake(["run", "--frobnicate", "x.csv"], "--frobnicate"),
    Mistake(["run", "--mod", "serial", "x.csv"], "--mod"),
    Mistake(["run", "-z", "x.csv"], "-z"),
    Mistake(["run", "--threads", "2", "x.csv"], "--threads"),
    Mistake(["frobnicate"], "frobnicate"),
    Mistake(["run", "--mode"], "--mode"),
    Mistake(["check"], "<file>"),
    Mistake(["generate", "frobnicate"], "measurements"),
    Mistake(["generate", "groups", "--rows", "-1"], "rows"),
    Mistake(["generate", "groups", "--rows", "many"], "--rows"),
    // Values that do not exist.
    Mistake(["run", "--mode", "proces", "x.csv"], "proces", "\"process\""),
    Mistake(["run", "--mode", "fibres", "x.csv"], "fibres"),
    Mistake(["run", "--parser", "fast", "x.csv"], "simd", "scalar", "libcsv"),
    Mistake(["run", "--format", "xml", "x.csv"], "--format", "csv", "ndjson"),
    Mistake(["run", "-j", "0", "x.csv"], "--workers"),
    Mistake(["run", "-j", "-1", "x.csv"], "-j"),
    Mistake(["run", "-j", "two", "x.csv"], "--workers", "two"),
    Mistake(["run", "-j", "99999999999999999999", "x.csv"], "--workers"),
    Mistake(["run", "--limit", "-3", "x.csv"], "--limit"),
    Mistake(["run", "--limit", "1.5", "x.csv"], "--limit"),
    Mistake(["run", "--chunk-size", "0", "x.csv"], "--chunk-size"),
    Mistake(["run", "--chunk-size", "1 parsec", "x.csv"], "--chunk-size"),
    Mistake(["run", "--max-record", "0", "x.csv"], "--max-record"),
    Mistake(["run", "--queue-depth", "0", "x.csv"], "--queue-depth"),
    Mistake(["run", "--delimiter", "ab", "x.csv"], "--delimiter"),
    Mistake(["run", "--delimiter", "\"", "x.csv"], "--delimiter", "--quote"),
    Mistake(["run", "--types", "value", "x.csv"], "--types"),
    Mistake(["run", "--types", "value=number", "x.csv"], "--types", "number"),
    Mistake(["run", "--progress", "sometimes", "x.csv"], "sometimes"),
    Mistake(["run", "--on-error", "ignore", "x.csv"], "--on-error", "ignore"),
    Mistake(["run", "--on-error", "skip", "--max-errors", "101%", "x.csv"], "--max-errors"),
    // Options that do not apply.
    Mistake(["run", "--mode", "serial", "--queue-depth", "4", "x.csv"], "--queue-depth", "serial"),
    Mistake(["run", "--mode", "process", "--queue-depth", "4", "x.csv"], "--queue-depth", "process"),
    Mistake(["run", "--mode", "serial", "--link", "queue", "x.csv"], "--link", "serial"),
    Mistake(["run", "--mode", "thread", "--link", "pipe", "x.csv"], "--link pipe", "thread"),
    Mistake(["run", "--mode", "process", "--link", "queue", "x.csv"], "--link queue", "process"),
    Mistake(["run", "--link", "shm", "x.csv"], "shm"),
    Mistake(["run", "--hand-off", "ranges", "x.csv"], "--hand-off", "thread", "--mode process"),
    Mistake(["run", "--mode", "serial", "--hand-off", "bytes", "x.csv"], "--hand-off", "serial"),
    Mistake(["run", "--mode", "process", "--hand-off", "pages", "x.csv"], "--hand-off", "pages", "bytes, ranges"),
    Mistake(["run", "--on-error", "quarantine", "x.csv"], "--rejects"),
    Mistake(["run", "--rejects", "r.csv", "x.csv"], "--on-error quarantine"),
    Mistake(["run", "--max-errors", "3", "x.csv"], "--max-errors", "--on-error"),
    Mistake(["run", "-", "-"], "standard input"),
    Mistake(["run", "-o", "same.csv", "--report", "same.csv", "x.csv"], "same.csv"),
    // Questions that make no sense whatever the input is.
    Mistake(["run", "-a", "total(value)", "x.csv"], "total"),
    Mistake(["run", "-a", "sum(value", "x.csv"], "sum(value"),
    Mistake(["run", "--where", "value >", "x.csv"], "value >"),
    Mistake(["run", "--where", "value = 1", "x.csv"], "=="),
    Mistake(["run", "--derive", "value * 2", "x.csv"], "NAME = EXPR"),
    Mistake(["run", "--sort", "value sideways", "x.csv"], "sideways"),
    // Questions that this input cannot answer.
    Mistake(["run", "-g", "stattion", "-a", "count", "x.csv"], "stattion", "\"station\""),
    Mistake(["run", "-a", "sum(valeu)", "x.csv"], "valeu", "\"value\""),
    Mistake(["run", "--where", "Value > 1", "x.csv"], "Value", "\"value\""),
    Mistake(["run", "--select", "statio", "x.csv"], "statio", "\"station\""),
    Mistake(["run", "--sort", "valu", "x.csv"], "valu", "\"value\""),
    Mistake(["run", "--types", "valu=text", "x.csv"], "valu", "\"value\""),
    Mistake(["run", "--columns", "a", "x.csv"], "--columns", "1", "2"),
  ]

  @Test(arguments: TestTier.thin(mistakes, by: 3)) func usage(_ mistake: Mistake) throws {
    let folder = try ScratchFolder()
    try folder.write("station,value\nBern,1\n", as: "x.csv")
    let end = try Child(mistake.arguments, in: folder).wait()
    #expect(end.exitStatus == 64)
    #expect(end.text == "")
    for word in mistake.words { #expect(end.errors.contains(word), "\(end.errors)") }
    #expect(folder.names == ["x.csv"])
  }

  @Test(arguments: Mode.allCases) func unknownColumn(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write("station,dep_delay\nBern,1\n", as: "x.csv")
    let end = try folder.run(mode, "-g", "station", "-a", "count, mean(dep_dely)", "-o", "out.csv", "x.csv")
    #expect(
      end.errors == """
        pipe: there is no column "dep_dely"
          count, mean(dep_dely)
                      ^
          did you mean "dep_delay"?

        """)
    #expect(end.exitStatus == 64)
    #expect(folder.names == ["x.csv"])
  }

  @Test(arguments: Mode.allCases) func duplicateHeader(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write("a,b,a\n1,2,3\n", as: "x.csv")
    let used = try folder.run(mode, "-a", "sum(a)", "x.csv")
    #expect(used.exitStatus == 64)
    #expect(used.errors.contains("\"a\"") && used.errors.contains("2 times") && used.errors.contains("--columns"))
    let unused = try folder.run(mode, "-a", "sum(b)", "x.csv")
    #expect(unused.exitStatus == 0)
    #expect(unused.text == "sum(b)\n2\n")
    let renamed = try folder.run(mode, "--columns", "x,y,z", "-a", "sum(z)", "x.csv")
    #expect(renamed.text == "sum(z)\n3\n")
  }

  @Test(arguments: Mode.allCases) func aMistakeIsFoundBeforeAnyInputIsOpened(_ mode: Mode) throws {
    // A mistake that needs no input is found before any input is opened: a FIFO without a writer would block.
    let folder = try ScratchFolder()
    #expect(try folder.shell("mkfifo never.csv").exitStatus == 0)
    let end = try Child(mode.run + ["--where", "a >", "never.csv"], in: folder).wait()
    #expect(end.status == .exited(64))
  }

  @Test func aScanKernelThatIsNoneIsRefused() throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "x.csv")
    let end = try folder.shell("$PIPE run -a count x.csv", environment: ["PIPE_SCAN": "sse9"])
    #expect(end.exitStatus == 64)
    #expect(end.text == "")
    #expect(end.errors.hasPrefix("pipe: PIPE_SCAN: \"sse9\" is not a scan kernel"), "\(end.errors)")
    let plain = try folder.shell("$PIPE run -a count x.csv", environment: ["PIPE_SCAN": "scalar"])
    #expect(plain.text == "count\n1\n", "\(plain.errors)")
  }

  @Test func workersGoWithSerialToo() throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "x.csv")
    #expect(try folder.pipe("run", "--mode", "serial", "-j", "4", "-a", "count", "x.csv").text == "count\n1\n")
  }

  @Test func theNumberOfWorkersMayFollowItsLetter() throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "x.csv")
    #expect(try folder.pipe("run", "-j2", "-a", "count", "x.csv").text == "count\n1\n")
  }

  @Test func twoDashesEndTheOptions() throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n2\n", as: "--mode")
    let end = try folder.pipe("run", "-a", "sum(a)", "--", "--mode")
    #expect(end.text == "sum(a)\n3\n", "\(end.errors)")
    #expect(end.exitStatus == 0)
  }

  @Test func aDashInTheMiddleIsStandardInput() throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "1.csv")
    try folder.write("a\n3\n", as: "3.csv")
    let end = try folder.shell("printf 'a\\n2\\n' | $PIPE run --select a 1.csv - 3.csv")
    #expect(end.text == "a\n1\n2\n3\n", "\(end.errors)")
  }
}
