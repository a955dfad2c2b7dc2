// Ctrl-C: leave nothing behind, then die by the signal, so that shells and scripts see what happened. SIGUSR1: say what the
// run does, and go on.

import Execution
import Transport

enum Signals {
  /// Watches for signals that end the program, or ask for a picture of the run. Workers end with their parent by
  /// themselves.
  static func watch(cleaningUp destination: RunDestination, pictures: RunPictures) -> SignalWatch? {
    // Without the watch a signal ends the program all the same, and files without names vanish with it.
    try? SignalWatch.start(asking: [RunPictures.signal], asked: pictures.ask) { signal in
      destination.abandon()
      ProcessSelf.die(by: signal)
    }
  }
}
