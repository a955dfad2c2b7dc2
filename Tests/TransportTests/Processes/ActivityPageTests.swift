// What is written in a place is read there, by another thread as well, and a name is never put together from two.

import Testing
import Transport

@Suite struct ActivityPageTests {
  @Test func aNewPlaceSaysNothing() throws {
    let descriptor = try ActivityPage.makeDescriptor()
    for page in [ActivityPage(), try ActivityPage(descriptor, place: 3)] {
      #expect(page.state == .waitsForInput)
      #expect(page.progress == 0)
      #expect(page.work == nil)
    }
  }

  @Test func whoeverMapsItSeesIt() throws {
    let descriptor = try ActivityPage.makeDescriptor()
    let (here, there) = (try ActivityPage(descriptor, place: 1), try ActivityPage(descriptor, place: 1))
    let work = WorkName(input: 7, first: 1 << 40, end: 1 << 41, attempt: 3)
    here.note(.worksAsOne)
    here.note(work)
    here.advance(5 << 32)
    here.advance(0)
    #expect(there.state == .worksAsOne)
    #expect(there.work == work)
    // A step without bytes is a step all the same.
    #expect(there.progress == 5 << 32 + 1)
    #expect(try ActivityPage(descriptor, place: 2).work == nil)
  }

  @Test func namesAreWhole() throws {
    let page = ActivityPage()
    let isOver = Monitor(false)
    let writer = try WorkerThread.start(name: "writer") {
      var number: UInt64 = 1
      while !isOver.withLock({ $0 }) {
        page.note(WorkName(input: UInt32(number % 1000), first: number, end: number, attempt: UInt32(number % 1000)))
        number += 1
      }
    }
    var seen = Set<UInt64>()
    var looks = 0
    // On a busy machine the writer may not have its turn for long.
    while looks < 200_000 || seen.count < 2 {
      guard let work = page.work else { continue }
      looks += 1
      seen.insert(work.first)
      let isWhole = work.end == work.first && work.input == work.attempt && UInt64(work.input) == work.first % 1000
      #expect(isWhole)
      if !isWhole { break }
    }
    isOver.change { $0 = true }
    writer.join()
  }
}
