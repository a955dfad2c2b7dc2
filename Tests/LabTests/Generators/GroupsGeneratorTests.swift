// Groups: the first rows to the byte, and ranges, widths and evenness of every column as Python sees them.

import Lab
import Testing

@Suite struct GroupsGeneratorTests {
  @Test func firstRows() {
    #expect(
      GeneratedTable.text(.groups, rows: 5) == """
        id1,id2,id3,id4,id5,id6,v1,v2,v3
        id071,id053,id0000057411,40,70,14358,1,6,86.715249
        id056,id094,id0000095722,94,67,59994,5,2,49.135994
        id005,id007,id0000046324,50,62,34977,3,4,38.749489
        id086,id076,id0000098225,2,89,42796,2,10,23.582733
        id025,id084,id0000038406,47,9,1886,3,10,30.897880

        """)
  }

  @Test func shape() throws {
    let failures = try GeneratedTable.failures(
      in: GeneratedTable.bytes(.groups, rows: 100_000, seed: 12),
      checks: """
        import collections, re, statistics
        check("header", header == "id1,id2,id3,id4,id5,id6,v1,v2,v3".split(","))
        check("rows", len(rows) == 100000)
        wanted = {"id1": (r"id(\\d{3})", 100), "id2": (r"id(\\d{3})", 100), "id3": (r"id(\\d{10})", 100000),
          "id4": (r"([1-9]\\d*)", 100), "id5": (r"([1-9]\\d*)", 100), "id6": (r"([1-9]\\d*)", 100000),
          "v1": (r"(\\d)", 5), "v2": (r"([1-9]\\d?)", 15)}
        for name, (form, top) in wanted.items():
            found = [re.fullmatch(form, text) for text in columns[name]]
            check(name + " form", all(found))
            values = [int(match.group(1)) for match in found if match]
            check(name + " range", min(values) >= 1 and max(values) <= top)
            check(name + " mean", abs(statistics.fmean(values) / (top + 1) - 0.5) < 0.006)
            if top <= 100:
                counts, mean = collections.Counter(values), len(rows) / top
                check(name + " even", len(counts) == top and all(abs(c - mean) < 6 * mean ** 0.5 for c in counts.values()))
            else:
                check(name + " distinct", abs(len(set(values)) - 63212) < 800)
        check("v3 form", all(re.fullmatch(r"\\d{1,3}\\.\\d{6}", text) for text in columns["v3"]))
        v3 = [float(text) for text in columns["v3"]]
        check("v3", 0 <= min(v3) < 0.01 and 99.99 < max(v3) <= 100 and abs(statistics.fmean(v3) - 50) < 0.5)
        both = collections.Counter(zip(columns["id1"], columns["id4"]))
        check("columns are drawn on their own", len(both) > 9990 and max(both.values()) < 35)
        check("bytes a row", 50 < sum(len(",".join(row)) + 1 for row in rows) / len(rows) < 52)
        """)
    #expect(failures == "judged\n")
  }
}
