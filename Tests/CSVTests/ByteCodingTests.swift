// The binary form: what is written is read again, and bytes that lie are found out before memory is set aside.

import Testing

@testable import CSV

@Suite struct ByteCodingTests {
  @Test func readsWhatWasWritten() throws {
    var writer = ByteWriter(capacity: 64)
    writer.write(UInt8.max)
    writer.write(Int.min)
    writer.write(Int128.min + 1)
    writer.write(true)
    writer.write(-0.0)
    writer.write([1, 2, 3] as [UInt8])
    writer.write("é")
    writer.write([7, 8] as [Int]) { $0.write($1) }
    writer.write(nil as Int?) { $0.write($1) }
    writer.write(5 as Int?) { $0.write($1) }
    var reader = ByteReader(writer.bytes)
    #expect(try reader.read(UInt8.self) == .max)
    #expect(try reader.readInt() == .min)
    #expect(try reader.read(Int128.self) == .min + 1)
    #expect(try reader.readBool())
    #expect(try reader.readDouble().bitPattern == (-0.0).bitPattern)
    #expect(try reader.readBytes() == [1, 2, 3])
    #expect(try reader.readString() == "é")
    #expect(try reader.readArray { (reader) throws(ByteCodingError) in try reader.readInt() } == [7, 8])
    #expect(try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() } == nil)
    #expect(try reader.readOptional { (reader) throws(ByteCodingError) in try reader.readInt() } == 5)
    #expect(reader.remaining == 0)
  }

  @Test func writesLittleEndian() {
    var writer = ByteWriter()
    writer.write(UInt32(0x0102_0304))
    #expect(writer.bytes == [4, 3, 2, 1])
  }

  @Test func refusesBytesThatAreMissingOrLie() {
    #expect(throws: ByteCodingError.self) {
      var reader = ByteReader([1, 2, 3])
      _ = try reader.read(UInt32.self)
    }
    #expect(throws: ByteCodingError.self) {
      var reader = ByteReader([0xFF, 0xFF, 0xFF, 0xFF, 0])
      _ = try reader.readBytes()
    }
    #expect(throws: ByteCodingError.self) {
      var reader = ByteReader([0xFF, 0xFF, 0xFF, 0xFF, 0])
      _ = try reader.readArray { (reader) throws(ByteCodingError) in try reader.read(UInt8.self) }
    }
    #expect(throws: ByteCodingError("a truth value is neither 0 nor 1")) {
      var reader = ByteReader([2])
      _ = try reader.readBool()
    }
  }
}
