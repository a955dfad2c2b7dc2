// Workers that the kernel kills because a control group has no memory left: told from kills by others. Needs root and the
// memory controller (version 1), as there is on few machines.

import Foundation
import Testing

struct KernelKillTests {
  private static let parent = "/sys/fs/cgroup/memory"
  static let canMakeGroups = getuid() == 0 && access("\(parent)/cgroup.procs", W_OK) == 0

  /// A control group for one test.
  private final class Group {
    let path = "\(KernelKillTests.parent)/pipe-tests-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"

    init?(bytes: Int) {
      guard mkdir(path, 0o755) == 0 else { return nil }
      guard set("memory.limit_in_bytes", "\(bytes)") else { return nil }
      // Where there is swap to account for, it does not count as memory.
      _ = set("memory.memsw.limit_in_bytes", "\(bytes)")
    }

    deinit { rmdir(path) }

    private func set(_ name: String, _ text: String) -> Bool {
      (try? text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)) != nil
    }
  }

  @Test(.enabled(if: canMakeGroups)) func aLeakThatTheKernelEnds() throws {
    let group = try #require(Group(bytes: 192 << 20))
    let folder = try ScratchFolder()
    try folder.write(distinctRows(30_000), as: "in.csv")
    let serial = try folder.pipe("run", "--mode", "serial", "-g", "key", "-a", "count", "in.csv")
    let end = try folder.shell(
      "echo $$ > \(group.path)/cgroup.procs && exec $PIPE run --mode process -j 2 --chunk-size 8KiB -g key -a count"
        + " --inject leak@parser in.csv", environment: ["PIPE_ALLOW_INJECT": "1"])
    // Whom the kernel picks is its own choice; as a rule it is the largest.
    guard end.status == .exited(0) else {
      #expect(end.status == .signalled(9) || end.exitStatus == 71, "\(end.status) \(end.errors)")
      return
    }
    #expect(end.output == serial.output)
    #expect(end.errors.contains("kernel out of memory"), "\(end.errors)")
    #expect(!end.errors.contains("SIGKILL"), "\(end.errors)")
  }

  @Test(.enabled(if: canMakeGroups)) func aKillByOthersIsNoneOfTheKernel() throws {
    let run = try HeldFileRun()
    try run.replace("pipe:parser/1", by: SIGKILL)
    let end = try run.finish()
    #expect(end.errors.contains("pipe:parser/1: SIGKILL"), "\(end.errors)")
  }
}
