// The same bytes, or the first that is not.

import Foundation
import Lab
import Testing

struct OutputCheckTests {
  private func folder() throws -> String {
    let path = NSTemporaryDirectory() + "pipe-output-check-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    return path
  }

  private func write(_ bytes: [UInt8], _ path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

  @Test func theFirstDifference() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (one, other) = ("\(folder)/1", "\(folder)/2")
    // Longer than what is compared at a time.
    var bytes = [UInt8](repeating: 7, count: (3 << 20) + 5)
    try write(bytes, one)
    try write(bytes, other)
    #expect(try FileDifference.first(one, other) == nil)
    bytes[(2 << 20) + 1] = 8
    try write(bytes, other)
    #expect(try FileDifference.first(one, other) == (2 << 20) + 1)
    try write(Array(bytes.prefix(100)), other)
    #expect(try FileDifference.first(one, other) == 100)
    try write([], other)
    #expect(try FileDifference.first(other, one) == 0)
    #expect(throws: (any Error).self) { try FileDifference.first(one, "\(folder)/missing") }
  }

  @Test func everyOutputIsHeldAgainstTheFirst() throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/result"
    var check = OutputCheck()
    for owner in ["serial (warm)", "thread x2 (warm)"] {
      try write(Array("a,b\n1,2\n".utf8), path)
      #expect(try check.take(path, as: "result", of: owner) == nil)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
    try write(Array("a,b\n1,3\n".utf8), path)
    let difference = try #require(try check.take(path, as: "result", of: "process x2 (warm)"))
    #expect(
      difference.description
        == "serial (warm) and process x2 (warm) give different bytes: the result differs at byte 6")
  }
}
