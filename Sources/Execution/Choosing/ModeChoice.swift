// `--mode auto`: which mode, and how many parsers, by rules over what a short probe has measured. A value, so that every rule can
// be tried with figures whose truth is known.

/// What a probe has measured: the beginning of the inputs, run in serial mode.
package struct ProbeFigures: Equatable, Sendable {
  /// Bytes of all inputs, and how many of them the probe has read.
  package var totalBytes: Int
  package var probedBytes: Int
  /// Time that the probe was on a core, and time that it was not (waiting for the source).
  package var processorNanoseconds: UInt64
  package var waitNanoseconds: UInt64

  package init(totalBytes: Int, probedBytes: Int, processorNanoseconds: UInt64, waitNanoseconds: UInt64) {
    self.totalBytes = totalBytes
    self.probedBytes = probedBytes
    self.processorNanoseconds = processorNanoseconds
    self.waitNanoseconds = waitNanoseconds
  }

  /// What the whole run would take in serial mode, if it went on as it began.
  var serialSeconds: Double {
    guard probedBytes > 0 else { return 0 }
    return Double(processorNanoseconds + waitNanoseconds) / 1e9 * Double(totalBytes) / Double(probedBytes)
  }

  /// The share of time spent waiting for the source.
  var waitShare: Double {
    let all = processorNanoseconds + waitNanoseconds
    return all == 0 ? 0 : Double(waitNanoseconds) / Double(all)
  }
}

/// A mode with its number of parsers, and why.
package struct ModeChoice: Equatable, Sendable {
  package var mode: ExecutionMode
  /// nil: as many as the mode takes without being asked.
  package var workers: Int?
  /// Half a sentence with the figures that decided.
  package var reason: String

  package init(mode: ExecutionMode, workers: Int? = nil, reason: String) {
    self.mode = mode
    self.workers = workers
    self.reason = reason
  }

  /// Below this many seconds in serial mode there is nothing to share: starting and joining threads takes half a millisecond,
  /// starting four processes about six (both measured, README, "Which mode").
  package static let leastSeconds = 0.004
  /// Up to so many bytes a probe would measure little but itself.
  package static let leastBytes = 256 << 10
  /// From this share of waiting on, the source decides how long a run takes.
  package static let boundBySource = 0.5

  /// Chooses.
  ///
  /// - Parameters:
  ///   - figures: of the probe; nil where there can be none, because an input can be read only once.
  ///   - cores: that the run may use.
  ///   - permitted: the modes that the other options leave, in order of preference among equals; at least one.
  ///   - reasonForPermitted: why they are fewer than all (`--link shm is for processes`), or nil.
  package static func choose(
    _ figures: ProbeFigures?, cores: Int, permitted: [ExecutionMode], because restriction: String? = nil
  ) -> ModeChoice {
    let parallel = [ExecutionMode.thread, .process, .hybrid].first(where: permitted.contains)
    let canBeSerial = permitted.contains(.serial)
    let suffix = restriction.map { "; \($0)" } ?? ""
    func serial(_ reason: String) -> ModeChoice { ModeChoice(mode: .serial, reason: reason + suffix) }
    guard let mode = parallel else { return serial("no other mode goes with the other options") }
    guard let figures else {
      return ModeChoice(mode: mode, reason: "a stream cannot be probed, for it can be read only once" + suffix)
    }
    if canBeSerial, figures.totalBytes <= leastBytes {
      return serial("the input has \(figures.totalBytes) bytes, too few to be shared")
    }
    let seconds = figures.serialSeconds
    if canBeSerial, seconds < leastSeconds {
      return serial("the whole run takes about \(text(seconds * 1000)) ms, too little to be shared")
    }
    let wait = figures.waitShare
    let percent = Int((wait * 100).rounded())
    if wait >= boundBySource {
      return ModeChoice(
        mode: mode, workers: max(2, cores),
        reason: "I/O-bound: \(percent) % of a probe was waiting for the source, which parsers can do side by side"
          + suffix)
    }
    if cores == 1 {
      if canBeSerial, wait < 0.1 {
        return serial("CPU-bound (\(100 - percent) % of a probe), and there is one core, which others could not share")
      }
      return ModeChoice(
        mode: mode, workers: 2, reason: "one core, but \(percent) % of a probe was waiting for the source" + suffix)
    }
    return ModeChoice(
      mode: mode, workers: cores,
      reason: "CPU-bound: \(100 - percent) % of a probe was work, which \(cores) cores can share" + suffix)
  }

  private static func text(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
