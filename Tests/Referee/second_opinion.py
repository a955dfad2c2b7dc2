"""The referee's own referee, for inputs without rejects: Python's csv module cuts the records, `decimal` does the sums
with thousands of digits, and expressions become Python expressions. Shares no code with the rest of this folder and
knows only the questions that nasty.py asks (every comparison in parentheses)."""

import csv
import io
import re
from collections import defaultdict
from decimal import Context, Decimal, localcontext

PRECISION = 6000
TRUTH_NAMES = {b"true": True, b"false": False}
csv.field_size_limit(1 << 30)


def table(data, delimiter, quote):
    """All records that are not blank lines, as lists of bytes."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, strict=True)
    return [[field.encode("latin-1") for field in row] for row in rows if row]


def number(text):
    """A Decimal that carries its count of fraction digits, or a float."""
    found = re.fullmatch(rb"[+-]?(\d+)(\.\d+)?([eE][+-]?\d+)?", text)
    if not found:
        return None
    digits = (found[1] + (found[2] or b"")).replace(b".", b"").lstrip(b"0")
    if found[3] or len(digits) > 18 or len(found[2] or b".") > 1001:
        double = float(text)
        return None if abs(double) == float("inf") else double
    return Decimal(text.decode())


def shortest(value):
    value = float(value)
    if abs(value) == float("inf"):
        raise OverflowError
    if value == 0:
        return "0"
    if 1e-5 <= abs(value) < 1e17:
        text = format(Decimal(repr(value)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa, power = f"{Decimal(repr(value)):e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(power)}"


def show(value):
    """The text of a value, as bytes; None stays None."""
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return (shortest(value) if isinstance(value, float) else format(value + 0, "f")).encode()


class Truth:
    """True, False or unknown, with & | ~ after SQL."""

    def __init__(self, value):
        self.value = value

    def __and__(self, other):
        if False in (self.value, other.value):
            return Truth(False)
        return Truth(None if None in (self.value, other.value) else True)

    def __or__(self, other):
        return ~(~self & ~other)

    def __invert__(self):
        return Truth(None if self.value is None else not self.value)


class Operand:
    """A value in an expression. A column may still become a number or a text: `other` decides."""

    def __init__(self, value, is_column=False):
        self.value, self.is_column = value, is_column

    def number(self):
        if self.is_column and self.value is not None:
            return number(self.value)
        return self.value

    def pair(self, other):
        if isinstance(other.value, (Decimal, float)) and not other.is_column:
            return self.number(), other.value
        if isinstance(self.value, (Decimal, float)) and not self.is_column:
            return self.value, other.number()
        return self.value, other.value

    def compare(self, other, test):
        a, b = self.pair(other)
        return Truth(None if a is None or b is None else test(a, b))

    def __eq__(self, other):
        return self.compare(other, lambda a, b: a == b)

    def __ne__(self, other):
        return self.compare(other, lambda a, b: a != b)

    def __lt__(self, other):
        return self.compare(other, lambda a, b: a < b)

    def __le__(self, other):
        return self.compare(other, lambda a, b: a <= b)

    def __gt__(self, other):
        return self.compare(other, lambda a, b: a > b)

    def __ge__(self, other):
        return self.compare(other, lambda a, b: a >= b)

    def compute(self, other, operation):
        a, b = self.number(), other.number()
        if a is None or b is None:
            return Operand(None)
        if isinstance(a, float) or isinstance(b, float):
            return Operand(operation(float(a), float(b)))
        result = operation(a, b)
        return Operand(float(result) if abs(int(result.scaleb(-result.as_tuple().exponent))) >> 127 else result)

    def __add__(self, other):
        return self.compute(other, lambda a, b: a + b)

    def __sub__(self, other):
        return self.compute(other, lambda a, b: a - b)

    def __mul__(self, other):
        return self.compute(other, lambda a, b: a * b)

    def __truediv__(self, other):
        a, b = self.number(), other.number()
        return Operand(None if a is None or b is None or b == 0 else float(Decimal(a) / Decimal(b)))

    def __neg__(self):
        value = self.number()
        return Operand(None if value is None else -value)


def text_function(compute):
    return lambda *operands: (
        Operand(None) if any(o.value is None for o in operands) else compute(*(o.value for o in operands)))


FUNCTIONS = {
    "length": text_function(lambda a: Operand(Decimal(len(a.decode("utf-8", "surrogateescape"))))),
    "lower": text_function(lambda a: Operand(a.lower())),
    "upper": text_function(lambda a: Operand(a.upper())),
    "starts_with": lambda a, b: Truth(None if a.value is None else a.value.startswith(b.value)),
    "ends_with": lambda a, b: Truth(None if a.value is None else a.value.endswith(b.value)),
    "contains": lambda a, b: Truth(None if a.value is None else a.value.find(b.value) >= 0),
    "missing": lambda a: Truth(a.value is None),
    "among": lambda a, *items: Truth(None if a.value is None else any((a == item).value for item in items)),
}


def compiled(expression, names):
    """A function from a row to an Operand or Truth."""
    expression = re.sub(r"(\w+) is not null", r"(~missing(\1))", expression)
    expression = re.sub(r"(\w+) is null", r"missing(\1)", expression)
    expression = re.sub(r"(\w+) not in \(", r"~among(\1, ", expression)
    expression = re.sub(r"(\w+) in \(", r"among(\1, ", expression)

    def translate(match):
        text, figure, word, sign = match.groups()
        if text:
            return f"Operand({text.encode()!r}[1:-1])"
        if figure:
            return f"Operand(number({figure.encode()!r}))"
        if word:
            return word if word in FUNCTIONS else f"row[{names.index(word.encode())}]"
        return {"&&": "&", "||": "|", "!": "~"}[sign]

    source = re.sub(r'("[^"]*")|(\b\d[\d.]*(?:e[+-]?\d+)?)|(\b[A-Za-z_]\w*)|(&&|\|\||!(?!=))', translate, expression)
    scope = {"Operand": Operand, "number": number, **FUNCTIONS}
    return eval(f"lambda row: {source}", scope)  # the questions are our own


def cell(text, columns):
    if text is None:
        return b"" if columns > 1 else b'""'
    if text == b"" or any(byte in text for byte in (b",", b'"', b"\r", b"\n")):
        return b'"' + text.replace(b'"', b'""') + b'"'
    return text


def written(names, rows):
    head = [name if name == b"" and len(names) > 1 else cell(name, len(names)) for name in names]
    return b"".join(b",".join(line) + b"\n" for line in [head, *([cell(t, len(r)) for t in r] for r in rows)])


def looks_numeric(texts):
    values = [(text, number(text)) for text in texts if text is not None]
    return all(value is not None and not re.match(rb"[+-]?0\d", text)
               for text, value in values)


def aggregated(function, values, scale, has_floats):
    if function == "count":
        return str(len(values)).encode()
    least = 2 if function in ("var", "stddev") else 1
    if len(values) < least:
        return None
    if function in ("min", "max"):
        result = min(values) if function == "min" else max(values)
        if isinstance(result, bytes):
            return result
    exact = [Decimal(value) for value in values]
    if function == "sum":
        result = sum(exact)
    if function in ("sum", "min", "max"):
        if has_floats:
            return shortest(result).encode()
        return format(result.quantize(Decimal(1).scaleb(-scale)) + 0, "f").encode()
    mean = sum(exact) / len(exact)
    if function != "mean":
        divisor = len(exact) - (0 if function.endswith("_pop") else 1)
        mean = sum((value - mean) ** 2 for value in exact) / divisor
        mean = mean.sqrt() if function.startswith("stddev") else mean
    return shortest(mean).encode()


def opinion(question, inputs):
    """The bytes of the result; inputs are (name, bytes) pairs."""
    with localcontext(Context(prec=PRECISION, Emax=10**6, Emin=-10**6)):
        return _opinion(question, inputs)


def _opinion(question, inputs):
    delimiter, quote = question.get("delimiter", ","), question.get("quote", '"')
    tables = [table(data, delimiter, quote) for _, data in inputs]
    names = [name.encode() for name in question.get("columns") or []]
    if question.get("header", True):
        names = names or tables[0][0]
        tables = [rows[1:] for rows in tables]
    assert all(len(row) == len(names) for rows in tables for row in rows)
    nulls = {b""} | {text.encode() for text in question.get("null", [])}
    rows = [[Operand(None if text in nulls else text, is_column=True) for text in row] for t in tables for row in t]
    types = question.get("types", {})
    sample = rows[:len(tables[0])]
    numeric = [types[n.decode("latin-1")] != "text" if n.decode("latin-1") in types
               else any(row[p].value is not None for row in sample) and looks_numeric(row[p].value for row in sample)
               for p, n in enumerate(names)]
    given = list(names)
    for text in question.get("derive", []):
        name, expression = text.split(" = ")
        compute = compiled(expression, names)
        for row in rows:
            row.append(compute(row))
        names = names + [name.encode()]
        numeric.append(None)
    if "where" in question:
        keep = compiled(question["where"], names)
        rows = [row for row in rows if keep(row).value is True]
    limit = question.get("limit")
    if not question.get("aggregates") and not question.get("group_by"):
        for key in reversed(question.get("sort", [])):
            place, down = names.index(key.split()[0].encode()), key.endswith(" desc")
            missing = [row for row in rows if row[place].value is None]
            present = [row for row in rows if row[place].value is not None]
            present.sort(key=lambda r: r[place].number() if numeric[place] else r[place].value, reverse=down)
            rows = present + missing if down else missing + present
        chosen = [n.encode() for n in question.get("select", [])] or names
        places = [names.index(name) for name in chosen]
        return written(chosen, [[show(row[p].value) for p in places] for row in rows[:limit]])
    keys = [names.index(name.encode()) for name in question.get("group_by", [])]
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(show(row[p].value) for p in keys)].append(row)
    if not keys and not groups:
        groups[()] = []
    columns = []
    for call in question.get("aggregates") or ["count"]:
        call, _, alias = call.partition(" as ")
        function, _, argument = call.strip().partition("(")
        argument = argument.rpartition(")")[0].strip()
        title = alias or (call.replace(" ", "") if argument else "count")
        if not argument:
            columns.append((title, {key: str(len(members)).encode() for key, members in groups.items()}))
            continue
        plain = argument.encode() in given
        as_number = not plain or function not in ("min", "max", "count") or numeric[names.index(argument.encode())]
        compute = compiled(argument, names)
        values = {}
        for key, members in groups.items():
            found = (compute(row) for row in members)
            found = [operand.number() if as_number else operand.value for operand in found]
            values[key] = [value for value in found if value is not None]
        used = [value for found in values.values() for value in found]
        scale = max((-v.as_tuple().exponent for v in used if isinstance(v, Decimal)), default=0)
        has_floats = any(isinstance(v, float) for v in used)
        columns.append((title, {k: aggregated(function, v, scale, has_floats) for k, v in values.items()}))
    by_value = [looks_numeric(key[p] for key in groups) for p in range(len(keys))]

    def rank(text, is_number):
        if text is None:
            return (0,)
        return (1, number(text), text) if is_number else (1, text)

    order = sorted(groups, key=lambda key: [rank(text, n) for text, n in zip(key, by_value)])
    titles = [names[p] for p in keys] + [title.encode() for title, _ in columns]
    lines = [list(key) + [cells[key] for _, cells in columns] for key in order]
    for key in reversed(question.get("sort", [])):
        place, down = titles.index(key.split()[0].encode()), key.endswith(" desc")
        is_number = by_value[place] if place < len(keys) else looks_numeric(line[place] for line in lines)
        missing = [line for line in lines if line[place] is None]
        present = [line for line in lines if line[place] is not None]
        present.sort(key=lambda line: number(line[place]) if is_number else line[place], reverse=down)
        lines = present + missing if down else missing + present
    if "select" in question:
        places = [titles.index(name.encode()) for name in question["select"]]
        titles, lines = [titles[p] for p in places], [[line[p] for p in places] for line in lines]
    return written(titles, lines[:limit])
