// The folder of a checkpoint: its files, who may use them, and that they are on the disk when they should be.
//
//   pipe.state.1  pipe.state.2   the journal of the aggregator's state; the first one is locked while somebody uses them
//   pipe.marks                   how much of the outputs is on the disk
//   pipe.identity                what the checkpoint is of; there is a checkpoint if and only if this file is there
//   pipe.made                    there if the folder was made for the checkpoint, and so goes with it
//
// For whoever changes it: the identity comes last, when all other files are those of its run, and goes first. The lock is
// one of the open file, which the aggregator's process holds too: another run waits until that has really ended.

import CSV
import Glibc
import Query
import Transport

/// An open and locked folder.
package struct CheckpointFolder: Sendable {
  private static let states = ["pipe.state.1", "pipe.state.2"]
  private static let marks = "pipe.marks"
  private static let identity = "pipe.identity"
  private static let newIdentity = "pipe.identity.new"
  private static let made = "pipe.made"
  /// How long an earlier run may take to end once it was killed, in nanoseconds.
  package static let patience: UInt64 = 2_000_000_000

  package let path: String
  package let files: StateFiles
  /// A name for what belongs to this checkpoint and lies elsewhere: the same for as long as the folder has its path.
  package let label: String
  private let folder: Descriptor

  /// Opens a folder, which is made if it is missing, and waits a moment for another run to end.
  ///
  /// - Parameter patience: how long it waits, in nanoseconds.
  package init(opening path: String, patience: UInt64 = Self.patience) throws(RunFailure) {
    self.path = path
    let patience = MonotonicClock.now() + patience
    while true {
      let isNew = mkdir(path, 0o777) == 0
      if !isNew, errno != EEXIST { throw Self.failure(path, errno) }
      let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard number >= 0 else { throw Self.failure(path, errno) }
      let folder = Descriptor(owning: number)
      if isNew { _ = try Self.file(Self.made, in: folder, path) }
      let first = try Self.file(Self.states[0], in: folder, path)
      while !(try Self.lock(first, path)) {
        guard MonotonicClock.now() < patience else {
          throw RunFailure(
            .output, "\(path): another run uses this checkpoint",
            remedy: "wait until it has ended, or give each run a folder of its own")
        }
        usleep(20_000)
      }
      // The run that held it may have removed the file, or the folder.
      guard Self.isStillThere(first, at: "\(path)/\(Self.states[0])") else { continue }
      self.folder = folder
      files = StateFiles(
        journal: [first, try Self.file(Self.states[1], in: folder, path)],
        marks: try Self.file(Self.marks, in: folder, path))
      label = Self.label(of: path)
      return
    }
  }

  /// The files of a checkpoint, for messages.
  static func files(in folder: String) -> String { "\(folder)/pipe.*" }

  /// The failure of a checkpoint that cannot be written.
  package static func unwritable(_ error: TransportError) -> RunFailure {
    RunFailure(
      .transfer, "the checkpoint cannot be written: \(error.description)",
      remedy: error.errno == ENOSPC || error.errno == EDQUOT
        ? "free some space there and run again to go on, or name another folder with --checkpoint"
        : "check the disk, or name another folder with --checkpoint")
  }

  /// What the checkpoint is of, in its binary form; nil if there is none.
  package func savedIdentity() throws(RunFailure) -> [UInt8]? {
    let number = openat(folder.number, Self.identity, O_RDONLY | O_CLOEXEC)
    if number < 0, errno == ENOENT { return nil }
    guard number >= 0 else { throw Self.failure("\(path)/\(Self.identity)", errno) }
    var file = RecordFile(Descriptor(owning: number))
    var content: [UInt8]?
    let failure = { (error: TransportError) in
      RunFailure(.transfer, "\(path)/\(Self.identity): \(error.description)")
    }
    do throws(TransportError) {
      guard try file.generation() != nil else { throw TransportError(call: "read", errno: 0) }
    } catch {
      throw damaged
    }
    try file.forEach(most: 1, failing: failure) { (record) throws(RunFailure) in content = record.payload }
    guard let content else { throw damaged }
    return content
  }

  /// The failure of a checkpoint of which nobody can say what it is of.
  package var damaged: RunFailure {
    RunFailure(
      .transfer, "\(path)/\(Self.identity): is damaged",
      remedy: "remove \(Self.files(in: path)) to begin anew")
  }

  /// Begins a checkpoint: nothing of an earlier one is left.
  package func begin(_ identity: CheckpointIdentity) throws(RunFailure) {
    do throws(TransportError) {
      for file in files.descriptors {
        guard ftruncate(file.number, 0) == 0 else { throw TransportError(call: "ftruncate", errno: errno) }
        try file.synchronize()
      }
      try mark(OutputCounts())
      let number = openat(folder.number, Self.newIdentity, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      guard number >= 0 else { throw TransportError(call: "open \(path)/\(Self.newIdentity)", errno: errno) }
      var file = RecordFile(Descriptor(owning: number))
      try file.begin(generation: 0)
      try file.append(kind: 1, [identity.encode()])
      try file.synchronize()
      guard renameat(folder.number, Self.newIdentity, folder.number, Self.identity) == 0 else {
        throw TransportError(call: "rename \(path)/\(Self.identity)", errno: errno)
      }
      try folder.synchronizeFolder()
      // The folder itself must be there, too.
      if let above = try? Descriptor.openForReading("\(path)/..") { try above.synchronizeFolder() }
    } catch {
      throw Self.unwritable(error)
    }
  }

  /// What can be trusted of outputs with these lengths.
  package func trusted(lengths: OutputCounts) throws(RunFailure) -> OutputCounts {
    do throws(TransportError) {
      let mark = try files.marks.map(DurableMarks.init)?.latest()
      return DurableMark.trusted(lengths: lengths, mark: mark, boot: DurableMark.currentBoot)
    } catch {
      throw RunFailure(.transfer, "\(path)/\(Self.marks): \(error.description)")
    }
  }

  /// Notes that so many bytes of the outputs are on the disk, and that their lengths can be trusted until the machine ends.
  package func mark(_ written: OutputCounts, isTrusted: Bool = true) throws(TransportError) {
    guard let marks = files.marks.map(DurableMarks.init) else { return }
    let sequence = try marks.latest()?.sequence ?? 0
    try marks.put(
      DurableMark(sequence: sequence + 1, boot: isTrusted ? DurableMark.currentBoot : "", written: written))
  }

  /// Removes the checkpoint: there is nothing to go on from any more. What else lies in the folder stays.
  package func remove() {
    for name in [Self.identity, Self.newIdentity, Self.marks, Self.states[1]] { unlinkat(folder.number, name, 0) }
    let isMade = unlinkat(folder.number, Self.made, 0) == 0
    // The locked one goes last.
    unlinkat(folder.number, Self.states[0], 0)
    // With anything left in it, it stays.
    if isMade { rmdir(path) }
  }

  private static func file(_ name: String, in folder: Descriptor, _ path: String) throws(RunFailure) -> Descriptor {
    let number = openat(folder.number, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard number >= 0 else { throw failure("\(path)/\(name)", errno) }
    return Descriptor(owning: number)
  }

  private static func lock(_ file: Descriptor, _ path: String) throws(RunFailure) -> Bool {
    do throws(TransportError) { return try file.lock() } catch { throw failure(path, error.errno) }
  }

  private static func isStillThere(_ file: Descriptor, at path: String) -> Bool {
    var (own, named) = (stat(), stat())
    return fstat(file.number, &own) == 0 && stat(path, &named) == 0 && own.st_ino == named.st_ino
      && own.st_dev == named.st_dev
  }

  private static func label(of path: String) -> String {
    guard let real = realpath(path, nil) else { return String(FixedHash.hash(Array(path.utf8).span), radix: 16) }
    defer { free(real) }
    return String(FixedHash.hash(Array(String(cString: real).utf8).span), radix: 16)
  }

  private static func failure(_ path: String, _ errno: Int32) -> RunFailure {
    let isFull = errno == ENOSPC || errno == EDQUOT
    let remedy =
      switch errno {
      case ENOENT: "make the folder above it first"
      case ENOSPC, EDQUOT: "free some space there, or name another folder with --checkpoint"
      case EMFILE: "raise the limit of open files (ulimit -n)"
      default: "check the permissions, or name another folder with --checkpoint"
      }
    return RunFailure(
      isFull ? .transfer : .output, "\(path): no checkpoint can be kept here: \(TransportError.reason(of: errno))",
      remedy: remedy)
  }
}
