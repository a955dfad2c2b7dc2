// What the help says of the generated tables.

import Testing

@testable import Lab

@Suite struct DataSetTests {
  @Test func summaryCountsTheStations() {
    #expect(DataSet.measurements.summary.contains(" \(Station.all.count) cities,"))
  }
}
