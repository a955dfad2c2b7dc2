// TCP on this machine alone, at a port that the kernel chooses.

import Glibc
import Transport

/// Sockets of 127.0.0.1.
enum Loopback {
  private static let address = UInt32(0x7F00_0001)
  private static let backlog: Int32 = 128
  /// Nobody here takes that long; one that does is a failure and not a wait for ever.
  private static let timeout = timeval(tv_sec: 10, tv_usec: 0)

  /// A socket that takes connections, and its port.
  static func listen() throws(LabFailure) -> (listener: Descriptor, port: UInt16) {
    let listener = try socket()
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = address.bigEndian
    let bound = withAddress(&place) { bind(listener.number, $0, $1) }
    guard bound == 0, Glibc.listen(listener.number, backlog) == 0 else { throw failure("nobody can listen") }
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let named = withAddress(&place) { pointer, _ in getsockname(listener.number, pointer, &length) }
    guard named == 0 else { throw failure("a port has no number") }
    return (listener, UInt16(bigEndian: place.sin_port))
  }

  /// Fails where connections cannot be made, before anybody else is started who would only say that it could not work.
  static func requireConnections() throws(LabFailure) {
    let (listener, port) = try listen()
    drop(try connect(port))
    listener.close()
  }

  /// A connection to a port.
  static func connect(_ port: UInt16) throws(LabFailure) -> Descriptor {
    let connection = try socket()
    var limit = timeout
    let size = socklen_t(MemoryLayout<timeval>.size)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      guard setsockopt(connection.number, SOL_SOCKET, option, &limit, size) == 0 else {
        throw failure("a socket takes no time limit")
      }
    }
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    place.sin_addr.s_addr = address.bigEndian
    guard withAddress(&place, { Glibc.connect(connection.number, $0, $1) }) == 0 else {
      throw failure("port \(port) cannot be reached")
    }
    return connection
  }

  /// Closes a connection without the minute in which its port would stay taken: nothing is on its way any more.
  static func drop(_ connection: Descriptor) {
    var now = linger(l_onoff: 1, l_linger: 0)
    // Where it is refused, the port comes back later.
    setsockopt(connection.number, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    connection.close()
  }

  private static func socket() throws(LabFailure) -> Descriptor {
    let number = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw failure("there is no TCP") }
    return Descriptor(owning: number)
  }

  private static func failure(_ what: String) -> LabFailure {
    let reason = TransportError.reason(of: errno)
    return LabFailure("\(what) on 127.0.0.1: \(reason)", remedy: "allow TCP connections on the loopback interface")
  }

  /// The address as the calls want it, for the time of a call.
  private static func withAddress(
    _ place: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &place) { pointer in
      // A sockaddr_in is what these calls take for an address of its family.
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
    }
  }
}
