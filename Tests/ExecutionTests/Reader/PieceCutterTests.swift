// Where pieces end, at every chunk size, for files and for streams whose end is not known beforehand.

import CSV
import Execution
import Testing

@Suite struct PieceCutterTests {
  /// All cuts of an input, as the reader makes them.
  private func cuts(
    _ bytes: [UInt8], chunkSize: Int, maxRecord: Int = 1 << 20, isStream: Bool = false,
    quote: UInt8? = UInt8(ascii: "\"")
  ) throws -> [Cut] {
    let input = try isStream ? TestInput.stream(bytes) : TestInput.file(bytes)
    var source = input.makeSource()
    let cutter = PieceCutter(chunkSize: chunkSize, maxRecord: maxRecord, dialect: Dialect(quote: quote))
    var cuts: [Cut] = []
    var start = 0
    repeat {
      let cut = try cutter.cut(&source, after: start, minimumEnd: start + 1)
      #expect(cut.offset > start || cut.isLast)
      cuts.append(cut)
      start = cut.offset
      source.release(before: start)
    } while cuts.last?.isLast == false && cuts.count <= bytes.count + 1
    return cuts
  }

  @Test(arguments: [1, 2, 3, 5, 7, 64, 4096, 10_000])
  func everyCutIsBehindALineEnd(chunkSize: Int) throws {
    var generator = SeededGenerator(seed: UInt64(chunkSize))
    for _ in 0..<20 {
      let bytes = NastyTable.make(records: 30, rejects: 4, using: &generator)
      for (isStream, quote) in [(false, nil), (true, nil), (false, UInt8(ascii: "\"")), (true, UInt8(ascii: "\""))] {
        let cuts = try cuts(bytes, chunkSize: chunkSize, isStream: isStream, quote: quote)
        #expect(cuts.last?.offset == bytes.count)
        #expect(cuts.filter(\.isLast).count == 1)
        for cut in cuts.dropLast() {
          #expect(cut.endsLine)
          let before = bytes[cut.offset - 1]
          #expect(before == 10 || before == 13 && bytes[cut.offset] != 10)
        }
        // Without quotes it is the first line end behind the edge, none is passed over.
        if quote != nil { continue }
        for (start, cut) in zip([0] + cuts.map(\.offset), cuts) {
          let edge = (start + 1 + chunkSize - 1) / chunkSize * chunkSize
          guard edge < cut.offset else { continue }
          for offset in edge..<cut.offset {
            let isEnd = bytes[offset - 1] == 10 || bytes[offset - 1] == 13 && bytes[offset] != 10
            #expect(!isEnd, "a line end at \(offset) between \(edge) and \(cut.offset)")
          }
        }
      }
    }
  }

  @Test func aCutNeverPartsCarriageReturnAndLineFeed() throws {
    let bytes = Array("ab\r\ncd\r\n\r\nef\r\n".utf8)
    for chunkSize in 1...16 {
      for cut in try cuts(bytes, chunkSize: chunkSize) where !cut.isLast {
        #expect([4, 8, 10].contains(cut.offset))
      }
    }
    #expect(try cuts(bytes, chunkSize: 3).map(\.offset) == [4, 8, 10, 14])
    #expect(try cuts(bytes, chunkSize: 4).map(\.offset) == [4, 8, 14])
  }

  @Test func carriageReturnsAloneAreLineEnds() throws {
    #expect(try cuts(Array("a\rb\rc".utf8), chunkSize: 1).map(\.offset) == [2, 4, 5])
    #expect(try cuts(Array("a\rb\r".utf8), chunkSize: 1).last == Cut.at(4, isLast: true))
  }

  @Test func anInputWithoutLineEndIsOnePiece() throws {
    #expect(try cuts(Array("abcdefgh".utf8), chunkSize: 2) == [.at(8, isLast: true, endsLine: false)])
    #expect(try cuts([10], chunkSize: 1).map(\.offset) == [1])
  }

  @Test func aLineLongerThanTheWindowIsLookedAtFromTheNextEdge() throws {
    let bytes = Array(repeating: UInt8(ascii: "x"), count: 10_000) + [10] + Array("tail\n".utf8)
    #expect(try cuts(bytes, chunkSize: 64).first == .at(10_001))
    // Of edges 8 KiB apart the one behind the line end is the first that sees a line end.
    #expect(try cuts(bytes, chunkSize: 8192).first == .at(10_001))
    #expect(try cuts(bytes + bytes, chunkSize: 10_005).first?.offset == 10_006)
  }

  @Test func aPieceIsCutAtTheRecordLimitWhateverLiesThere() throws {
    let bytes = Array(repeating: UInt8(ascii: "x"), count: 50_000)
    let cuts = try cuts(bytes, chunkSize: 1000, maxRecord: 100)
    #expect(cuts.count > 5)
    var start = 0
    for cut in cuts.dropLast() {
      #expect(!cut.endsLine && !cut.isLast)
      #expect(cut.offset % 1000 == 0)
      // The limit, the chunk or the window, and the next edge.
      #expect(cut.offset - start <= 100 + 4096 + 1000)
      #expect(cut.offset - start >= 100)
      start = cut.offset
    }
    #expect(cuts.last?.offset == 50_000)
  }

  /// Beyond what the surveyor reads, the end of a stream shows only when it is met.
  @Test(arguments: [1 << 17, 1 << 20, 3 << 20, (1 << 20) - 1])
  func aStreamIsNotLongerThanItsBytes(chunkSize: Int) throws {
    for size in [5, 4096, 8192, 300_000, (1 << 20) + 77, 1 << 21] {
      for line in [2, 4095, 4096, 4097] {
        var bytes = Array(repeating: UInt8(ascii: "y"), count: size)
        for offset in stride(from: line - 1, to: size, by: line) { bytes[offset] = 10 }
        let cuts = try cuts(bytes, chunkSize: chunkSize, isStream: true)
        #expect(cuts.last?.offset == size, "lines of \(line), chunk \(chunkSize)")
        #expect(cuts.dropLast().allSatisfy { $0.offset <= size })
      }
    }
  }

  @Test func readingInOrderCutsAtTheEdges() throws {
    let bytes = Array("ab\ncdefgh\ni".utf8)
    var source = try TestInput.file(bytes).makeSource()
    let cutter = PieceCutter(chunkSize: 4, maxRecord: 100, dialect: Dialect())
    #expect(try cutter.edge(&source, after: 0, minimumEnd: 0) == .at(4, endsLine: false))
    #expect(try cutter.edge(&source, after: 4, minimumEnd: 0) == .at(8, endsLine: false))
    #expect(try cutter.edge(&source, after: 0, minimumEnd: 5) == .at(8, endsLine: false))
    #expect(try cutter.edge(&source, after: 8, minimumEnd: 0) == .at(11, isLast: true, endsLine: false))
    #expect(try cutter.edge(&source, after: 3, minimumEnd: 100) == .at(11, isLast: true, endsLine: false))
  }
}
