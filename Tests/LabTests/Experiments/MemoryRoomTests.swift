// How much memory there is for an experiment, by what control groups say.

import Testing

@testable import Lab

@Suite struct MemoryRoomTests {
  private func room(_ groups: String, _ files: [String: String]) -> UInt64? {
    MemoryRoom.groupRoom(groups) { files[$0] }
  }

  @Test func theTightestGroupDecides() {
    let files = [
      "/sys/fs/cgroup/a/b/memory.max": "max\n", "/sys/fs/cgroup/a/b/memory.current": "10\n",
      "/sys/fs/cgroup/a/memory.max": "1000\n", "/sys/fs/cgroup/a/memory.current": "400\n",
    ]
    #expect(room("0::/a/b\n", files) == 600)
    #expect(room("0::/\n", files) == nil)
  }

  @Test func groupsOfTheFirstVersion() {
    let files = [
      "/sys/fs/cgroup/memory/x/memory.limit_in_bytes": "500\n",
      "/sys/fs/cgroup/memory/x/memory.usage_in_bytes": "600\n",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": "1\n",
    ]
    #expect(room("5:devices:/y\n4:memory:/x\n0::/\n", files) == 0)
    // The bound of a group that has none.
    #expect(room("4:cpu,memory:/\n", files) == nil)
  }

  @Test func whatDoesNotFitTwiceIsHalved() {
    #expect(MemoryRoom.fitting([0, 256, 1024], available: 2048) == [0, 256, 1024])
    #expect(MemoryRoom.fitting([0, 256, 1024], available: 600) == [0, 256, 256])
    #expect(MemoryRoom.fitting([1024], available: 0) == [0])
    #expect(MemoryRoom.fitting([1024], available: nil) == [1024])
  }

  @Test func thisMachineHasSome() throws {
    #expect(try #require(MemoryRoom.available()) > 0)
  }
}
