// What the kernel says of a process, however it is called.

import Testing
import Transport

@testable import Lab

@Suite struct ForkedChildTests {
  @Test func readsStateAndParent() throws {
    #expect(ProcessLook(stat: "17 (pipe) Z 4 17 17 0 -1")?.state == "Z")
    #expect(ProcessLook(stat: "17 (a) R 9 (b) S 4 17")?.parent == 4)
    for line in ["", "17 (pipe", "17 (pipe)", "17 (pipe) Z", "17 (pipe) ZZ 4", "17 (pipe) Z x"] {
      #expect(ProcessLook(stat: line) == nil, "\(line)")
    }
  }

  @Test func looksAtProcesses() throws {
    #expect(try #require(ProcessLook.at(ProcessSelf.pid)).parent == ProcessSelf.parentPid)
    #expect(ProcessLook.at(-1) == nil)
  }
}
