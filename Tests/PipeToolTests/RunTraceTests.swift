// `--trace`, judged by another reader of JSON: one lane a worker, one thing at a time, and every piece of the input.

import Foundation
import Testing

@Suite struct RunTraceTests {
  /// Where there is no Python, nobody judges.
  private static let hasPython =
    (try? Child(["python3", "-c", "print()"], of: "/usr/bin/env", in: ScratchFolder()).wait().exitStatus) == 0

  /// Reads a trace and says what is wrong with it: nothing, as a rule. Arguments: the file, the size of the input, and the
  /// names of the lanes that there must be.
  private static let judge = #"""
    import json, sys
    path, size, names = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    trace = json.load(open(path))
    assert trace["displayTimeUnit"] == "ms", "unit"
    events = trace["traceEvents"]
    lanes, titles, processes, order = {}, {}, {}, {}
    for event in events:
        lane = (event["pid"], event["tid"])
        if event["ph"] == "M":
            target = {"thread_name": titles, "process_name": processes, "thread_sort_index": order}.get(event["name"])
            key = event["pid"] if event["name"].startswith("process") else lane
            if target is not None: target[key] = event["args"].get("name", event["args"].get("sort_index"))
        elif event["ph"] == "X": lanes.setdefault(lane, []).append(event)
        else: assert event["ph"] in "iC" and event["ts"] >= 0, event
    assert sorted(titles[lane] for lane in lanes) == sorted(names), (sorted(titles.values()), names)
    for lane, found in lanes.items():
        assert lane[0] in processes, "a process without a name"
        end = 0
        for event in found:
            assert event["dur"] >= 0, event
            # Times are decimals of three places: what is equal may differ by the error of a double.
            assert event["ts"] > end - 0.0005, (titles[lane], end, event)
            assert end == 0 or event["ts"] < end + 0.0005, ("a gap", titles[lane], end, event)
            end = event["ts"] + event["dur"]
    in_order = [titles[lane] for lane in sorted(lanes, key=lambda lane: order[lane])]
    assert in_order == names, in_order
    def reach(kind):
        """How far the input is covered by pieces of this kind."""
        pieces = sorted((e["args"]["first byte"], e["args"]["end"]) for found in lanes.values() for e in found
                        if e["name"] == kind and "args" in e)
        covered = 0
        for first, end in pieces:
            if first <= covered: covered = max(covered, end)
        return covered
    for kind in ("works", "merges"): assert reach(kind) == size, (kind, reach(kind), size)
    assert any(event["name"] == "reads" for found in lanes.values() for event in found), "nobody reads"
    assert [e for e in events if e["ph"] == "i" and e["name"] == "the first parser is ready"], "nobody is ready"
    if len(names) > 1: assert [e for e in events if e["ph"] == "C"], "nothing is counted"
    print(",".join(sorted({e["name"] for e in events if e["ph"] == "i"})))
    """#

  private static let lanes: [(mode: [String], lanes: [String])] = [
    (["serial"], ["serial"]),
    (["thread", "-j", "2"], ["pipe:reader", "pipe:parser/1", "pipe:parser/2", "pipe:aggregator"]),
    (["process", "-j", "2"], ["pipe:reader", "pipe:parser/1", "pipe:parser/2", "pipe:aggregator"]),
    (
      ["hybrid", "-j", "1", "--threads", "3"],
      ["pipe:reader", "pipe:parser/1.1", "pipe:parser/1.2", "pipe:parser/1.3", "pipe:aggregator"]
    ),
  ]

  private func judge(_ folder: ScratchFolder, size: Int, _ names: [String]) throws -> ChildEnd {
    try Child(["python3", "-c", Self.judge, "trace.json", "\(size)"] + names, of: "/usr/bin/env", in: folder).wait()
  }

  @Test(.enabled(if: hasPython), arguments: lanes)
  func showsEveryPieceInItsLane(_ mode: [String], _ names: [String]) throws {
    let folder = try ScratchFolder()
    let input = rows(bytes: 700_000)
    try folder.write(input, as: "in \"put\".csv")
    let end = try Child(
      ["run", "--mode"] + mode + [
        "-g", "key", "-a", "sum(value)", "--chunk-size", "64KiB", "--trace", "trace.json", "in \"put\".csv",
      ], in: folder
    ).wait()
    #expect(end.exitStatus == 0, "\(end.errors)")
    #expect(folder.names == ["in \"put\".csv", "trace.json"])
    let verdict = try judge(folder, size: input.count, names)
    #expect(verdict.exitStatus == 0, "\(verdict.errors)")
    // It says nothing that goes beyond what happened.
    #expect(verdict.text == "the first parser is ready\n")
  }

  @Test(.enabled(if: hasPython)) func tellsOfDeaths() throws {
    let folder = try ScratchFolder()
    let input = rows(bytes: 400_000)
    try folder.write(input, as: "input.csv")
    let names = ["pipe:reader", "pipe:parser/1", "pipe:parser/2", "pipe:aggregator"]
    let end = try Child(
      [
        "run", "--mode", "process", "-j", "2", "-g", "key", "-a", "sum(value)", "--chunk-size", "64KiB", "--trace",
        "trace.json", "--inject", "crash@reader:200000", "input.csv",
      ], in: folder, environment: ["PIPE_ALLOW_INJECT": "1"]
    ).wait()
    #expect(end.exitStatus == 0, "\(end.errors)")
    let verdict = try judge(folder, size: input.count, names)
    #expect(verdict.exitStatus == 0, "\(verdict.errors)")
    #expect(verdict.text == "pipe:reader ended: SIGSEGV,pipe:reader is replaced,the first parser is ready\n")
  }

  @Test func aPipelineFileCanAskForIt() throws {
    let folder = try ScratchFolder()
    try folder.write("a\n1\n", as: "input.csv")
    try folder.write("inputs: input.csv\naggregates: count\ntrace: here.json\n", as: "pipeline.yaml")
    #expect(try folder.pipe("run", "--pipeline", "pipeline.yaml").exitStatus == 0)
    #expect(folder.read("here.json")?.hasPrefix("{\"traceEvents\":[") == true)
  }

  @Test func appearsLikeAnyOutput() throws {
    let folder = try ScratchFolder()
    try folder.write("a\nx\n", as: "input.csv")
    let nowhere = try folder.pipe("run", "-a", "count", "--trace", "none/trace.json", "input.csv")
    #expect(nowhere.exitStatus == 73)
    #expect(nowhere.errors.contains("none/trace.json: cannot be written"), "\(nowhere.errors)")
    let twice = try folder.pipe("run", "-a", "count", "--trace", "x.json", "--report", "./x.json", "input.csv")
    #expect(twice.exitStatus == 64)
    #expect(twice.errors.contains("are the same output"), "\(twice.errors)")
    // A run that fails leaves one, too: it shows how far it came.
    let failed = try folder.pipe("run", "-a", "sum(a)", "--trace", "trace.json", "input.csv")
    #expect(failed.exitStatus == 65)
    #expect(folder.read("trace.json")?.contains("pipe:parser/1") == true)
    #expect(folder.names == ["input.csv", "trace.json"])
  }
}
