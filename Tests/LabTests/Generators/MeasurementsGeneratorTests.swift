// Measurements: the first rows to the byte, and the shape of many as Python sees it.

import Lab
import Testing

@Suite struct MeasurementsGeneratorTests {
  @Test func firstRows() {
    #expect(
      GeneratedTable.text(.measurements, rows: 5) == """
        station;temperature
        Davao;15.8
        Makassar;6.9
        Milwaukee;22.5
        Quito;18.8
        Edinburgh;17.0

        """)
  }

  @Test func shape() throws {
    let means = Station.all.map { "\"\($0.name)\": \(Double($0.meanTenths) / 10)" }.joined(separator: ", ")
    let failures = try GeneratedTable.failures(
      in: GeneratedTable.bytes(.measurements, rows: 80_000, seed: 11), delimiter: ";",
      checks: """
        import collections, re, statistics
        means = {\(means)}
        check("header", header == ["station", "temperature"])
        check("rows", len(rows) == 80000)
        check("one digit", all(re.fullmatch(r"-?(0|[1-9]\\d?)\\.\\d", text) for text in columns["temperature"]))
        check("no minus zero", "-0.0" not in columns["temperature"])
        counts = collections.Counter(columns["station"])
        check("all stations", set(counts) == set(means))
        check("drawn evenly", all(194 - 76 < count < 194 + 76 for count in counts.values()))
        rest = [float(text) - means[name] for name, text in rows]
        check("around the mean of the city", abs(statistics.fmean(rest)) < 0.1)
        check("deviation of 10", abs(statistics.pstdev(rest) - 10) < 0.1)
        own = collections.defaultdict(list)
        for name, text in rows: own[name].append(float(text))
        check("each city around its own", all(abs(statistics.fmean(v) - means[n]) < 3 for n, v in own.items()))
        check("bytes a row", 13 < sum(len("".join(row).encode()) + 2 for row in rows) / len(rows) < 14.5)
        """)
    #expect(failures == "judged\n")
  }
}
