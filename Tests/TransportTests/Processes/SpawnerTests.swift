// Real children: what they inherit, and what they do not.

import Glibc
import Testing
import Transport

struct SpawnerTests {
  /// Runs a shell script and gives its standard output, which is a pipe.
  private func output(
    of script: String, environment: [String] = ["PATH=/usr/bin:/bin"], descriptors: [Spawner.Inheritance] = []
  ) throws -> (text: String, status: ExitReport.Status) {
    let (read, write) = try Descriptor.pipe()
    let child = try Spawner.spawn(
      executable: "/bin/sh", arguments: ["sh", "-c", script], environment: environment,
      descriptors: descriptors + [.init(source: write.number, target: 1)])
    write.close()
    var text: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while case let count = Glibc.read(read.number, &block, block.count), count > 0 {
      text.append(contentsOf: block[..<count])
    }
    return (String(decoding: text, as: UTF8.self), try child.wait().status)
  }

  @Test func givesArgumentsAndEnvironment() throws {
    let result = try output(of: "echo \"$0 $A $B|$HOME|\"", environment: ["A=1 2", "B=ü"])
    #expect(result.text == "sh 1 2 ü||\n")
    #expect(result.status == .exited(code: 0))
  }

  @Test func standardInputAndOutputAreEmptyUnlessNamed() throws {
    #expect(try output(of: "readlink /proc/self/fd/0; cat").text == "/dev/null\n")
    let child = try Spawner.spawn(
      executable: "/bin/sh", arguments: ["sh", "-c", "test $(readlink /proc/$$/fd/1) = /dev/null"],
      environment: ["PATH=/usr/bin:/bin"])
    #expect(try child.wait().status == .exited(code: 0))
  }

  @Test func putsDescriptorsWhereTheyAreWanted() throws {
    let pipes = try (0..<2).map { _ in try Descriptor.pipe() }
    for (index, pipe) in pipes.enumerated() { #expect(Glibc.write(pipe.write.number, "\(index)", 1) == 1) }
    for pipe in pipes { pipe.write.close() }
    // Each at the other's number, and one of them at a third one.
    let (first, second) = (pipes[0].read.number, pipes[1].read.number)
    let third = try #require((Int32(40)...42).first { $0 != first && $0 != second })
    let result = try output(
      of: "cd /proc/self/fd; cat \(second) \(first); readlink \(first) \(third) | uniq | wc -l",
      descriptors: [
        .init(source: first, target: second), .init(source: second, target: first),
        .init(source: second, target: third),
      ])
    #expect(result.text.filter { !$0.isWhitespace } == "011")
    withExtendedLifetime(pipes) {}
  }

  @Test func nothingElseLeaks() throws {
    // Copies that are not close-on-exec, around and between the targets.
    let null = try Descriptor.openForReading("/dev/null")
    let leaks = (0..<30).map { _ in Descriptor(owning: dup(null.number)) }
    let result = try output(
      of: "ls /proc/self/fd",
      descriptors: [.init(source: null.number, target: 9), .init(source: null.number, target: 5)])
    // 3 is the directory that ls reads.
    #expect(result.text.split(separator: "\n") == ["0", "1", "2", "3", "5", "9"])
    withExtendedLifetime(leaks) {}
  }

  @Test func blocksTheSignalsToTheGroupAndNoOthers() throws {
    ProcessSelf.ignoreBrokenPipes()
    // Not by way of the shell, which may have its own idea of signals.
    let (read, write) = try Descriptor.pipe()
    let child = try Spawner.spawn(
      executable: "/bin/grep", arguments: ["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"], environment: [],
      descriptors: [.init(source: write.number, target: 1)])
    #expect(try child.wait().status == .exited(code: 0))
    var text = [UInt8](repeating: 0, count: 200)
    let count = Glibc.read(read.number, &text, text.count)
    // Signals 32 and 33 are the C library's own; it does not set them back.
    #expect(
      String(decoding: text[..<max(0, count)], as: UTF8.self)
        == "SigBlk:\t0000000000004207\nSigIgn:\t0000000180000000\n")
  }

  @Test func saysWhatCannotBeStarted() {
    #expect(throws: TransportError(call: "posix_spawn /no/such/program", errno: ENOENT)) {
      try Spawner.spawn(executable: "/no/such/program", arguments: ["x"], environment: [])
    }
    #expect(throws: TransportError(call: "posix_spawn /dev/null", errno: EACCES)) {
      try Spawner.spawn(executable: "/dev/null", arguments: ["x"], environment: [])
    }
    for arguments in [[], ["a\0b"]] {
      #expect(throws: TransportError(call: "posix_spawn /bin/true", errno: EINVAL)) {
        try Spawner.spawn(executable: "/bin/true", arguments: arguments, environment: [])
      }
    }
    #expect(throws: TransportError(call: "posix_spawn /bin/true", errno: EINVAL)) {
      try Spawner.spawn(
        executable: "/bin/true", arguments: ["true"], environment: [],
        descriptors: [.init(source: 0, target: 5), .init(source: 2, target: 5)])
    }
    #expect(throws: TransportError(call: "posix_spawn /bin/true", errno: EBADF)) {
      try Spawner.spawn(
        executable: "/bin/true", arguments: ["true"], environment: [], descriptors: [.init(source: 9999, target: 5)])
    }
  }

  @Test func worksFromAThreadThatLivesOn() throws {
    let reports = Monitor([ExitReport.Status]())
    let thread = try WorkerThread.start(name: "spawner") {
      for code in 0..<5 {
        guard
          let child = try? Spawner.spawn(
            executable: "/bin/sh", arguments: ["sh", "-c", "exit \(code)"], environment: []),
          let report = try? child.wait()
        else { return }
        reports.withLock { $0.append(report.status) }
      }
    }
    thread.join()
    #expect(reports.withLock { $0 } == (0..<5).map { .exited(code: $0) })
  }
}
