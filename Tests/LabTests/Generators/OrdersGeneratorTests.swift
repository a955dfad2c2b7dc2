// Orders: the first rows to the byte, then what Python's csv module reads back: types, sums that hold exactly, missing
// values, and every nuisance of quoted text that the table is there for.

import Lab
import Testing

@Suite struct OrdersGeneratorTests {
  @Test func firstRows() {
    let columns = OrdersGenerator.columns.joined(separator: ",")
    #expect(
      GeneratedTable.text(.orders, rows: 5) == columns + "\n" + #"""
        1,104088,Zur Goldenen Gans,PT,Zürich,07104,2018-10-24,2018-10-24T20:48:41,2018-11-07T22:58:23,returned,normal,Key ring,CM-0458,2,700.03,,1400.0600,0.077,25.633,false,"236 Mill Lane",
        2,78988,Old Mill Bakery,JP,Astana,46913,2015-11-03,2015-11-03T00:27:09,2015-11-12T07:24:55,shipped,normal,"Wool, 50 g",KF-6346,18,489.16,0.22,6867.8064,0.21,20.689,false,"232 Gänsemarkt",
        3,103188,Museum shop,ES,Mosul,25175,2015-12-28,2015-12-28T19:39:22,2016-01-11T23:59:32,paid,low,"Desk lamp, 40 cm",ZK-8212,7,645.52,,4518.6400,0.21,24.953,false,"142 Gänsemarkt",
        4,9894,"Ironmongers, Ltd.",IS,Peshawar,12588,2017-09-10,2017-09-10T05:40:04,2017-09-12T18:26:06,open,normal,Kettle 1.7 l,UU-4791,5,99.04,,495.2000,0.05,2.191,false,"20 Harbour Street
        Back door",
        5,110542,"The ""Blue"" Teapot",NL,Taipei,89986,2015-03-17,2015-03-17T20:02:22,2015-03-26T09:05:12,returned,normal,"Umbrella ""Gust""",RH-9043,13,242.91,0.25,2368.3725,0.21,,false,"20 Sakura-dōri
        Back door",

        """#)
  }

  @Test func shape() throws {
    let failures = try GeneratedTable.failures(
      in: GeneratedTable.bytes(.orders, rows: 20_000, seed: 13),
      checks: #"""
        import collections, datetime, decimal, re
        check("columns", len(header) == 22 == len(set(header)) and header[0] == "order_id" and header[-1] == "note")
        check("order_id", columns["order_id"] == [str(n) for n in range(1, 20001)])
        def forms(name, form): check(name + " form", all(re.fullmatch(form, text) for text in columns[name]))
        forms("customer_id", r"[1-9]\d{0,5}")
        forms("country", r"|[A-Z]{2}")
        forms("postcode", r"\d{5}")
        forms("sku", r"[A-Z]{2}-\d{4}")
        forms("quantity", r"-?([1-9]|1\d|20)")
        forms("unit_price", r"(0|[1-9]\d*)\.\d{2}")
        forms("discount", r"|0\.\d{2}")
        forms("total", r"-?(0|[1-9]\d*)\.\d{4}")
        forms("weight_kg", r"|\d+\.\d{3}")
        forms("is_gift", r"true|false")
        check("postcodes with leading zeros", any(text.startswith("00") for text in columns["postcode"]))
        check("sorts of statuses", len(set(columns["status"])) == 5)
        check("Namibia", "NA" in columns["country"])
        number = decimal.Decimal
        for row in rows:
            order = dict(zip(header, row))
            exact = number(order["quantity"]) * number(order["unit_price"]) * (1 - number(order["discount"] or 0))
            if exact != number(order["total"]): print("total", order["order_id"])
            ordered = datetime.datetime.fromisoformat(order["ordered_at"])
            if ordered.date() != datetime.date.fromisoformat(order["order_date"]): print("date", order["order_id"])
            if order["shipped_at"]:
                days = (datetime.datetime.fromisoformat(order["shipped_at"]).date() - ordered.date()).days
                if not 1 <= days <= 14: print("shipping", order["order_id"])
        check("dates", min(columns["order_date"]) >= "2015-01-01" and max(columns["order_date"]) <= "2024-12-31")
        check("leap days", "2016-02-29" in columns["order_date"] or "2020-02-29" in columns["order_date"])
        def missing(name): return sum(not text for text in columns[name]) / len(rows)
        for name, share in {"country": 0.01, "shipped_at": 0.125, "priority": 0.2, "discount": 0.7, "weight_kg": 0.1,
            "note": 0.6}.items():
            check(name + " missing", abs(missing(name) - share) < 0.015)
        for name in header:
            if name not in ("country", "shipped_at", "priority", "discount", "weight_kg", "note"):
                check(name + " never missing", missing(name) == 0)
        returned = sum(text.startswith("-") for text in columns["quantity"]) / len(rows)
        check("negative quantities", abs(returned - 0.02) < 0.005)
        for name in ("customer", "product", "address", "note"):
            check(name + " commas", any("," in text for text in columns[name]))
            check(name + " quotes", any('"' in text for text in columns[name]))
            check(name + " letters", any(not text.isascii() for text in columns[name]))
        check("addresses of two lines", {text.count("\n") for text in columns["address"]} == {0, 1})
        check("line ends in notes", any("\r\n" in text for text in columns["note"]))
        check("no lone CR", not any("\r" in text.replace("\r\n", "") for row in rows for text in row))
        long = [text for text in columns["note"] if len(text) > 1000]
        check("letters", 3 <= len(long) <= 25 and max(map(len, long)) < 4700)
        check("decoys", any("\n1,17,Harbour Books,DE" in text for text in long))
        check("quote within quotes", any('\n"\n' in text for text in long))
        """#)
    #expect(failures == "judged\n")
  }
}
