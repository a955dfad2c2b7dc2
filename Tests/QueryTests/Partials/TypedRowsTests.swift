// Rows that parsers send without combining them.

import CSV
import Testing

@testable import Query

@Suite struct TypedRowsTests {
  // Under the thread sanitizer: appending nothing once wrote to the storage that all empty arrays of a process share, which
  // another thread reads at the same time.
  @Test func emptyTextsAreAppendedByThreadsAtOnce() async {
    let lengths = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let slices = [FieldSlice](repeating: FieldSlice(start: 0, count: 0), count: 8)
          var length = 0
          for _ in 0..<1_000 {
            var rows = TypedRows(columns: 1)
            let byte: [UInt8] = [0x2C]
            byte.withUnsafeBufferPointer { base in
              slices.withUnsafeBufferPointer {
                rows.append(texts: 0, base: base.baseAddress!, slices: $0.baseAddress!, rows: 0)
                rows.append(texts: 0, base: base.baseAddress!, slices: $0.baseAddress!, rows: $0.count)
              }
            }
            length += rows.texts[0].lengths.count + rows.texts[0].bytes.count
          }
          return length
        }
      }
      return await group.reduce(0, +)
    }
    #expect(lengths == 4 * 1_000 * 8)
  }
}
