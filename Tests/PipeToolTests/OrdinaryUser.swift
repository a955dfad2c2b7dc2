// Permissions mean nothing to root: tests about them run the program as somebody else.

import Foundation

/// Runs the program under test as an ordinary user.
struct OrdinaryUser {
  private static let setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].first { (path: String) in
    access(path, X_OK) == 0
  }
  private static let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"]

  /// Whether this is an ordinary user already, or can become one who may still run the program.
  static let isAvailable: Bool = {
    guard getuid() == 0 else { return true }
    guard let folder = try? ScratchFolder(), let user = try? OrdinaryUser(in: folder) else { return false }
    return (try? user.pipe(["--version"]).exitStatus) == 0
  }()

  private let folder: ScratchFolder
  private let program: String

  init(in folder: ScratchFolder) throws {
    self.folder = folder
    guard getuid() == 0 else {
      program = Child.program
      return
    }
    // The build folder may lie where only root can go.
    program = folder["pipe"]
    // By a program: a copy that this process writes could not be executed while any child still inherits its descriptor.
    let copy = try Child(["-m", "755", Child.program, program], of: "/usr/bin/install", in: folder).wait()
    guard copy.exitStatus == 0 else { throw Child.Failure(description: copy.errors) }
  }

  /// - Parameter words: a program that becomes the one under test, with its options.
  func pipe(_ arguments: [String], behind words: [String] = []) throws -> ChildEnd {
    let command = words + [program] + arguments
    guard getuid() == 0 else { return try Child(Array(command.dropFirst()), of: command[0], in: folder).wait() }
    guard let setpriv = Self.setpriv else { throw Child.Failure(description: "there is no setpriv") }
    return try Child(Self.nobody + command, of: setpriv, in: folder).wait()
  }
}
