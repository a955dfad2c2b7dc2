// Ctrl-C: leave nothing behind, then die by the signal, so that shells and scripts see what happened.

import Execution
import Transport

enum Signals {
  /// Watches for signals that end the program. Workers end with their parent by themselves.
  static func watch(cleaningUp destination: RunDestination) -> SignalWatch? {
    // Without the watch a signal ends the program all the same, and files without names vanish with it.
    try? SignalWatch.start { signal in
      destination.abandon()
      ProcessSelf.die(by: signal)
    }
  }
}
