// A file descriptor with an owner: closed once, at the latest with its last reference.

import CLinux
import Glibc
import Synchronization

/// Owns a file descriptor. All that are made here are close-on-exec.
package final class Descriptor: Sendable {
  private let held: Atomic<Int32>

  /// Takes over a descriptor that nobody else closes.
  package init(owning number: Int32) { held = Atomic(number) }

  deinit { close() }

  /// The descriptor's number, -1 once it is closed. Whoever uses the number keeps this object alive meanwhile.
  package var number: Int32 { held.load(ordering: .acquiring) }

  package var isOpen: Bool { number >= 0 }

  /// Closes now. Later calls do nothing.
  package func close() {
    let number = held.exchange(-1, ordering: .acquiringAndReleasing)
    // The descriptor is gone on Linux even when close reports an error, so it is never tried again.
    if number >= 0 { _ = Glibc.close(number) }
  }

  /// Gives the number away: the caller closes it from now on. -1 if it was closed already.
  package func release() -> Int32 { held.exchange(-1, ordering: .acquiringAndReleasing) }

  /// A second descriptor for the same open file.
  package func duplicate() throws(TransportError) -> Descriptor {
    let copy = clinux_duplicate(number)
    guard copy >= 0 else { throw .last("fcntl F_DUPFD_CLOEXEC") }
    return Descriptor(owning: copy)
  }

  /// Locks the open file against everybody who opens it anew. The lock lasts until the last descriptor of this open file
  /// is closed, in whatever process.
  ///
  /// - Returns: false if somebody else holds it.
  package func lock() throws(TransportError) -> Bool {
    while flock(number, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return false }
      if errno != EINTR { throw .last("flock") }
    }
    return true
  }

  /// Waits until what was written to the file is on its disk, and so there after a crash of the machine.
  package func synchronize() throws(TransportError) {
    while fdatasync(number) != 0 {
      // What is no file on a disk has nothing to wait for.
      if errno == EINVAL || errno == EROFS { return }
      if errno != EINTR { throw .last("fdatasync") }
    }
  }

  /// The same for a folder: waits until the names in it are on the disk as they are now.
  package func synchronizeFolder() throws(TransportError) {
    while fsync(number) != 0 {
      // Some file systems know nothing of the kind.
      if errno == EINVAL { return }
      if errno != EINTR { throw .last("fsync") }
    }
  }

  /// Makes a pipe.
  package static func pipe() throws(TransportError) -> (read: Descriptor, write: Descriptor) {
    var ends: [Int32] = [-1, -1]
    guard clinux_pipe(&ends) == 0 else { throw .last("pipe2") }
    return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
  }

  /// Makes a connected pair of packet sockets (Unix, SEQPACKET), for two `ControlSocket`s.
  package static func socketPair() throws(TransportError) -> (Descriptor, Descriptor) {
    var ends: [Int32] = [-1, -1]
    guard clinux_socket_pair(&ends) == 0 else { throw .last("socketpair") }
    return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
  }

  /// Makes a connected pair of stream sockets (Unix).
  package static func streamPair() throws(TransportError) -> (Descriptor, Descriptor) {
    var ends: [Int32] = [-1, -1]
    guard clinux_stream_pair(&ends) == 0 else { throw .last("socketpair") }
    return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
  }

  /// Opens a file for reading.
  package static func openForReading(_ path: String) throws(TransportError) -> Descriptor {
    while true {
      let number = open(path, O_RDONLY | O_CLOEXEC)
      if number >= 0 { return Descriptor(owning: number) }
      if errno != EINTR { throw .last("open \(path)") }
    }
  }

  /// Makes a file, or empties it, for writing.
  package static func create(_ path: String) throws(TransportError) -> Descriptor {
    while true {
      let number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      if number >= 0 { return Descriptor(owning: number) }
      if errno != EINTR { throw .last("open \(path)") }
    }
  }

  /// Asks for a pipe buffer of this many bytes. Ordinary users get less once they have many: that is no error.
  /// - Returns: the bytes the pipe has got, nil if this is no pipe or the wish was refused.
  @discardableResult
  package func setPipeSize(_ bytes: Int) -> Int? {
    let size = clinux_set_pipe_size(number, Int32(clamping: bytes))
    return size < 0 ? nil : Int(size)
  }
}
