// Measuring from outside: that it sees the whole tree of processes, what comes from a device, and all that is printed.

import Foundation
import Lab
import Testing
import Transport

struct MeasuredChildTests {
  private func run(_ script: String, output: Descriptor? = nil) throws -> MeasuredChild.Measurement {
    try MeasuredChild(
      executable: "/bin/sh", arguments: ["sh", "-c", script], environment: ["PATH=/usr/bin:/bin"], output: output,
      errors: try UnnamedFile.make(in: "/tmp")
    ).wait()
  }

  @Test func grandchildrenCount() throws {
    let idle = try run("exit 3")
    #expect(idle.report.status == .exited(code: 3))
    // The work is done by a child of the child; the shell itself only waits.
    let busy = try run("sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; exit 0")
    let seconds = busy.report.usage.userNanoseconds + busy.report.usage.systemNanoseconds
    #expect(seconds > 20_000_000, "\(seconds)")
    #expect(busy.wallNanoseconds > 0)
  }

  @Test func whatComesFromADeviceShows() throws {
    // Beside the program, since /tmp may be memory.
    let bundle = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = URL(fileURLWithPath: bundle).deletingLastPathComponent().path + "/pipe-cold-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let size = 8 << 20
    var random = RandomSource(seed: 1)
    let words = (0..<size / 8).map { _ in random.next() }
    try words.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: path))
    try PageCache.load([path])
    let warm = try run("sh -c 'cat \(path) > /dev/null'; exit 0").report.usage.blockInputBytes
    #expect(warm < UInt64(size) / 10, "\(warm)")
    try PageCache.drop([path])
    let cold = try run("sh -c 'cat \(path) > /dev/null'; exit 0").report.usage.blockInputBytes
    // All of it, or a file system that forgets nothing.
    #expect(cold == 0 || cold >= UInt64(size), "\(cold)")
    #expect(throws: TransportError.self) { try PageCache.drop(["/missing"]) }
  }

  @Test func aConsumerTakesEverything() throws {
    let folder = NSTemporaryDirectory() + "pipe-consumer-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let pipe = try Descriptor.pipe()
    let file = try Descriptor.create(folder)
    let child = try MeasuredChild(
      executable: "/bin/sh", arguments: ["sh", "-c", "head -c 300000 /dev/zero"], environment: ["PATH=/usr/bin:/bin"],
      output: pipe.write, errors: try UnnamedFile.make(in: "/tmp"))
    pipe.write.close()
    let reader = try PacedReader(from: pipe.read, to: file, bytesPerSecond: 3e6)
    #expect(try child.wait().report.status == .exited(code: 0))
    try reader.finish()
    #expect(FileManager.default.contents(atPath: folder)?.count == 300_000)
  }

  @Test func oneThatWillNotEndIsEnded() throws {
    let pipe = try Descriptor.pipe()
    let child = try MeasuredChild(
      executable: "/bin/sh", arguments: ["sh", "-c", "trap '' TERM; echo; while :; do sleep 0.01; done"],
      environment: ["PATH=/usr/bin:/bin"], output: pipe.write, errors: try UnnamedFile.make(in: "/tmp"))
    _ = try Readiness.waitReadable([pipe.read.number])
    child.end(within: 50_000_000)
    #expect(try child.wait().report.status == .signalled(signal: 9, dumpedCore: false))
  }
}
