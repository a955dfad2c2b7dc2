// The whole help, as people see it: a change of an option shows as a change of a file.

import Testing

struct HelpTextTests {
  @Test(
    arguments: [
      ([], "help.txt"), (["--help"], "help.txt"), (["help"], "help.txt"), (["run", "--help"], "run-help.txt"),
      (["compare", "--help"], "compare-help.txt"), (["help", "run"], "run-help.txt"), (["run", "-h"], "run-help.txt"),
      (["explain", "--help"], "explain-help.txt"),
      (["check", "--help"], "check-help.txt"), (["generate", "--help"], "generate-help.txt"),
      (["lab", "--help"], "lab-help.txt"),
    ] as [([String], String)]) func help(_ arguments: [String], _ name: String) throws
  {
    let end = try Child(arguments, in: ScratchFolder()).wait()
    #expect(end.exitStatus == 0)
    #expect(end.errors == "")
    try ExpectedText.check(end.text, name)
    // The entry of workers is nobody's business.
    #expect(end.text.firstMatch(of: /(?m)^  worker\b/) == nil)
    #expect(end.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func version() throws {
    let end = try Child(["--version"], in: ScratchFolder()).wait()
    #expect(end.text.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil, "\(end.text)")
    #expect(end.exitStatus == 0)
  }

  @Test func everyExitStatusIsInTheHelp() throws {
    let text = try Child(["run", "--help"], in: ScratchFolder()).wait().text
    for status in ["0", "3", "64", "65", "66", "70", "71", "73", "74", "75", "78"] {
      #expect(text.split(whereSeparator: { !$0.isNumber }).contains { $0 == status }, "\(status)")
    }
  }
}
