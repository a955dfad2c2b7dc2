// Cron and daemons start programs with standard descriptors closed. The next file that is opened would get such a number,
// and messages or results would be written into it.

import Glibc

/// The descriptors 0, 1 and 2.
enum StandardDescriptors {
  /// Opens those that are closed on something where using them still fails: reading what cannot be read, writing what
  /// cannot be written.
  static func fill() {
    for (number, flags) in [(Int32(0), O_WRONLY), (1, O_RDONLY), (2, O_RDONLY)] where fcntl(number, F_GETFD) < 0 {
      // The lowest free number is the one that is closed.
      _ = open("/dev/null", flags)
    }
  }
}
