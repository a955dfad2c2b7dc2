// A part of an experiment that is a process of its own: this program, started again with `lab-part EXPERIMENT PART ...`.

import Glibc
import Transport

/// What a part has been given.
package struct LabPart: Sendable {
  /// The first argument of the program for a part; not for people.
  package static let command = "lab-part"
  /// Where a part's words go; its standard output is /dev/null.
  static let wordsDescriptor: Int32 = 3

  package let name: String
  package let arguments: [String]

  /// Runs the part that the program's arguments name, and gives its exit status.
  package static func run(arguments: [String]) -> Int32 {
    guard arguments.count >= 5, let parent = Int32(arguments[2]), let experiment = ExperimentRegistry.find(arguments[3])
    else {
      complain("\(command) is for experiments that start themselves; use `pipe lab`")
      return 64
    }
    ProcessSelf.ignoreBrokenPipes()
    guard ProcessSelf.dieWithParent(expectedParent: parent) else { return 71 }
    do throws(LabFailure) {
      return try experiment.runPart(LabPart(name: arguments[4], arguments: Array(arguments[5...])))
    } catch {
      complain("\(experiment.name) \(arguments[4]): \(error.message)")
      return 71
    }
  }

  /// An argument that is a number.
  package func number(_ index: Int) throws(LabFailure) -> Int {
    guard arguments.indices.contains(index), let number = Int(arguments[index]) else {
      throw LabFailure("part \(name) wants a number as argument \(index + 1)")
    }
    return number
  }

  /// Tells the experiment something: a line that `PartRun.lines` has.
  package func say(_ line: String) throws(LabFailure) {
    var rest = Array((line + "\n").utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(Self.wordsDescriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw LabFailure("part \(name) cannot be heard: \(TransportError.reason(of: errno))")
      }
    }
  }

  /// Ends the part because one of its threads has failed: the others may wait for it.
  package func fail(_ failure: LabFailure) -> Never {
    Self.complain("part \(name): \(failure.message)")
    _exit(71)
  }

  private static func complain(_ text: String) {
    let bytes = Array("pipe: \(text)\n".utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
