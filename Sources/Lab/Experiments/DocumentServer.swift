// A small server of documents that takes its time, and how to fetch one: HTTP/1.0 on the loopback interface.

import Glibc
import Transport

/// Documents behind a wait; each has a number, by which its text is known.
enum DocumentServer {
  static let documentSize = 4096

  /// The text of a document.
  static func document(_ number: Int) -> [UInt8] {
    let line = Array("document \(number)\n".utf8)
    return (0..<documentSize).map { line[$0 % line.count] }
  }

  /// Serves for ever, each connection in a thread of its own.
  static func serve(_ listener: Descriptor) throws(LabFailure) -> Never {
    while true {
      // This process starts no others, so nobody inherits it.
      let number = accept(listener.number, nil, nil)
      guard number >= 0 else {
        if errno == EINTR || errno == ECONNABORTED { continue }
        throw LabFailure("no connection could be taken: \(TransportError.reason(of: errno))")
      }
      let connection = Descriptor(owning: number)
      do throws(TransportError) {
        // Not joined: it ends with its connection.
        _ = try WorkerThread.start(name: "lab/connection", stackSize: 256 << 10) { answer(over: connection) }
      } catch {
        throw LabFailure("no thread for a connection: \(error.reason)")
      }
    }
  }

  /// Fetches a document, and checks it.
  /// - Parameters:
  ///   - wait: how long the server is to take, in nanoseconds; nil for ever.
  ///   - asked: called when the request is on its way.
  static func fetch(
    _ number: Int, behind wait: UInt64?, from port: UInt16, asked: () -> Void = {}
  ) throws(LabFailure) {
    let connection = try Loopback.connect(port)
    let path = "/after/\(wait ?? 0)/document/\(number)" + (wait == nil ? "/never" : "")
    try send(Array("GET \(path) HTTP/1.0\r\n\r\n".utf8), over: connection)
    asked()
    var reply: [UInt8] = []
    while try receive(&reply, over: connection) {}
    Loopback.drop(connection)
    guard reply == Self.reply(number) else {
      throw LabFailure("the server's answer for document \(number) is another one (\(reply.count) bytes)")
    }
  }

  /// What a request asks for: `GET /after/WAIT/document/NUMBER`, with `/never` behind it if no answer is wanted.
  static func parse(_ request: String) -> (number: Int, wait: UInt64, isNever: Bool)? {
    let words = request.split(separator: " ")
    guard words.count >= 2, words[0] == "GET" else { return nil }
    let path = words[1].split(separator: "/")
    guard path.count >= 4, path[0] == "after", path[2] == "document", let wait = UInt64(path[1]),
      let number = Int(path[3])
    else { return nil }
    return (number, wait, path.count > 4 && path[4] == "never")
  }

  private static func reply(_ number: Int) -> [UInt8] {
    Array("HTTP/1.0 200 OK\r\nContent-Length: \(documentSize)\r\n\r\n".utf8) + document(number)
  }

  private static func answer(over connection: Descriptor) {
    var request: [UInt8] = []
    do throws(LabFailure) {
      while request.suffix(4) != Array("\r\n\r\n".utf8) {
        guard request.count < 4096, try receive(&request, over: connection) else { return }
      }
      guard let wanted = parse(String(decoding: request, as: UTF8.self)) else {
        return try send(Array("HTTP/1.0 400 Bad Request\r\n\r\n".utf8), over: connection)
      }
      // Until the client has gone: what it sends is nothing.
      while wanted.isNever { guard try receive(&request, over: connection) else { return } }
      Pause.nanoseconds(wanted.wait)
      try send(reply(wanted.number), over: connection)
      shutdown(connection.number, Int32(SHUT_WR))
    } catch {
      // The client has gone, and will say that it got no answer.
      connection.close()
    }
  }

  private static func send(_ bytes: [UInt8], over connection: Descriptor) throws(LabFailure) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(connection.number, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count > 0 { sent += count } else if errno != EINTR { throw failure() }
    }
  }

  /// Takes in what there is; false at the end.
  private static func receive(_ bytes: inout [UInt8], over connection: Descriptor) throws(LabFailure) -> Bool {
    var block = [UInt8](repeating: 0, count: 8192)
    while true {
      let count = recv(connection.number, &block, block.count, 0)
      if count > 0 {
        bytes += block[..<count]
        return true
      }
      if count == 0 { return false }
      if errno != EINTR { throw failure() }
    }
  }

  private static func failure() -> LabFailure { LabFailure("a connection broke: \(TransportError.reason(of: errno))") }
}
