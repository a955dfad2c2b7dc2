// Where pictures of a run are asked for, by a signal as a rule, and handed out. Neither who asks nor the run ever waits
// for who shows them, which may be a terminal that is stopped.

import Transport

/// Takes in wishes for pictures. Safe to use from any thread.
package final class PictureDesk: Sendable {
  private struct State: Sendable {
    var isAsked = false
    var isClosed = false
    /// Makes a picture in any thread.
    var painter: (@Sendable () -> RunPicture)?
    /// One that the run has made itself.
    var painted: RunPicture?
  }

  private let state = Monitor(State())

  package init() {}

  /// Asks for a picture. Several wishes that meet become one.
  package func ask() { state.change { $0.isAsked = true } }

  /// From now on pictures are made by the painter, in the thread of whoever shows them.
  package func open(_ painter: @escaping @Sendable () -> RunPicture) { state.change { $0.painter = painter } }

  /// Whether somebody waits for a picture that nobody has made.
  package var isAsked: Bool { state.withLock { $0.isAsked && $0.painted == nil } }

  /// Hands over a picture that was asked for.
  package func hand(_ picture: RunPicture) { state.change { $0.painted = picture } }

  /// The run is over: nobody gets a picture any more, and nothing of it is held here.
  package func close() {
    state.change {
      $0.isClosed = true
      $0.painter = nil
    }
  }

  /// The next picture that somebody asks for, waited for; nil once the desk is closed.
  package func next() -> RunPicture? {
    enum Source {
      case painter(@Sendable () -> RunPicture)
      case painted(RunPicture)
      case none
    }
    let source = state.wait { state -> Source? in
      if state.isClosed { return Source.none }
      guard state.isAsked else { return nil }
      if let picture = state.painted {
        (state.isAsked, state.painted) = (false, nil)
        return .painted(picture)
      }
      guard let painter = state.painter else { return nil }
      state.isAsked = false
      return .painter(painter)
    }
    // Outside the lock: a painter takes other locks.
    switch source.value {
    case .painted(let picture): return picture
    case .painter(let paint): return paint()
    case .none: return nil
    }
  }
}
