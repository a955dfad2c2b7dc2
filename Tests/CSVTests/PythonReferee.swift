// The record rules once more, written by regular expressions in another language, and Python's own csv module: two
// judges that share nothing with the scanners. One process judges many inputs.

import Foundation

enum PythonReferee {
  /// Whether there is a Python to ask.
  static let isAvailable = (try? run("print('yes')", input: Data())) == "yes\n"

  /// One input to judge; the input is whole.
  struct Case {
    var bytes: [UInt8]
    var maxRecord: Int
    var delimiter = UInt8(ascii: ",")
    var quote = UInt8(ascii: "\"")
  }

  /// What the referee says about each input, in the notation of `ScanTrace.description`. An answer that differs from
  /// that of Python's csv module, on an input without defects, ends in what the module read.
  static func judge(_ cases: [Case]) throws -> [String] {
    let lines = cases.map { "\($0.maxRecord) \($0.delimiter) \($0.quote) \(hex($0.bytes))\n" }
    return try run(referee, input: Data(lines.joined().utf8)).split(separator: "\n").map(String.init)
  }

  /// Runs a script with a file of input as its first argument and returns what it prints.
  static func run(_ script: String, input: Data, arguments: [String] = []) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let inputFile = folder.appendingPathComponent("input")
    try input.write(to: inputFile)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, inputFile.path] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }

  private static let referee = #"""
    import csv, io, re, sys
    csv.field_size_limit(1 << 30)
    LINE_END = re.compile(rb"\r\n|\n|\r")
    QUOTE, UNTERMINATED, TOO_LONG = 1, 2, 3

    def read(data, start, limit, delimiter, quote):
        """The record at start: (end, defect, fields)."""
        def line_after(at):
            found = LINE_END.search(data, at)
            return found.end() if found else len(data)
        quoted = re.compile(b"%s((?:[^%s]|%s%s)*)%s(?!%s)" % ((re.escape(quote),) * 6))
        plain = re.compile(rb"[^%s\r\n]*" % re.escape(delimiter))
        window, at, fields = data[start:start + limit], 0, []
        while True:
            if window[at:at + 1] == quote:
                found = quoted.match(window, at)
                if not found:
                    return line_after(start), UNTERMINATED, []
                at = found.end()
                if at < len(window) and window[at:at + 1] not in (delimiter, b"\r", b"\n"):
                    return line_after(start + at), QUOTE, []
                fields.append(found.group(1).replace(quote * 2, quote))
            else:
                found = plain.match(window, at)
                at = found.end()
                fields.append(found.group())
            if window[at:at + 1] != delimiter:
                break
            at += 1
        at += start
        if at == len(data):
            return at, None, fields
        found = LINE_END.match(data, at)
        return (found.end(), None, fields) if found else (line_after(start), TOO_LONG, [])

    def judge(data, limit, delimiter, quote):
        at, blank, records, words = 0, 0, [], []
        while at < len(data):
            found = LINE_END.match(data, at)
            if found:
                at, blank = found.end(), blank + 1
                continue
            end, defect, fields = read(data, at, limit, delimiter, quote)
            line = len(LINE_END.findall(data[:at]))
            mark = "!%d" % defect if defect else ""
            words.append("%d-%d@%d%s:%s" % (at, end, line, mark, ",".join(f.hex() for f in fields)))
            records.append((defect, fields))
            at = end
        words += ["lines=%d" % len(LINE_END.findall(data)), "blank=%d" % blank]
        if not any(defect for defect, _ in records):
            text = io.StringIO(data.decode("latin-1"), newline="")
            rows = csv.reader(text, delimiter=chr(delimiter[0]), quotechar=chr(quote[0]))
            rows = [[f.encode("latin-1") for f in row] for row in rows if row]
            if rows != [fields for _, fields in records]:
                words.append("csv module: %r" % rows)
        return " ".join(words)

    for line in open(sys.argv[1]):
        limit, delimiter, quote, *data = line.split()
        data = bytes.fromhex(data[0]) if data else b""
        print(judge(data, int(limit), bytes([int(delimiter)]), bytes([int(quote)])))
    """#
}
