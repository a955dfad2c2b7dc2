// Events in the text that Chrome and Perfetto read: the trace event format, JSON in its object form.
// Source: "Trace Event Format", Google, docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
//
// Times come in nanoseconds and are written in microseconds with three decimals, which says the same. The text is taken out
// piece by piece, so that a long trace need not be in memory as a whole.

/// Writes a trace.
package struct TraceEventText {
  /// Whose event it is: a lane of the picture.
  package struct Lane: Equatable, Sendable {
    package var process: Int32
    package var thread: Int32

    package init(process: Int32, thread: Int32) {
      self.process = process
      self.thread = thread
    }
  }

  /// What an event says of itself.
  package enum Value: Equatable, Sendable {
    case text(String)
    case number(UInt64)
  }

  package typealias Arguments = [(name: String, value: Value)]

  private var bytes: [UInt8] = []
  private var hasEvents = false

  package init() { append("{\"traceEvents\":[") }

  /// The text so far that was not taken yet.
  package mutating func take() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  /// How much of it there is, in bytes.
  package var count: Int { bytes.count }

  /// Something that took some time.
  package mutating func complete(
    _ name: String, on lane: Lane, at start: UInt64, for duration: UInt64, _ arguments: Arguments = []
  ) {
    begin("X", name, lane)
    append(",\"cat\":\"stage\",\"ts\":")
    append(microseconds: start)
    append(",\"dur\":")
    append(microseconds: duration)
    end(arguments)
  }

  /// Something that happened at one moment.
  package mutating func instant(_ name: String, on lane: Lane, at moment: UInt64, _ arguments: Arguments = []) {
    begin("i", name, lane)
    append(",\"cat\":\"run\",\"s\":\"t\",\"ts\":")
    append(microseconds: moment)
    end(arguments)
  }

  /// How many there are of something, from a moment on. What is shown is name and series, one behind the other.
  package mutating func counter(_ name: String, series: String, on lane: Lane, at moment: UInt64, _ value: UInt64) {
    begin("C", name, lane)
    append(",\"ts\":")
    append(microseconds: moment)
    end([(series, .number(value))])
  }

  /// Names a process, and says in which place it is shown.
  package mutating func nameProcess(_ name: String, of lane: Lane, place: Int) {
    begin("M", "process_name", lane)
    end([("name", .text(name))])
    begin("M", "process_sort_index", lane)
    end([("sort_index", .number(UInt64(max(0, place))))])
  }

  /// Names a lane, and says in which place of its process it is shown.
  package mutating func nameThread(_ name: String, of lane: Lane, place: Int) {
    begin("M", "thread_name", lane)
    end([("name", .text(name))])
    begin("M", "thread_sort_index", lane)
    end([("sort_index", .number(UInt64(max(0, place))))])
  }

  /// Ends the text; nothing can follow.
  package mutating func finish(_ facts: Arguments) {
    append("\n],\"displayTimeUnit\":\"ms\",\"otherData\":")
    append(facts)
    append("}\n")
  }

  private mutating func begin(_ phase: String, _ name: String, _ lane: Lane) {
    append(hasEvents ? ",\n" : "\n")
    hasEvents = true
    append("{\"ph\":\"\(phase)\",\"name\":")
    append(quoted: name)
    append(",\"pid\":\(lane.process),\"tid\":\(lane.thread)")
  }

  private mutating func end(_ arguments: Arguments) {
    if !arguments.isEmpty {
      append(",\"args\":")
      append(arguments)
    }
    append("}")
  }

  private mutating func append(_ arguments: Arguments) {
    append("{")
    for (index, argument) in arguments.enumerated() {
      if index > 0 { append(",") }
      append(quoted: argument.name)
      append(":")
      switch argument.value {
      case .text(let text): append(quoted: text)
      case .number(let number): append("\(number)")
      }
    }
    append("}")
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func append(microseconds nanoseconds: UInt64) {
    let rest = "\(nanoseconds % 1000)"
    append("\(nanoseconds / 1000).\(String(repeating: "0", count: 3 - rest.utf8.count))\(rest)")
  }

  /// A JSON string (RFC 8259, section 7).
  private mutating func append(quoted text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        append("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
