// Opening inputs, and the facts that are noted about them.

import CSV
import Execution
import Glibc
import Testing

@Suite struct InputFileTests {
  @Test func whatCannotBeOpenedIsNamed() {
    var failure: RunFailure?
    do { _ = try InputFile.open("/no/such/file.csv") } catch { failure = error }
    #expect(failure == RunFailure(.input, "/no/such/file.csv: No such file or directory", remedy: "check the path"))
    do { _ = try InputFile.open("/tmp") } catch { failure = error }
    #expect(failure == RunFailure(.input, "/tmp: is a directory", remedy: "name the files in it: /tmp/*.csv"))
  }

  @Test func factsOfFilesAndStreams() throws {
    let file = try TestInput.file(Array("abc".utf8), named: "f")
    #expect(file.facts.isRegular && file.facts.size == 3 && file.facts.base == 0 && file.facts.name == "f")
    let stream = try TestInput.stream(Array("abc".utf8), named: "s")
    #expect(!stream.facts.isRegular && stream.facts.size == 0)
    let device = try InputFile.open("/dev/null")
    #expect(!device.facts.isRegular)
  }

  @Test func factsSurviveTheirBinaryForm() throws {
    let facts = try TestInput.file(Array("abc".utf8), named: "n\u{00E9}").facts
    var writer = ByteWriter()
    facts.encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    #expect(try InputFacts(from: &reader) == facts)
    HostileBytes.check(writer.bytes, reader: { (reader) throws(ByteCodingError) in try InputFacts(from: &reader) })
  }
}
