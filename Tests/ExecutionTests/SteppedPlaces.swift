// The links of a reader in a stepped run with deaths: what `SpreadPieceOutlet` does with its pipes, without pipes.

import Transport

/// Which parser has which piece, as the reader sees it.
struct SteppedPlaces {
  private struct Place {
    /// The process that the link leads to, and the one that a link has arrived to.
    var linked: Int
    var arrived: Int?
    var pending: [WorkName] = []
    var isOpen = true
  }

  private var places: [Place]

  /// - Parameter incarnations: of each parser, the process that the links lead to.
  init(incarnations: [Int]) { places = incarnations.map { Place(linked: $0) } }

  mutating func arrive(_ owner: SteppedRecovery.Owner) { places[owner.parser].arrived = owner.incarnation }

  /// Chooses a parser for a piece; nil if that is gone, so that the piece goes nowhere.
  mutating func choose(for work: WorkName, living: [Int]) -> SteppedRecovery.Owner? {
    func order(_ place: Place) -> (Int, Int) { (place.isOpen ? 0 : 1, place.pending.count) }
    let chosen = places.indices.min { order(places[$0]) < order(places[$1]) } ?? 0
    places[chosen].pending.append(work)
    guard places[chosen].isOpen else { return nil }
    places[chosen].isOpen = places[chosen].linked == living[chosen]
    return places[chosen].isOpen ? .init(parser: chosen, incarnation: living[chosen]) : nil
  }

  mutating func acknowledge(_ work: WorkName) {
    for index in places.indices { places[index].pending.removeAll { $0 == work } }
  }

  mutating func renew(_ parser: Int) -> [WorkName] {
    guard let arrived = places[parser].arrived else { return [] }
    (places[parser].linked, places[parser].isOpen, places[parser].arrived) = (arrived, true, nil)
    defer { places[parser].pending = [] }
    return places[parser].pending
  }

  mutating func forget() { for index in places.indices { places[index].pending = [] } }
}
