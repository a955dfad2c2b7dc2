// A terminal of which a test holds the end where somebody would sit.

import Foundation

/// A terminal whose other end the test holds.
final class Terminal {
  let master: Int32
  let slave: Int32

  init() throws {
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    // TIOCSPTLCK unlocks the other end, TIOCGPTPEER opens it.
    var lock: Int32 = 0
    guard master >= 0, ioctl(master, 0x4004_5431, &lock) == 0 else {
      throw Child.Failure(description: "no terminal: errno \(errno)")
    }
    slave = ioctl(master, 0x5441, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard slave >= 0 else { throw Child.Failure(description: "no terminal: errno \(errno)") }
    // No translation of line ends.
    var settings = termios()
    tcgetattr(slave, &settings)
    cfmakeraw(&settings)
    tcsetattr(slave, TCSANOW, &settings)
    var size = winsize(ws_row: 24, ws_col: 60, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(slave, UInt(TIOCSWINSZ), &size)
  }

  deinit {
    close(master)
    close(slave)
  }

  /// What was written to the terminal since the last time.
  func text() -> String {
    var block = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(master, &block, block.count)
    return String(decoding: block.prefix(max(0, count)), as: UTF8.self)
  }
}
