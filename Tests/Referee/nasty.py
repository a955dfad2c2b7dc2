"""Writes nasty CSV files, each with a question and the answer that the referee expects: seeded, so the same numbers
give the same files everywhere.

    python3 nasty.py SEED COUNT OUTDIR      writes OUTDIR/000/{input.csv,question.json,pipeline.yaml,expected.*} ...
    python3 nasty.py SEED COUNT             checks the referee against the second opinion only
"""

import json
import os
import random
import sys

import records
import referee
import second_opinion
from nasty_columns import Column

BAD_NUMBERS = ["0x10", "nan", "inf", "-inf", "5.", ".5", "1e999", "-1e400", " 5", "5 ", "--1", "1_000", "N/A", "1e", "e5",
               "+", "-", "1.2.3", "１２", "1,5", "0b1", "1e+", "Infinity", "5\x00"]


class Nasty:
    """One question with its inputs."""

    def __init__(self, seed, number):
        self.rng = rng = random.Random(f"{seed}/{number}")
        self.is_dirty = rng.random() < 0.5
        self.delimiter = rng.choice(",,,;\t|")
        self.quote = rng.choice('"""""\'')
        self.nulls = rng.choice([[], [], ["NA"], ["NULL", "-"], ["\\N"]])
        self.line_ends = rng.choice([[b"\n"], [b"\n"], [b"\r\n"], [b"\r"], [b"\n", b"\r\n", b"\r"]])
        self.quoting = rng.choice([0, 0.1, 0.5, 1])
        self.has_header = rng.random() < 0.9
        self.make_columns()
        self.question = {"inputs": ["input.csv"] + ["input-2.csv"] * (rng.random() < 0.15), "delimiter": self.delimiter}
        if self.quote != '"':
            self.question["quote"] = self.quote
        if self.nulls:
            self.question["null"] = self.nulls
        if not self.has_header:
            self.question |= {"header": False, "columns": [column.name for column in self.columns]}
        self.types = {}
        self.ask()
        if self.types:
            self.question["types"] = self.types
        self.inputs = [(name, self.content()) for name in self.question["inputs"]]
        self.set_limits()

    def make_columns(self):
        rng = self.rng
        looks = [rng.choice(["key", "number key", "integer", "decimal", "decimal", "wild", "text", "text"])
                 for _ in range(rng.choice([1, 2, 3, 3, 4, 5, 6, 12]))]
        names = ["k", "v", "w", "t", "u1", "Key", "_x", "n2", "q", "z", "y", "x3"]
        self.columns = [Column(rng, name, look) for name, look in zip(names, looks)]
        if rng.random() < 0.2:
            self.columns.append(Column(rng, rng.choice(["x y", "é", "a,b", 'q"q', "two\nlines"]), "text"))

    def named(self, *looks):
        return [c for c in self.columns if c.look in looks and c.name.isascii() and c.name.isidentifier()]

    # The question

    def natural(self, column):
        """A column is used by its own type: say which, unless it is sure to be found out."""
        if self.is_dirty or len(self.question["inputs"]) > 1 or column.look != "integer" or self.rng.random() < 0.3:
            self.types[column.name] = "float" if column.is_number else "text"

    def literal(self, column):
        return self.rng.choice(["0", "1", "2.50", "100", "1000000", "0.1"])

    def comparison(self):
        rng = self.rng
        numbers, texts = self.named("integer", "decimal", "wild"), self.named("key", "number key", "text")
        exact = self.named("integer", "decimal")
        choices = []
        if numbers:
            column = rng.choice(numbers)
            choices += [f"({column.name} {rng.choice(['<', '<=', '>', '>=', '==', '!='])} {self.literal(column)})"] * 3
            choices += [f"({column.name} in (0, 1, 2.5, 100))", f"({column.name} not in (0, 7.0))"]
        if exact:
            a, b = rng.choice(exact), rng.choice(exact)
            choices += [f"({a.name} {rng.choice('+-*')} {b.name} > {self.literal(a)})", f"(({a.name} + 1) / 2 <= 3)"]
        if texts:
            column = rng.choice(texts)
            text = rng.choice(["a", "B", "é", "1", "x y", "plain", "comma, inside", "line"])
            choices += [f'({column.name} {rng.choice(["==", "!=", "<", ">="])} "{text}")', f'starts_with({column.name}, "{text}")',
                        f'contains({column.name}, "{text}")', f'(length({column.name}) > {rng.randint(0, 8)})',
                        f'({column.name} in ("a", "1", "é"))', f'(upper({column.name}) == "B")']
        column = rng.choice(self.named("key", "number key", "text", "integer", "decimal", "wild"))
        choices += [f"({column.name} is null)", f"({column.name} is not null)"]
        return rng.choice(choices)

    def condition(self, depth=0):
        chance = self.rng.random()
        if depth > 2 or chance < 0.5:
            return self.comparison()
        if chance < 0.65:
            return f"(!{self.condition(depth + 1)})"
        return f"({self.condition(depth + 1)} {self.rng.choice(['&&', '||'])} {self.condition(depth + 1)})"

    def ask(self):
        rng, question = self.rng, self.question
        if rng.random() < 0.5:
            question["where"] = self.condition()
        exact, texts = self.named("integer", "decimal"), self.named("key", "text")
        self.derived = []
        if exact and rng.random() < 0.3:
            a, b = rng.choice(exact).name, rng.choice(exact).name
            self.derived.append(f"d1 = {rng.choice([f'{a} + {b}', f'{a} * {b} - 1', f'{a} / {b}', f'-{a}', f'({a} - 0.5) * 2'])}")
        if texts and rng.random() < 0.15:
            self.derived.append(f"d2 = {rng.choice(['lower', 'upper', 'length'])}({rng.choice(texts).name})")
        if self.derived:
            question["derive"] = self.derived
        if rng.random() < 0.6:
            self.ask_groups()
        else:
            self.ask_rows()

    def ask_groups(self):
        rng, question = self.rng, self.question
        keys = rng.sample(self.columns, min(len(self.columns), rng.choice([0, 1, 1, 1, 2])))
        keys = [column.name for column in keys if column.name.isidentifier() and column.look != "wild"]
        if any(text.startswith("d2") for text in self.derived) and rng.random() < 0.3:
            keys.append("d2")
        if keys:
            question["group_by"] = keys
        numbers, exact = self.named("integer", "decimal", "wild"), self.named("integer", "decimal")
        calls = ["count"]
        for _ in range(rng.randint(1, 4)):
            if not numbers:
                break
            column, function = rng.choice(numbers), rng.choice(
                ["sum", "sum", "mean", "min", "max", "var", "stddev", "var_pop", "stddev_pop", "count"])
            if function in ("min", "max", "count"):
                self.natural(column)
            argument = column.name
            if exact and rng.random() < 0.2:
                argument = f"{rng.choice(exact).name} {rng.choice('+-*')} {rng.choice(['2', '0.25', exact[0].name])}"
            elif any(text.startswith("d1") for text in self.derived) and rng.random() < 0.4:
                argument = "d1"
            calls.append(f"{function}({argument})")
        texts = self.named("text", "key")
        if texts and rng.random() < 0.3:
            column = rng.choice(texts)
            self.types[column.name] = "text"
            calls.append(f"{rng.choice(['min', 'max', 'count'])}({column.name})")
        calls = list(dict.fromkeys(calls))
        calls = rng.sample(calls, rng.randint(1, len(calls)))
        calls = [f"{call} as r{n}" if rng.random() < 0.3 else call for n, call in enumerate(calls)]
        question["aggregates"] = calls
        plain = [call.partition(" as ")[2] or call for call in calls if call.partition(" as ")[2] or call == "count"]
        if rng.random() < 0.3 and (plain or keys):
            question["sort"] = [rng.choice(plain + keys) + rng.choice(["", " desc"])]
            if not set(keys).isdisjoint(key.split()[0] for key in question["sort"]):
                question["sort"] = [key.split()[0] for key in question["sort"]]
        if rng.random() < 0.2:
            question["limit"] = rng.randint(0, 5)
        if plain and rng.random() < 0.15:
            question["select"] = rng.sample(plain + keys, rng.randint(1, len(plain + keys)))

    def ask_rows(self):
        rng, question = self.rng, self.question
        names = [column.name for column in self.columns if column.name.isidentifier()]
        names += [text.split(" = ")[0] for text in self.derived]
        if rng.random() < 0.6:
            question["select"] = rng.sample(names, rng.randint(1, len(names)))
        if rng.random() < 0.3:
            found = rng.choice(self.named("key", "text", "integer", "decimal", "wild") or [None])
            if found:
                self.types[found.name] = "float" if found.is_number else "text"
                question["sort"] = [found.name + rng.choice(["", " desc", " asc"])]
        if rng.random() < 0.4 or not question.keys() & {"where", "select", "sort", "derive"}:
            question["limit"] = rng.randint(0, 60)

    # The bytes

    def field(self, text):
        quote, rng = self.quote.encode(), self.rng
        must = any(special in text for special in (self.delimiter.encode(), b"\r", b"\n")) or text.startswith(quote)
        if must or (len(self.columns) == 1 and not text) or rng.random() < self.quoting:
            return quote + text.replace(quote, quote + quote) + quote
        return text

    def line(self, fields, is_header=False):
        line = self.delimiter.encode().join(map(self.field, fields))
        if is_header and len(fields) == 1 and not line:
            line = self.quote.encode() * 2
        if line.startswith(records.BYTE_ORDER_MARK):
            line = b"x" + line
        return line

    def bad_line(self, fields):
        """A line with something wrong, or wrong by chance."""
        rng, quote, delimiter = self.rng, self.quote.encode(), self.delimiter.encode()
        chance = rng.random()
        if chance < 0.25:
            fields = fields[:-1] if rng.random() < 0.5 else fields + [b"extra"] * rng.randint(1, 3)
            return self.line(fields) or b"x"
        if chance < 0.5:
            for place, column in enumerate(self.columns):
                if column.is_number and rng.random() < 0.7:
                    fields[place] = rng.choice(BAD_NUMBERS).encode()
            return self.line(fields)
        line = self.line(fields)
        if chance < 0.65:
            return quote + b"closed" + quote + rng.choice([b"x", b" ", b"\x00", quote + b"y", b"\xff"]) + delimiter + line
        if chance < 0.8:
            return line + delimiter + quote + b"open"
        at = rng.randint(0, len(line))
        return line[:at] + rng.choice([quote, quote * 2, delimiter, b"\n", b"\r", b"\x00", quote + delimiter]) + line[at:]

    def content(self):
        rng = self.rng
        count = rng.choice([0, 1, 2, 3, 5, 8, 20, 50, 200]) if rng.random() < 0.7 else rng.randint(0, 200)
        count = max(count, not self.has_header)
        bad_share = rng.choice([0.02, 0.1, 0.4]) if self.is_dirty else 0
        blank_share = rng.choice([0, 0, 0.1])
        if rng.random() < 0.01:
            return b""
        out = bytearray(records.BYTE_ORDER_MARK if rng.random() < 0.15 else b"")
        end = lambda: rng.choice(self.line_ends)
        while rng.random() < blank_share:
            out += end()
        if self.has_header:
            out += self.line([column.name.encode() for column in self.columns], is_header=True) + end()
        safe = len(out)
        for number in range(count):
            while rng.random() < blank_share:
                out += end()
            fields = [column.value(rng, self.nulls) for column in self.columns]
            is_bad = rng.random() < bad_share and (self.has_header or number > 0)
            out += (self.bad_line(fields) if is_bad else self.line(fields)) + end()
            if number == 0 and not self.has_header:
                safe = len(out)
        if rng.random() < 0.3 and len(out) > safe:
            tail = bytes(out).rstrip(b"\r\n")
            if len(tail) > safe or self.has_header:
                out = bytearray(tail)
        if self.is_dirty and rng.random() < 0.2 and len(out) > safe:
            del out[rng.randint(safe, len(out)):]
        return bytes(out)

    def set_limits(self):
        rng, question = self.rng, self.question
        quote = ord(self.quote)
        lengths, heads = [1], [1]
        for _, data in self.inputs:
            found = [piece for piece in records.pieces(data, ord(self.delimiter), quote) if piece.kind != "blank"]
            sizes = [len(data[p.start:p.end].removesuffix(b"\n").removesuffix(b"\r")) for p in found]
            lengths += sizes
            heads += sizes[:1]
        if not self.is_dirty:
            if rng.random() < 0.3:
                question["max_record"] = max(lengths)
            return
        if rng.random() < 0.4:
            question["max_record"] = max(*heads, rng.randint(8, 400))
        question["on_error"] = rng.choice(["fail", "skip", "skip", "quarantine", "quarantine"])
        if question["on_error"] == "quarantine":
            question["rejects"] = "rejects.csv"
        if question["on_error"] != "fail" and rng.random() < 0.35:
            question["max_errors"] = rng.choice([0, 1, 2, 5, 20, "0.5%", "5%", "50%", "100%"])


def without_rejects(inputs, rejects):
    """The inputs with the bytes of all rejects cut out."""
    cleaned = []
    for name, data in inputs:
        for reject in reversed([reject for reject in rejects if reject.file == name]):
            data = data[:reject.byte] + data[reject.byte + len(reject.raw):]
        cleaned.append((name, data))
    return cleaned


def check(nasty):
    """Compares referee and second opinion on everything that can be used of the inputs; raises on a difference."""
    question = {key: value for key, value in nasty.question.items() if key != "max_errors"}
    question["on_error"] = "skip"
    limit = {"limit": question["limit"]} if "limit" in question else {}
    if limit:
        question["limit"] = 10**9
    whole = referee.judge(question, nasty.inputs)
    assert nasty.is_dirty or not whole.rejects, f"a clean file has rejects: {whole.rejects[:1]}"
    books = whole.books
    assert books["read"] == books["used"] + books["filtered"] + books["rejected"]
    # A limit may be reached before an input that is empty.
    if limit and whole.result is not None:
        limited = referee.judge(question | limit, nasty.inputs).result
        assert limited is None or whole.result.startswith(limited), "a limit changes rows"
    if not all(data for _, data in nasty.inputs):
        assert whole.status == referee.DATA
        return
    try:
        opinion = second_opinion.opinion(question, without_rejects(nasty.inputs, whole.rejects))
    except OverflowError:
        opinion = None
    assert opinion == whole.result, f"referee:\n{whole.result!r}\nsecond opinion:\n{opinion!r}"


def yaml(question):
    """The question as a pipeline file; JSON values are YAML values."""
    name = lambda key: '"null"' if key == "null" else key
    lines = [f"{name(key)}: {json.dumps(value, ensure_ascii=False)}\n"
             for key, value in question.items()]
    return "".join(lines)


def error_text(answer):
    """What expected.err holds, or None for status 0."""
    if answer.status == referee.COMPLETE:
        return None
    return f"exit {answer.status}\n" + (answer.failing.place() + "\n" if answer.failing else "")


def write(nasty, folder):
    os.makedirs(folder, exist_ok=True)
    answer = referee.judge(nasty.question, nasty.inputs)
    files = dict(nasty.inputs)
    files["question.json"] = json.dumps(nasty.question, ensure_ascii=False, indent=1).encode() + b"\n"
    files["pipeline.yaml"] = yaml(nasty.question).encode()
    if answer.result is not None:
        files["expected.csv"] = answer.result
    if error := error_text(answer):
        files["expected.err"] = error.encode()
    if nasty.question.get("on_error") == "quarantine" and answer.reasons_file:
        files["expected.rejects.csv"] = answer.rejects_file
        files["expected.reasons.csv"] = answer.reasons_file
    for name, content in files.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    seed, count = sys.argv[1], int(sys.argv[2])
    statuses = {}
    for number in range(count):
        nasty = Nasty(seed, number)
        try:
            check(nasty)
        except Exception as error:
            print(f"seed {seed}, file {number}: {json.dumps(nasty.question)}\n{error}", file=sys.stderr)
            raise
        if len(sys.argv) == 4:
            write(nasty, os.path.join(sys.argv[3], f"{number:03}"))
        status = referee.judge(nasty.question, nasty.inputs).status
        statuses[status] = statuses.get(status, 0) + 1
    print(f"{count} files, statuses {statuses}, referee and second opinion agree", file=sys.stderr)


if __name__ == "__main__":
    main()
