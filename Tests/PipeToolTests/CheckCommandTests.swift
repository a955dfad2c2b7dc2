// `pipe check` and `--pipeline`: mistakes in pipeline files, with line, column and key.

import TestTiers
import Testing

struct CheckCommandTests {
  private func folder(_ pipeline: String) throws -> ScratchFolder {
    let folder = try ScratchFolder()
    try folder.write("station,value\nBern,1\nGenf,2\nBern,3\n", as: "input.csv")
    try folder.write(pipeline, as: "p.yaml")
    return folder
  }

  /// A file with a mistake, and how the message about it begins.
  static let mistakes = [
    ("", "pipe: p.yaml:"),
    ("inputs: [input.csv]\nagregates: count\n", "pipe: p.yaml: line 2, column 1: key \"agregates\""),
    ("inputs: input.csv\nmode: proces\n", "pipe: p.yaml: line 2, column 7: mode: \"proces\""),
    ("inputs: input.csv\n\nworkers: many\n", "pipe: p.yaml: line 3, column 10: workers: \"many\""),
    ("inputs: input.csv\nlimit: 1\nlimit: 2\n", "pipe: p.yaml: line 2, column 1: key \"limit\" is given twice"),
    ("inputs: [input.csv\nlimit: 1\n", "pipe: p.yaml: line 2"),
    ("inputs: input.csv\nwhere: 'value >'\n", "pipe: p.yaml: line 2"),
    ("inputs: input.csv\naggregates: sum(valeu)\n", "pipe: p.yaml: line 2"),
    ("inputs: input.csv\nmode: serial\nqueue_depth: 3\n", "pipe: p.yaml: line 3"),
    ("inputs: input.csv\nmode: process\nthreads: 3\n", "pipe: p.yaml: line 3, column 1: threads does not apply"),
    ("inputs: input.csv\nsandbox: strict\n", "pipe: p.yaml: line 2, column 1: sandbox does not apply to mode thread"),
    (
      "mode: serial\nmax_chunks_per_worker: 5\n", "pipe: p.yaml: line 2, column 1: max_chunks_per_worker does not apply"
    ),
    ("mode: hybrid\nstall_timeout: 0\n", "pipe: p.yaml: line 2, column 16: stall_timeout: 0 is out of range"),
    ("inputs: input.csv\non_error: quarantine\n", "pipe: p.yaml"),
    ("- a\n- b\n", "pipe: p.yaml: line 1"),
    ("a: 1\n---\nb: 2\n", "pipe: p.yaml"),
  ]

  @Test(arguments: TestTier.thin(mistakes, by: 4)) func aBrokenPipelineFile(_ pipeline: String, _ start: String) throws
  {
    let folder = try folder(pipeline)
    let check = try folder.pipe("check", "p.yaml")
    #expect(check.exitStatus == 78)
    #expect(check.errors.hasPrefix(start), "\(check.errors)")
    #expect(check.text == "")
    let run = try folder.pipe("run", "--pipeline", "p.yaml", "-o", "out.csv")
    #expect(run.exitStatus == 78)
    #expect(run.errors == check.errors)
    #expect(folder.names == ["input.csv", "p.yaml"])
  }

  @Test func aPipelineFileThatIsNotThere() throws {
    let folder = try ScratchFolder()
    for arguments in [["check", "no.yaml"], ["run", "--pipeline", "no.yaml"]] {
      let end = try Child(arguments, in: folder).wait()
      #expect(end.exitStatus == 78)
      #expect(end.errors.hasPrefix("pipe: no.yaml: "))
    }
  }

  @Test func everyFileIsChecked() throws {
    let folder = try folder("inputs: input.csv\ngroup_by: station\naggregates: [count, sum(value)]\n")
    try folder.write("inputs: input.csv\nlimits: 3\n", as: "bad.yaml")
    try folder.write("group_by: station\naggregates: count\n", as: "open.yaml")
    try folder.write("inputs: [missing.csv]\n", as: "away.yaml")
    let end = try folder.pipe("check", "p.yaml", "bad.yaml", "open.yaml", "away.yaml")
    #expect(end.exitStatus == 78)
    #expect(end.errors.hasPrefix("pipe: bad.yaml: line 2, column 1: "))
    #expect(
      end.text == """
        p.yaml: ok
        open.yaml: ok (no input to check columns against)
        away.yaml: ok (columns not checked: missing.csv: No such file or directory)

        """)
    #expect(try folder.pipe("check", "p.yaml", "open.yaml").exitStatus == 0)
  }

  @Test(arguments: Mode.allCases) func optionsOverrideTheFile(_ mode: Mode) throws {
    let folder = try folder(
      "inputs: input.csv\nmode: thread\nqueue_depth: 2\nlink: queue\ngroup_by: station\naggregates: sum(value)\n")
    let end = try folder.run(mode, "--pipeline", "p.yaml", "-a", "count")
    #expect(end.text == "station,count\nBern,2\nGenf,1\n", "\(end.errors)")
    try folder.write("station,value\nChur,9\n", as: "other.csv")
    let other = try folder.run(mode, "--pipeline", "p.yaml", "other.csv")
    #expect(other.text == "station,sum(value)\nChur,9\n")
  }

  /// What a file says of processes holds for both kinds of them, and for nothing else.
  @Test func settingsOfProcesses() throws {
    let folder = try folder(
      "inputs: input.csv\nmode: hybrid\nworkers: 1\nthreads: 3\nsandbox: 'off'\nstall_timeout: 30\naggregates: count\n")
    #expect(try folder.pipe("check", "p.yaml").text == "p.yaml: ok\n")
    #expect(try folder.pipe("explain", "--pipeline", "p.yaml").text.contains("shared by its 3 parser threads"))
    for (mode, layers) in [("hybrid", 0), ("process", 0), ("thread", 0), ("serial", 0)] {
      let end = try folder.pipe("run", "--pipeline", "p.yaml", "--mode", mode, "--report", "r.json")
      #expect(end.text == "count\n3\n", "\(mode): \(end.errors)")
      let report = try #require(folder.read("r.json"))
      #expect(report.components(separatedBy: "seccomp").count - 1 == layers, "\(mode)")
    }
  }

  @Test func aMistakeOnTheCommandLineIsNotOneOfTheFile() throws {
    let folder = try folder("inputs: input.csv\ngroup_by: station\n")
    let end = try folder.pipe("run", "--pipeline", "p.yaml", "-a", "sum(valeu)")
    #expect(end.exitStatus == 64)
    #expect(end.errors.hasPrefix("pipe: there is no column \"valeu\""))
  }
}
