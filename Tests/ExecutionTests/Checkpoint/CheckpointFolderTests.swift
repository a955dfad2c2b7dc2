// The folder of a checkpoint: whose it is, and that it holds all of one run or nothing.

import Execution
import Glibc
import Query
import Testing
import Transport

@Suite struct CheckpointFolderTests {
  /// A folder that is gone with the test.
  private final class Place {
    let path: String

    init() {
      var template = Array("/tmp/pipe-execution-tests-XXXXXX".utf8CString)
      precondition(mkdtemp(&template) != nil)
      path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
      for name in names("") + names("kept").map({ "kept/" + $0 }) { unlink("\(path)/\(name)") }
      rmdir("\(path)/kept")
      rmdir(path)
    }

    func names(_ folder: String) -> [String] {
      guard let listing = opendir("\(path)/\(folder)") else { return [] }
      defer { closedir(listing) }
      var names: [String] = []
      while let entry = readdir(listing) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
      }
      return names.sorted()
    }
  }

  private let identity = CheckpointIdentity(
    maker: .init(program: "1"), question: Question(), output: nil, rejects: nil, inputs: [])

  @Test func beginsAndGoes() throws {
    let place = Place()
    do {
      let folder = try CheckpointFolder(opening: "\(place.path)/kept")
      #expect(try folder.savedIdentity() == nil)
      try folder.begin(identity)
      let saved = try #require(try folder.savedIdentity())
      #expect(try CheckpointIdentity(saved).question == Question())
      #expect(place.names("kept") == ["pipe.identity", "pipe.made", "pipe.marks", "pipe.state.1", "pipe.state.2"])
      #expect(try folder.trusted(lengths: OutputCounts()) == OutputCounts())
      folder.remove()
    }
    #expect(place.names("") == [])
  }

  @Test func theNextRunFindsIt() throws {
    let place = Place()
    let path = "\(place.path)/kept"
    do {
      let folder = try CheckpointFolder(opening: path)
      try folder.begin(identity)
      var file = RecordFile(folder.files.journal[0])
      try file.begin(generation: 3)
    }
    let folder = try CheckpointFolder(opening: path)
    #expect(try folder.savedIdentity() != nil)
    #expect(try RecordFile(folder.files.journal[0]).generation() == 3)
    // A run that begins anew finds nothing of it.
    try folder.begin(identity)
    #expect(try RecordFile(folder.files.journal[0]).generation() == nil)
    // The folder was made for the first run, and so goes with the last.
    folder.remove()
    #expect(place.names("") == [])
  }

  @Test func whatElseIsThereStays() throws {
    let place = Place()
    let path = "\(place.path)/kept"
    mkdir(path, 0o755)
    let own = open("\(path)/own", O_CREAT | O_WRONLY, 0o644)
    close(own)
    let folder = try CheckpointFolder(opening: path)
    try folder.begin(identity)
    folder.remove()
    #expect(place.names("kept") == ["own"])
  }

  @Test func aFolderThatWasThereStays() throws {
    let place = Place()
    mkdir("\(place.path)/kept", 0o755)
    let folder = try CheckpointFolder(opening: "\(place.path)/kept")
    try folder.begin(identity)
    folder.remove()
    #expect(place.names("") == ["kept"] && place.names("kept") == [])
  }

  @Test func oneRunAtATime() throws {
    let place = Place()
    let path = "\(place.path)/kept"
    var first: CheckpointFolder? = try CheckpointFolder(opening: path)
    let failure = failure { _ = try CheckpointFolder(opening: path, patience: 30_000_000) }
    #expect(failure?.kind == .output)
    #expect(failure?.message == "\(path): another run uses this checkpoint")
    // Whoever has a descriptor of the run holds the lock, too.
    let copy = try first?.files.journal[0].duplicate()
    first = nil
    #expect(self.failure { _ = try CheckpointFolder(opening: path, patience: 30_000_000) } != nil)
    copy?.close()
    #expect(self.failure { _ = try CheckpointFolder(opening: path) } == nil)
  }

  /// It waits for the one that is about to end, and does not take a folder over that goes meanwhile.
  @Test func waitsForTheOneBefore() throws {
    let place = Place()
    let path = "\(place.path)/kept"
    let first = try CheckpointFolder(opening: path)
    try first.begin(identity)
    let other = try WorkerThread.start(name: "test") {
      usleep(200_000)
      first.remove()
      for file in first.files.descriptors { file.close() }
    }
    let second = try CheckpointFolder(opening: path)
    other.join()
    #expect(try second.savedIdentity() == nil)
    try second.begin(identity)
    #expect(place.names("kept").count == 5)
    second.remove()
  }

  @Test func damageIsNoticed() throws {
    let place = Place()
    let path = "\(place.path)/kept"
    let folder = try CheckpointFolder(opening: path)
    try folder.begin(identity)
    let whole = try #require(try folder.savedIdentity())
    let file = open("\(path)/pipe.identity", O_RDWR)
    defer { close(file) }
    let size = Int(lseek(file, 0, SEEK_END))
    for offset in 0..<size {
      var byte: UInt8 = 0
      precondition(pread(file, &byte, 1, off_t(offset)) == 1)
      var flipped = byte ^ 4
      precondition(pwrite(file, &flipped, 1, off_t(offset)) == 1)
      // Some bytes of the headers mean nothing.
      do {
        let content = try folder.savedIdentity()
        #expect(content == whole, "byte \(offset)")
      } catch {
        #expect(error == folder.damaged)
      }
      precondition(pwrite(file, &byte, 1, off_t(offset)) == 1)
    }
    ftruncate(file, off_t(size - 1))
    #expect(failure { _ = try folder.savedIdentity() } == folder.damaged)
    #expect(folder.damaged.kind == .transfer)
    folder.remove()
  }

  @Test func placesWhereNoneCanBe() throws {
    let place = Place()
    let missing = failure { _ = try CheckpointFolder(opening: "\(place.path)/no/kept") }
    #expect(missing?.kind == .output && missing?.remedy == "make the folder above it first")
    close(open("\(place.path)/file", O_CREAT | O_WRONLY, 0o644))
    let file = failure { _ = try CheckpointFolder(opening: "\(place.path)/file") }
    #expect(file?.message == "\(place.path)/file: no checkpoint can be kept here: Not a directory")
  }

  private func failure(_ body: () throws -> Void) -> RunFailure? {
    do { try body() } catch { return error as? RunFailure }
    return nil
  }
}
