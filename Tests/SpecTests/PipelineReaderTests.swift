// What each key of a pipeline file means, and the whole text of the error for each way to get one wrong.

import CSV
import Query
import Testing

@testable import Spec

@Suite struct PipelineReaderTests {
  private func read(_ text: String) throws -> PipelineDefinition {
    try PipelineFile(parsing: Array(text.utf8), path: "x.yaml").definition
  }

  private func failure(_ text: String) -> String {
    do throws(PipelineFileError) {
      return "read as \(try PipelineFile(parsing: Array(text.utf8), path: "x.yaml").definition)"
    } catch {
      return error.description
    }
  }

  @Test func readsEveryKey() throws {
    let text = """
      description: Delay by carrier
      inputs: [a.csv, "b,c.csv"]
      mode: process
      workers: 4
      threads: 3
      link: pipe
      queue_depth: 16
      hand_off: bytes
      sandbox: off
      stall_timeout: 30
      memory_limit: 2GiB
      max_chunks_per_worker: 100
      delimiter: ";"
      quote: "'"
      header: false
      columns: [origin, Installed Size]
      null: [NA, null, ~, "-"]
      types: {flight: text, distance: decimal}
      where: origin == "JFK"
      derive:
        speed: distance / air_time
        two words: a + 1
      group_by: carrier, `two words`
      aggregates: count, mean(dep_delay) as delay
      select: [carrier, delay]
      sort: delay desc, carrier
      limit: 10
      format: markdown
      output: out.md
      on_error: quarantine
      max_errors: 0.5%
      rejects: bad.csv
      report: report.json
      trace: trace.json
      checkpoint: kept
      spool: /var/tmp
      parser: libcsv
      max_record: 1MB
      chunk_size: 64KiB
      """
    var wanted = PipelineDefinition()
    wanted.description = "Delay by carrier"
    wanted.inputs = ["a.csv", "b,c.csv"]
    wanted.mode = "process"
    wanted.workers = 4
    wanted.threads = 3
    wanted.link = "pipe"
    wanted.queueDepth = 16
    wanted.handOff = "bytes"
    wanted.sandbox = "off"
    wanted.stallTimeout = 30
    wanted.memoryLimit = 2 << 30
    wanted.maxChunksPerWorker = 100
    wanted.question.dialect.delimiter = UInt8(ascii: ";")
    wanted.question.dialect.quote = .some(UInt8(ascii: "'"))
    wanted.question.dialect.hasHeader = false
    wanted.question.dialect.columns = ["origin", "Installed Size"]
    wanted.question.dialect.nullTexts = ["NA", "null", "~", "-"]
    wanted.question.types = ["flight": .text, "distance": .decimal]
    wanted.question.filter = "origin == \"JFK\""
    wanted.question.derived = ["speed = distance / air_time", "`two words` = a + 1"]
    wanted.question.groupBy = ["carrier", "two words"]
    wanted.question.aggregates = ["count, mean(dep_delay) as delay"]
    wanted.question.select = ["carrier", "delay"]
    wanted.question.sort = ["delay desc, carrier"]
    wanted.question.limit = 10
    wanted.format = .markdown
    wanted.question.format = .markdown
    wanted.output = "out.md"
    wanted.question.errorPolicy = .quarantine
    wanted.question.maxErrors = .percent(hundredths: 50)
    wanted.rejects = "bad.csv"
    wanted.report = "report.json"
    wanted.trace = "trace.json"
    wanted.checkpoint = "kept"
    wanted.spool = "/var/tmp"
    wanted.question.scanner = .libcsv
    wanted.question.maxRecord = 1_000_000
    wanted.question.chunkSize = 65_536
    wanted.chunkSize = 65_536
    #expect(try read(text) == wanted)
    for key in PipelineKey.allCases {
      #expect(text.contains("\(key.rawValue):"), "this test is to hold every key")
    }
  }

  @Test func listsAndTextsAreTheSame() throws {
    #expect(try read("group_by: a, b") == read("group_by: [a, b]"))
    #expect(try read("group_by: \"`a, b`, c\"") == read("group_by: ['a, b', c]"))
    #expect(try read("group_by: ['`a, b`', c]") == read("group_by: ['a, b', c]"))
    #expect(try read("aggregates: count, sum(x)").question.aggregates == ["count, sum(x)"])
    #expect(try read("aggregates:\n- count\n- sum(x), max(y)").question.aggregates == ["count", "sum(x), max(y)"])
    #expect(try read("sort: [a desc, b]").question.sort == ["a desc", "b"])
    #expect(try read("types: a=text, b=float") == read("types: {a: text, b: float}"))
    #expect(try read("derive: a = b + 1") == read("derive: {a: b + 1}"))
    #expect(try read("inputs: a, b.csv").inputs == ["a, b.csv"])
    #expect(try read("null: NA").question.dialect.nullTexts == ["NA"])
  }

  @Test func quotingCanBeSwitchedOff() throws {
    #expect(try read("header: true").question.dialect.quote == .none)
    #expect(try read("quote: none").question.dialect.quote == .some(nil))
    #expect(try read("quote: \"\"").question.dialect.quote == .some(nil))
    #expect(try read("delimiter: '\"'\nquote: none").question.dialect.delimiter == UInt8(ascii: "\""))
  }

  @Test func textsMayLookLikeOtherThings() throws {
    #expect(try read("group_by: [1, true, null]").question.groupBy == ["1", "true", "null"])
    #expect(try read("where: >\n  a > 1\n  && b < 2\n").question.filter == "a > 1 && b < 2\n")
    #expect(try read("limit: \"10\"").question.limit == 10)
    #expect(try read("delimiter: \"\\t\"").question.dialect.delimiter == 9)
    #expect(try read("delimiter: \\t").question.dialect.delimiter == 9)
  }

  @Test func anchorsStandForTheirValues() throws {
    let definition = try read("group_by: &keys [a, b]\nselect: *keys\nwhere: &t x > 1\ndescription: *t\n")
    #expect(definition.question.select == ["a", "b"])
    #expect(definition.description == "x > 1")
  }

  @Test(arguments: [
    ("agregates: count", "x.yaml: line 1, column 1: key \"agregates\" is not known; did you mean \"aggregates\"?"),
    ("limit: 1\ngroup-by: a", "x.yaml: line 2, column 1: key \"group-by\" is not known; did you mean \"group_by\"?"),
    ("limit: ten", "x.yaml: line 1, column 8: limit: \"ten\" is not a whole number; give 0 or more"),
    ("limit: [1]", "x.yaml: line 1, column 8: limit: a whole number is wanted, not a list"),
    ("limit: -1", "x.yaml: line 1, column 8: limit: \"-1\" is not a whole number; give 0 or more"),
    ("workers: 0", "x.yaml: line 1, column 10: workers: 0 is out of range; give 1 to 1024"),
    ("queue_depth: 65537", "x.yaml: line 1, column 14: queue_depth: 65537 is out of range; give 1 to 65536"),
    ("mode: threads", "x.yaml: line 1, column 7: mode: \"threads\" is not a mode; did you mean \"thread\"?"),
    (
      "mode: fibres",
      "x.yaml: line 1, column 7: mode: \"fibres\" is not a mode; there is serial, thread, process, hybrid, auto"
    ),
    ("threads: 0", "x.yaml: line 1, column 10: threads: 0 is out of range; give 1 to 1024"),
    ("sandbox: box", "x.yaml: line 1, column 10: sandbox: \"box\" is not a sandbox; there is strict, best-effort, off"),
    ("sandbox: 1", "x.yaml: line 1, column 10: sandbox: \"1\" is not a sandbox; there is strict, best-effort, off"),
    (
      "stall_timeout: 1.5",
      "x.yaml: line 1, column 16: stall_timeout: \"1.5\" is not a whole number; give 1 to 86400"
    ),
    ("link: mail", "x.yaml: line 1, column 7: link: \"mail\" is not a link; there is queue, pipe, socket, shm"),
    ("parser: fast", "x.yaml: line 1, column 9: parser: \"fast\" is not a parser; there is simd, scalar, libcsv"),
    ("on_error: skp", "x.yaml: line 1, column 11: on_error: \"skp\" is not a policy; did you mean \"skip\"?"),
    ("chunk_size: 0", "x.yaml: line 1, column 13: chunk_size: 0 is out of range; give 1 to 1073741824 bytes"),
    (
      "max_errors: many",
      "x.yaml: line 1, column 13: max_errors: \"many\" is neither a count nor a share; give a count such as 100, or 0% to 100% such as 0.5%"
    ),
    ("header: yes", "x.yaml: line 1, column 9: header: \"yes\" is neither true nor false; write true or false"),
    (
      "delimiter: ;;",
      "x.yaml: line 1, column 12: delimiter: \";;\" is not one byte; give one character such as ;, or tab, or a byte such as \\x1F"
    ),
    (
      "delimiter: |",
      "x.yaml: line 1, column 12: delimiter: there is no value; put a value that YAML takes for its own sign, such as |, in quotes, or leave the key out"
    ),
    (
      "delimiter: '\"'",
      "x.yaml: line 1, column 12: delimiter: delimiter and quote are the same byte; quote: none switches quoting off"
    ),
    (
      "quote: ;\ndelimiter: ;",
      "x.yaml: line 1, column 8: quote: delimiter and quote are the same byte; quote: none switches quoting off"
    ),
    ("types: {a: txt}", "x.yaml: line 1, column 12: types.a: \"txt\" is not a type; did you mean \"text\"?"),
    ("types: [a]", "x.yaml: line 1, column 8: types: a map from column to type is wanted, not a list"),
    (
      "where:",
      "x.yaml: line 1, column 7: where: there is no value; write an expression behind the key, or leave the key out"
    ),
    (
      "where: ~",
      "x.yaml: line 1, column 8: where: there is no value; write an expression behind the key, or leave the key out"
    ),
    (
      "where: !(a == 1)",
      "x.yaml: line 1, column 8: where: YAML reads the word behind \"!\" as a tag; put the text in quotes"
    ),
    (
      "where: ! a > 1",
      "x.yaml: line 1, column 8: where: YAML reads the word behind \"!\" as a tag; put the text in quotes"
    ),
    ("where: {a: 1}", "x.yaml: line 1, column 8: where: an expression is wanted, not a map"),
    (
      "derive: a + 1",
      "x.yaml: line 1, column 11: derive: = must follow the name of a new column; write NAME = EXPR; put other names in backticks"
    ),
    (
      "limit: 1\nwhere: origin = \"JFK\"",
      "x.yaml: line 2, column 15: where: = does not compare; use =="
    ),
    ("derive: {a b: '1 +'}", "x.yaml: line 1, column 19: derive.a b: a value is missing at the end"),
    (
      "aggregates:\n- count\n- sum(a b)",
      "x.yaml: line 3, column 9: aggregates: b stands where an operator or ) is expected"
    ),
    ("sort: [a, '`b']", "x.yaml: line 1, column 12: sort: a name in quotes does not end; close it with `"),
    (
      "mode: \"a\\eb\\n\"",
      "x.yaml: line 1, column 7: mode: \"a\\u{1b}b\\n\" is not a mode; there is serial, thread, process, hybrid, auto"
    ),
    ("group_by: [a, [b]]", "x.yaml: line 1, column 15: group_by: a name is wanted, not a list"),
    (
      "group_by: a,,b",
      "x.yaml: line 1, column 11: group_by: a name is missing before this place"
    ),
    ("select: []", "x.yaml: line 1, column 9: select: the list is empty; leave the key out to keep all"),
    (
      "output: \"\"",
      "x.yaml: line 1, column 9: output: there is no value; put a value that YAML takes for its own sign, such as |, in quotes, or leave the key out"
    ),
  ])
  func namesWhatIsWrong(text: String, message: String) {
    #expect(failure(text) == message)
  }
}
