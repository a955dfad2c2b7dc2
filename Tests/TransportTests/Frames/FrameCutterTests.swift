// Cutting payloads into frames: full frames, nothing lost, nothing empty.

import Testing
import Transport

struct FrameCutterTests {
  private func frames(_ lengths: [Int], _ frameLength: Int) -> [FrameCutter.Frame] {
    var cutter = FrameCutter(lengths: lengths, frameLength: frameLength)
    var frames: [FrameCutter.Frame] = []
    repeat { frames.append(cutter.next()) } while !cutter.isAtEnd
    return frames
  }

  @Test func cutsAcrossByteStrings() {
    let found = frames([3, 0, 5, 2], 4)
    #expect(
      found.map(\.slices) == [
        [.init(piece: 0, range: 0..<3), .init(piece: 2, range: 0..<1)],
        [.init(piece: 2, range: 1..<5)],
        [.init(piece: 3, range: 0..<2)],
      ])
    #expect(found.map(\.length) == [4, 4, 2])
  }

  @Test func nothingIsOneEmptyFrame() {
    #expect(frames([], 4) == [FrameCutter.Frame()])
    #expect(frames([0, 0], 4) == [FrameCutter.Frame()])
  }

  @Test func everyCutIsFullAndComplete() {
    for lengths in [[1], [7], [2, 2, 2], [0, 9, 0, 1, 0], [4, 4], [1, 1, 1, 1, 1]] {
      for frameLength in 1...10 {
        let found = frames(lengths, frameLength)
        let total = lengths.reduce(0, +)
        #expect(found.count == max(1, (total + frameLength - 1) / frameLength))
        #expect(found.dropLast().allSatisfy { $0.length == frameLength })
        #expect(found.allSatisfy { $0.length == $0.slices.reduce(0) { $0 + $1.range.count } })
        var next = Array(repeating: 0, count: lengths.count)
        for slice in found.flatMap(\.slices) {
          #expect(!slice.range.isEmpty && slice.range.lowerBound == next[slice.piece])
          next[slice.piece] = slice.range.upperBound
        }
        #expect(next == lengths)
      }
    }
  }
}
