// The table of cities: as many as promised, each once, names that need no quotes.

import Testing

@testable import Lab

@Suite struct StationTests {
  @Test func holdsTheCities() {
    let names = Station.all.map(\.name)
    #expect(names.count == 413)
    #expect(Set(names.map { Array($0.utf8) }).count == names.count)
    #expect(names.map(\.utf8.count).min() == 3)
    #expect(names.map(\.utf8.count).max() == 26)
    #expect(names.count { !$0.utf8.allSatisfy { $0 < 128 } } == 76)
    #expect(names.allSatisfy { !$0.contains { ";,\"'\n\r\t".contains($0) } && $0.first != " " && $0.last != " " })
  }

  @Test func readsNamesAndMeans() throws {
    #expect(Station.all.first == Station(name: "Reykjavík", meanTenths: 49))
    #expect(Station.all.last == Station(name: "Puerto Montt", meanTenths: 104))
    #expect(Station.all.contains(Station(name: "Las Palmas de Gran Canaria", meanTenths: 212)))
    #expect(Station.all.contains(Station(name: "Oymyakon", meanTenths: -149)))
    // A mean and 60 degrees to either side stay within two digits before the point.
    #expect(Station.all.allSatisfy { (-399...399).contains($0.meanTenths) })
  }
}
