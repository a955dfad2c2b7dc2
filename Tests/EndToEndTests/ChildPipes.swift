// The three pipes to a child, served by one thread until the child has closed them or time is up.

import Foundation

/// Owns both ends of the pipes to standard input, output and error of a child.
struct ChildPipes {
  private(set) var childInput: Int32?
  private(set) var childOutput: Int32
  private(set) var childErrors: Int32
  private var input: Int32?
  private var output: Int32
  private var errors: Int32

  init(hasInput: Bool) {
    if hasInput {
      let (reader, writer) = Self.makePipe()
      childInput = reader
      input = writer
      _ = fcntl(writer, F_SETFL, O_NONBLOCK)
    }
    (output, childOutput) = Self.makePipe()
    (errors, childErrors) = Self.makePipe()
  }

  /// Both ends are closed in every child but where they are passed on, or other children would hold the pipe open.
  private static func makePipe() -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0, "no pipe: \(String(cString: strerror(errno)))")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  mutating func closeChildSide() {
    for descriptor in [childInput, childOutput, childErrors] { Self.close(descriptor) }
    (childInput, childOutput, childErrors) = (nil, -1, -1)
  }

  mutating func close() {
    closeChildSide()
    for descriptor in [input, output, errors] { Self.close(descriptor) }
    (input, output, errors) = (nil, -1, -1)
  }

  private static func close(_ descriptor: Int32?) {
    if let descriptor, descriptor >= 0 { _ = Foundation.close(descriptor) }
  }

  /// Writes the input and collects what the child prints; false if time ran out before it had closed its output.
  mutating func serve(
    input bytes: [UInt8], until deadline: Date, _ printed: inout [UInt8], _ said: inout [UInt8]
  ) -> Bool {
    var rest = bytes[...]
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while output >= 0 || errors >= 0 {
      if rest.isEmpty { closeInput() }
      // A negative descriptor is skipped by poll.
      var polled = [
        pollfd(fd: input ?? -1, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: output, events: Int16(POLLIN), revents: 0), pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
      ]
      let left = deadline.timeIntervalSinceNow
      if left <= 0 { return false }
      if poll(&polled, 3, Int32(left * 1000) + 1) <= 0 { continue }
      if polled[0].revents != 0 { write(&rest) }
      if polled[1].revents != 0, !Self.read(output, &buffer, &printed) {
        Self.close(output)
        output = -1
      }
      if polled[2].revents != 0, !Self.read(errors, &buffer, &said) {
        Self.close(errors)
        errors = -1
      }
    }
    return true
  }

  private mutating func closeInput() {
    Self.close(input)
    input = nil
  }

  /// Writes what fits. A child that reads no more is no mistake of ours; its signal must not end the tests.
  private mutating func write(_ rest: inout ArraySlice<UInt8>) {
    guard let input else { return }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let count = rest.withUnsafeBytes { Foundation.write(input, $0.baseAddress, $0.count) }
    if count > 0 {
      rest = rest.dropFirst(count)
    } else if errno == EPIPE {
      rest = []
    }
  }

  /// Appends what is there; false at the end.
  private static func read(_ descriptor: Int32, _ buffer: inout [UInt8], _ bytes: inout [UInt8]) -> Bool {
    let count = buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
    if count < 0 { return errno == EINTR || errno == EAGAIN }
    bytes += buffer[..<count]
    return count > 0
  }
}
