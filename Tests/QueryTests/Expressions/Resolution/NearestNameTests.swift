// Distances, and what is near enough to be suggested.

import Testing

@testable import Query

struct NearestNameTests {
  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("", "abc", 3), ("kitten", "sitting", 3), ("abcd", "acbd", 1), ("ca", "abc", 3),
    ("same", "same", 0),
  ])
  func measures(left: String, right: String, distance: Int) {
    #expect(NearestName.distance(Array(left), Array(right)) == distance)
    #expect(NearestName.distance(Array(right), Array(left)) == distance)
  }

  @Test func suggestsOnlyWhatIsNear() {
    let names = ["carrier", "origin", "dep_delay", "arr_delay", "x"]
    #expect(NearestName.of("Origin", among: names) == "origin")
    #expect(NearestName.of("orgin", among: names) == "origin")
    #expect(NearestName.of("depdelay", among: names) == "dep_delay")
    #expect(NearestName.of("delay", among: names) == nil)
    #expect(NearestName.of("z", among: names) == nil)
    #expect(NearestName.of("", among: names) == nil)
    #expect(NearestName.of("a", among: []) == nil)
  }
}
