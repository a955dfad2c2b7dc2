// Where the kernel's count of its own kills is found, in both kinds of control groups.

import Testing

@testable import Transport

@Suite struct KernelKillsTests {
  @Test func bothKindsOfGroups() {
    #expect(
      KernelKills.files(ofGroups: "12:pids:/a\n4:cpu,memory:/a/b\n0::/c\n")
        == ["/sys/fs/cgroup/memory/a/b/memory.oom_control", "/sys/fs/cgroup/c/memory.events"])
    #expect(KernelKills.files(ofGroups: "0::/\n") == ["/sys/fs/cgroup/memory.events"])
    #expect(KernelKills.files(ofGroups: "4:memory:/a:b\n") == ["/sys/fs/cgroup/memory/a:b/memory.oom_control"])
    #expect(KernelKills.files(ofGroups: "nonsense\n\n").isEmpty)
  }

  @Test func theLineThatCounts() {
    #expect(KernelKills.count(in: "oom_kill_disable 0\nunder_oom 0\noom_kill 17\n") == 17)
    #expect(KernelKills.count(in: "low 0\noom 3\noom_kill 2\noom_group_kill 5\n") == 2)
    #expect(KernelKills.count(in: "oom_kill_disable 0\nunder_oom 0\n") == nil)
    #expect(KernelKills.count(in: "") == nil)
  }

  @Test func thisMachineCounts() throws {
    let before = try #require(KernelKills.count())
    #expect(try #require(KernelKills.count()) >= before)
  }
}
