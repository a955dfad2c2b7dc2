// An output that appears whole or not at all. The bytes go to a file without a name (or a hidden one beside the target)
// that takes the target's name when the run is complete.

import Execution
import Glibc
import Transport

/// One file to be written.
struct OutputFile {
  private enum Kind {
    /// A device, FIFO or socket, or standard output: written directly.
    case direct
    /// A file without a name, which nobody has to remove if this process is killed.
    case unnamed
    /// A hidden file beside the target.
    case hidden(String)
    /// The same, but it stays if the run is broken off, and a later run goes on with it.
    case kept(String)
  }

  /// What must be there of a file when the run is broken off, or the machine.
  enum Survival {
    /// Nothing.
    case none
    /// The whole file, once it has its name.
    case whole
    /// What was written so far, under a hidden name that ends so.
    case part(label: String)
  }

  let path: String
  private let target: String
  private let kind: Kind
  private var isDurable = false
  private(set) var descriptor: Int32

  /// Standard output.
  static let standard = OutputFile(path: "standard output", target: "", kind: .direct, descriptor: 1)

  private init(path: String, target: String, kind: Kind, descriptor: Int32) {
    self.path = path
    self.target = target
    self.kind = kind
    self.descriptor = descriptor
  }

  /// Prepares a file. Nothing appears under its name before `publish`.
  init(creating path: String, survival: Survival = .none) throws(RunFailure) {
    self.path = path
    if case .none = survival { isDurable = false } else { isDurable = true }
    if case .part = survival, !Self.isFile(path) {
      throw RunFailure(
        .usage, "\(path): is no file, so no other run could go on with it", remedy: "name a file for --checkpoint")
    }
    if let number = Self.openDescriptor(path) {
      target = path
      kind = .direct
      descriptor = fcntl(number, F_DUPFD_CLOEXEC, 3)
      if descriptor < 0 { throw Self.failure(path) }
      return
    }
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR {
      throw RunFailure(.output, "\(path): is a directory", remedy: "name a file in it")
    }
    if exists, status.st_mode & S_IFMT != S_IFREG {
      target = path
      kind = .direct
      descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
      if descriptor < 0 { throw Self.failure(path) }
      return
    }
    // Links are followed first, so that the file they name is replaced and not the link.
    target = try Self.followed(path)
    if exists, access(target, W_OK) != 0 { throw Self.failure(path) }
    let folder = Self.folder(of: target)
    let mode = exists ? status.st_mode & 0o777 : 0o666
    if case .part(let label) = survival {
      let hidden = Self.hiddenName(target, label)
      kind = .kept(hidden)
      descriptor = open(hidden, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode)
      if descriptor < 0 { throw Self.failure(path) }
      if exists { fchmod(descriptor, mode) }
      Self.synchronizeFolder(of: target)
      return
    }
    let unnamed = open(folder, O_WRONLY | O_CLOEXEC | UnnamedFile.openFlag, mode)
    if unnamed >= 0 {
      kind = .unnamed
      descriptor = unnamed
    } else if errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == ENOENT {
      let hidden = Self.hiddenName(target)
      kind = .hidden(hidden)
      descriptor = open(hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
      if descriptor < 0 { throw Self.failure(path) }
    } else {
      throw Self.failure(path)
    }
    if exists { fchmod(descriptor, mode) }
  }

  /// The hidden file that holds what was written so far, if there is one.
  var hiddenPath: String? {
    if case .hidden(let name) = kind { return name }
    return nil
  }

  /// The hidden file that stays for a later run, if there is one.
  var keptPath: String? {
    if case .kept(let name) = kind { return name }
    return nil
  }

  /// How many bytes there are of a file that is kept.
  var length: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Forgets what lies behind so many bytes, and goes on there.
  func goOn(at length: Int) throws(RunFailure) {
    if ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, off_t(length), SEEK_SET) == off_t(length) { return }
    throw RunFailure(.transfer, "\(path): \(String(cString: strerror(errno)))")
  }

  /// Writes all of the bytes.
  func write(_ bytes: [UInt8]) throws(OutputError) {
    var offset = 0
    while offset < bytes.count {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + offset, $0.count - offset) }
      if written >= 0 {
        offset += written
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&entry, 1, -1)
      case EPIPE: throw .closed
      default:
        let remedy = errno == ENOSPC ? "free some space, or write elsewhere" : nil
        throw .failure(RunFailure(.transfer, "\(path): \(String(cString: strerror(errno)))", remedy: remedy))
      }
    }
  }

  /// Gives the file its name; an old file of that name is replaced in the same step.
  mutating func publish() throws(RunFailure) {
    defer { close() }
    if case .direct = kind { return }
    // A name that outlives the machine when its bytes do not would be worse than none.
    if isDurable, fdatasync(descriptor) != 0 {
      throw RunFailure(.transfer, "\(path): \(String(cString: strerror(errno)))")
    }
    try giveName()
    if isDurable { Self.synchronizeFolder(of: target) }
  }

  private func giveName() throws(RunFailure) {
    switch kind {
    case .direct: return
    case .kept(let name):
      // It stays for a run that goes on.
      if rename(name, target) != 0 { throw Self.failure(path) }
    case .hidden(let name):
      if rename(name, target) != 0 {
        let failure = Self.failure(path)
        unlink(name)
        throw failure
      }
    case .unnamed:
      // A link cannot replace a file, a rename can.
      let name = Self.hiddenName(target)
      guard linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 else {
        throw Self.failure(path)
      }
      if rename(name, target) != 0 {
        let failure = Self.failure(path)
        unlink(name)
        throw failure
      }
    }
  }

  /// Leaves what is kept for a run that goes on, and forgets what is not.
  mutating func leave() {
    if let hiddenPath { unlink(hiddenPath) }
    close()
  }

  /// Forgets what was written; an old file stays as it is.
  mutating func discard() {
    if let name = hiddenPath ?? keptPath { unlink(name) }
    close()
  }

  private mutating func close() {
    if descriptor > 2 { Glibc.close(descriptor) }
    descriptor = -1
  }

  private static func failure(_ path: String) -> RunFailure {
    let code = errno
    let remedy = code == ENOENT ? "make the folder first" : "check the permissions, or write elsewhere"
    return RunFailure(.output, "\(path): cannot be written: \(String(cString: strerror(code)))", remedy: remedy)
  }

  private static func folder(of path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./" }

  /// As far as that is possible: whoever may write in a folder need not be allowed to read it.
  private static func synchronizeFolder(of path: String) {
    try? Descriptor.openForReading(folder(of: path)).synchronizeFolder()
  }

  private static func hiddenName(_ target: String, _ label: String = "\(getpid())") -> String {
    let name = target.lastIndex(of: "/").map { target[target.index(after: $0)...] } ?? target[...]
    let folder = target.dropLast(name.count)
    return "\(folder).\(name.prefix(200)).pipe-\(label)"
  }

  /// The number in a path such as `/dev/stdout` or `/dev/fd/3`: a descriptor that somebody has opened for us, to be
  /// written where it stands. The file behind it must not be replaced.
  private static func openDescriptor(_ path: String) -> Int32? {
    var path = path
    for _ in 0..<40 {
      for folder in ["/dev/fd/", "/proc/self/fd/", "/proc/\(getpid())/fd/"] where path.hasPrefix(folder) {
        return Int32(path.dropFirst(folder.count))
      }
      guard let next = link(path) else { return nil }
      path = next
    }
    return nil
  }

  /// Whether there is a regular file at a path, or nothing yet.
  private static func isFile(_ path: String) -> Bool {
    if openDescriptor(path) != nil { return false }
    var status = stat()
    return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG || status.st_mode & S_IFMT == S_IFDIR
  }

  /// What tells the file at a path from every other: its folder's true path and its name. Nil for what several outputs
  /// can share: standard output, devices, FIFOs.
  static func identity(of path: String) -> String? {
    if path == "-" || openDescriptor(path) != nil { return nil }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { return nil }
    guard let target = try? followed(path) else { return nil }
    let folder = folder(of: target)
    let name = target.lastIndex(of: "/").map { String(target[target.index(after: $0)...]) } ?? target
    guard let real = realpath(folder, nil) else { return target }
    defer { free(real) }
    return String(cString: real) + "/" + name
  }

  /// Where a symbolic link leads, or nil for anything else.
  private static func link(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(path, &buffer, Int(PATH_MAX))
    if count < 0 { return nil }
    let link = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return link.hasPrefix("/") ? link : (path.lastIndex(of: "/").map { String(path[...$0]) } ?? "") + link
  }

  /// The path with symbolic links at its end followed, whether or not there is a file behind them.
  private static func followed(_ path: String) throws(RunFailure) -> String {
    var path = path
    for _ in 0..<40 {
      guard let next = link(path) else { return path }
      path = next
    }
    throw RunFailure(.output, "\(path): too many symbolic links", remedy: "name the file itself")
  }
}
