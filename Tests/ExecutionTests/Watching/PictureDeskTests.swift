// Pictures are given to whoever asks, when there is somebody who can make one.

import Execution
import Testing
import Transport

@Suite struct PictureDeskTests {
  private static func picture(_ bytes: Int) -> RunPicture {
    var picture = RunPicture(mode: .thread, stages: [])
    picture.committedBytes = bytes
    return picture
  }

  @Test func aPainterAnswersEveryWish() {
    let desk = PictureDesk()
    let count = Monitor(0)
    // Asked before there is anybody to answer.
    desk.ask()
    desk.open {
      Self.picture(
        count.withLock { count in
          count += 1
          return count
        })
    }
    #expect(desk.next()?.committedBytes == 1)
    desk.ask()
    desk.ask()
    #expect(desk.next()?.committedBytes == 2)
    desk.close()
    #expect(desk.next() == nil)
  }

  @Test func aRunMayHandItOver() {
    let desk = PictureDesk()
    #expect(!desk.isAsked)
    desk.ask()
    #expect(desk.isAsked)
    desk.hand(Self.picture(7))
    #expect(!desk.isAsked)
    #expect(desk.next()?.committedBytes == 7)
    #expect(!desk.isAsked)
  }

  @Test func whoWaitsIsSentAway() throws {
    let desk = PictureDesk()
    let result = Monitor<RunPicture??>(nil)
    let waiter = try WorkerThread.start(name: "waiter") {
      let next = desk.next()
      result.withLock { $0 = .some(next) }
    }
    desk.ask()
    desk.close()
    waiter.join()
    #expect(result.withLock { $0 } == .some(nil))
  }
}
