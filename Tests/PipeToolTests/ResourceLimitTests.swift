// Runs for which the system has not enough descriptors, processes or threads: status 71, and nobody left behind.

import Foundation
import Testing

struct ResourceLimitTests {
  @Test(arguments: [6, 9, 12, 20, 30, 40]) func tooFewDescriptors(_ limit: Int) throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "input.csv")
    let child = try Child(
      ["-c", "ulimit -n \(limit); exec \"$0\" run --mode process -j 8 -a count -o out.csv input.csv", Child.program],
      of: "/bin/sh", in: folder)
    let end = try child.wait()
    #expect(end.status == .exited(71))
    #expect(end.errors.contains("Too many open files") && end.errors.contains("use fewer workers"), "\(end.errors)")
    #expect(child.leavesNobody())
    #expect(folder.names == ["input.csv"])
  }

  @Test(
    .enabled(if: OrdinaryUser.isAvailable, "no way to run as an ordinary user"), arguments: [Mode.thread, .process])
  func tooFewProcesses(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "input.csv")
    mkdir(folder["open"], 0o777)
    chmod(folder["open"], 0o777)
    let user = try OrdinaryUser(in: folder)
    let end = try user.pipe(
      mode.run + ["-a", "count", "-o", "open/out.csv", "input.csv"], behind: ["/usr/bin/prlimit", "--nproc=1:1"])
    #expect(end.status == .exited(71), "\(end.errors)")
    #expect(end.errors.contains("Resource temporarily unavailable"), "\(end.errors)")
    #expect(end.errors.contains("use fewer workers (-j)"), "\(end.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder["open"]) == [])
  }

  /// Where files may not grow further: what was written in part is no result.
  @Test(arguments: Mode.allCases) func aLimitOfFileSize(_ mode: Mode) throws {
    let folder = try ScratchFolder()
    try folder.write(rows(bytes: 1 << 20), as: "input.csv")
    let end = try folder.shell(
      "exec prlimit --fsize=100000 $PIPE \(mode.run.joined(separator: " ")) --select text -o out.csv input.csv")
    #expect(end.status == .exited(74), "\(end.errors)")
    #expect(end.errors.hasPrefix("pipe: out.csv: File too large\n"), "\(end.errors)")
    #expect(folder.names == ["input.csv"])
  }

  @Test func manyWorkers() throws {
    let folder = try ScratchFolder()
    try folder.write(rows(bytes: 100_000, textLength: 1000), as: "input.csv")
    for mode in [Mode.thread, .process] {
      let end = try Child(
        ["run", "--mode", mode.rawValue, "-j", "40", "--chunk-size", "1KiB", "-a", "count", "input.csv"], in: folder
      ).wait()
      #expect(end.text == "count\n1000\n", "\(end.errors)")
      #expect(end.exitStatus == 0)
    }
  }
}
