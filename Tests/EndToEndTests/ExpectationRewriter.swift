// Rewrites what a case expects from what the plainest run answers: for a change of wording or layout that is meant. What
// it wrote must be read before it is kept, since it makes every answer right.

import Foundation

/// The expectations of one case, to be written anew.
struct ExpectationRewriter {
  private let subject: Case

  init(_ subject: Case) { self.subject = subject }

  func rewrite() throws {
    let before = subject.bytes("expected.err").map { String(decoding: $0, as: UTF8.self) } ?? ""
    let rejects = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    var arguments = ["run", "--pipeline", "pipeline.yaml"] + Configuration.reference.arguments
    if subject.writesRejects { arguments += ["--rejects", rejects] }
    let outcome = ChildRun(arguments: arguments, folder: subject.folder).run()
    guard let status = outcome.status else { return }
    try put("expected.csv", [0, 3].contains(status) ? Data(outcome.output) : nil)
    try put("expected.err", status == 0 ? nil : Data(errorText(status, outcome.errorText, before).utf8))
    for (suffix, file) in [("", "expected.rejects.csv"), (".reasons.csv", "expected.reasons.csv")] {
      try put(file, FileManager.default.contents(atPath: rejects + suffix))
      try? FileManager.default.removeItem(atPath: rejects + suffix)
    }
  }

  /// The status, then those of the required lines that still hold; if none does, what was said.
  private func errorText(_ status: Int32, _ said: String, _ before: String) -> String {
    var lines = before.split(separator: "\n").dropFirst().map(String.init).filter { said.contains($0) }
    if before.isEmpty || (lines.isEmpty && before.split(separator: "\n").count > 1), status != 3,
      let first = said.split(separator: "\n").first
    {
      lines = [first.hasPrefix("pipe: ") ? String(first.dropFirst(6)) : String(first)]
    }
    return (["exit \(status)"] + lines).map { $0 + "\n" }.joined()
  }

  private func put(_ file: String, _ content: Data?) throws {
    let url = subject.folder.appendingPathComponent(file)
    if let content {
      try content.write(to: url)
    } else {
      try? FileManager.default.removeItem(at: url)
    }
  }
}
