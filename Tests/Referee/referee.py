"""The referee: a short, plain, independent implementation of the project's rules. Given a question (JSON, the keys of
pipeline files) and input files it says what `pipe run` must answer: result, status, rejects, reasons, books.

    python3 referee.py QUESTION.json [INPUT...] [--write FOLDER]
"""

import json
import os
import re
import sys
from dataclasses import dataclass, field
from fractions import Fraction

import column_types
import records
from answers import DataError, grouped_rows, plain_rows
from csv_output import csv_result, csv_text
from expressions import QuestionError
from question import Plan, RejectedRow, Row, bare, items

COMPLETE, COMPLETE_WITH_REJECTS, USAGE, DATA = 0, 3, 64, 65
REASONS_HEADER = b"file,record,line,byte,length,column,reason,text\n"
TEXT_LIMIT = 200


@dataclass
class Reject:
    kind: str
    file: str
    record: int
    line: int
    byte: int
    raw: bytes
    column: bytes = b""
    text: bytes = b""
    detail: str = ""

    def place(self):
        return f"{self.file}: line {self.line} (record {self.record}, byte {self.byte:,})"

    def row(self):
        cells = [self.file.encode(), *(str(n).encode() for n in (self.record, self.line, self.byte, len(self.raw))),
                 self.column, self.kind.encode(), self.text[:TEXT_LIMIT]]
        return b",".join(map(csv_text, cells)) + b"\n"


@dataclass
class Answer:
    """`result` is None where nothing complete may be printed."""

    status: int = COMPLETE
    result: bytes | None = None
    rejects: list = field(default_factory=list)
    rejects_file: bytes = b""
    reasons_file: bytes = b""
    message: str = ""
    failing: Reject | None = None
    books: dict = field(default_factory=lambda: dict.fromkeys(("read", "used", "filtered", "rejected", "blank"), 0))


class Referee:
    def __init__(self, question, inputs):
        self.question, self.inputs = question, inputs
        byte = lambda key, default: {"tab": 9, "\\t": 9, "none": None, "": None}.get(
            question.get(key, default), question.get(key, default).encode()[:1])
        self.delimiter, self.quote = (b if b is None or isinstance(b, int) else b[0]
                                      for b in (byte("delimiter", ","), byte("quote", '"')))
        nulls = question.get("null") or []
        self.nulls = {b""} | {text.encode() for text in ([nulls] if isinstance(nulls, str) else nulls)}
        self.has_header = question.get("header", True)
        self.policy = question.get("on_error", "fail")
        bound = question.get("max_errors")
        self.percent = Fraction(bound[:-1]) if isinstance(bound, str) and bound.endswith("%") else None
        self.most = 0 if self.policy == "fail" else int(bound) if bound is not None and self.percent is None else None
        self.answer = Answer()

    def pieces(self, data):
        return records.pieces(data, self.delimiter, self.quote, size(self.question.get("max_record", "16MiB")))

    def run(self):
        try:
            self.decide()
        except QuestionError as error:
            self.answer.status, self.answer.message = USAGE, str(error)
        except DataError as error:
            self.answer.status, self.answer.message = DATA, str(error)
        return self.answer

    def survey(self):
        """Column names, header bytes, and the types that the first input suggests."""
        contents = []
        for name, data in self.inputs:
            pieces = list(self.pieces(data))
            first = next((piece for piece in pieces if piece.kind != "blank"), None)
            contents.append((name, data, pieces, first))
        name, data, pieces, first = contents[0]
        self.check_start(contents[0], first)
        columns = first.fields if self.has_header else [b"c%d" % (n + 1) for n in range(len(first.fields))]
        if names := [bare(name) for name in items(self.question.get("columns"))]:
            if len(names) != len(columns):
                raise QuestionError("columns")
            columns = [name.encode() for name in names]
        types = ["null"] * len(columns)
        for piece in pieces:
            if piece.kind == "record" and len(piece.fields) == len(columns) and not (self.has_header and piece is first):
                for place, text in enumerate(piece.fields):
                    if text not in self.nulls:
                        types[place] = column_types.joined(types[place], column_types.type_of(text))
        header = data[first.start:first.end] if self.has_header else b""
        return columns, types, header, contents

    def check_start(self, content, first_of_all):
        """An input must begin like the first one. Asked when it is its turn: a limit may be reached before."""
        name, _, _, first = content
        if first is None:
            raise DataError(f"{name}: no header" if self.has_header else f"{name}: is empty")
        if first.kind != "record":
            raise DataError(f"{name}: line {first.line + 1}")
        if self.has_header and first.fields != first_of_all.fields or len(first.fields) != len(first_of_all.fields):
            raise DataError(f"{name}: the header differs")

    def decide(self):
        answer, books = self.answer, self.answer.books
        columns, types, header, contents = self.survey()
        plan = Plan(self.question, columns, types)
        limit = self.question.get("limit")
        cut = None if plan.is_grouped or plan.sort else limit
        used = []
        for name, data, pieces, first in contents:
            if cut is not None and len(used) >= cut:
                break
            self.check_start((name, data, pieces, first), contents[0][3])
            number = 0
            for piece in pieces:
                if cut is not None and len(used) >= cut:
                    break
                if piece.kind == "blank":
                    books["blank"] += 1
                    continue
                if self.has_header and piece is first:
                    continue
                number += 1
                books["read"] += 1
                try:
                    row = self.judge(plan, piece)
                    books["filtered" if row is None else "used"] += 1
                    used += [row] if row else []
                except RejectedRow as why:
                    raw = data[piece.start:piece.end]
                    answer.rejects.append(Reject(
                        why.kind, name, number, piece.line + 1, piece.start, raw, why.column,
                        why.text if why.column else raw.rstrip(b"\r\n"), why.detail))
                    books["rejected"] += 1
                    if self.most is not None and len(answer.rejects) > self.most:
                        answer.failing = answer.rejects[-1]
                        break
            if answer.failing:
                break
        answer.rejects_file = header
        for reject in answer.rejects:
            if answer.rejects_file and not answer.rejects_file.endswith((b"\n", b"\r")):
                answer.rejects_file += b"\n"
            answer.rejects_file += reject.raw
        answer.reasons_file = REASONS_HEADER + b"".join(reject.row() for reject in answer.rejects)
        if answer.failing:
            answer.status = DATA
            answer.message = answer.failing.place()
            return
        if self.percent is not None and len(answer.rejects) * 100 > self.percent * books["read"]:
            raise DataError("more than the share of rejects")
        names, rows = grouped_rows(plan, used) if plan.is_grouped else plain_rows(plan, used)
        answer.result = csv_result(names, rows if limit is None else rows[:limit])
        answer.status = COMPLETE_WITH_REJECTS if answer.rejects else COMPLETE

    def judge(self, plan, piece):
        """The row, or None when the filter removes it. Defect, then count of columns, then the filter's columns, then
        the other columns in use, the leftmost bad one first."""
        if piece.kind != "record":
            raise RejectedRow(piece.kind)
        if len(piece.fields) != len(plan.columns):
            raise RejectedRow("columns", detail=f": got {len(piece.fields)}, want {len(plan.columns)}")
        row = Row(plan, piece.fields, self.nulls)
        if plan.filter:
            row.check(plan.filter_uses)
            if row.value(plan.filter, "boolean") is not True:
                return None
        row.check(plan.rest_uses)
        for tree in [call.argument for call in plan.calls if call.argument] + [tree for _, tree in plan.outputs]:
            row.printed(tree)
        return row


def size(text):
    if isinstance(text, int):
        return text
    number, unit = re.fullmatch(r"([0-9]+)\s*([A-Za-z]*)", text).groups()
    return int(number) * {"": 1, "K": 1 << 10, "KiB": 1 << 10, "M": 1 << 20, "MiB": 1 << 20, "KB": 1000, "MB": 10**6}[unit]


def judge(question, inputs):
    """The answer to a question about inputs, given as (name, bytes) pairs."""
    return Referee(question, inputs).run()


def main():
    arguments = sys.argv[1:]
    folder = None
    if "--write" in arguments:
        at = arguments.index("--write")
        folder = arguments[at + 1]
        del arguments[at:at + 2]
    with open(arguments[0]) as file:
        question = json.load(file)
    inputs = []
    for name in arguments[1:] or question["inputs"]:
        with open(name, "rb") as file:
            inputs.append((name, file.read()))
    answer = judge(question, inputs)
    if folder:
        os.makedirs(folder, exist_ok=True)
        parts = {"expected.csv": answer.result, "expected.rejects.csv": answer.rejects_file,
                 "expected.reasons.csv": answer.reasons_file,
                 "books.json": json.dumps(answer.books).encode() + b"\n",
                 "expected.err": f"exit {answer.status}\n".encode()}
        for name, content in parts.items():
            if content is not None:
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(content)
    else:
        sys.stdout.buffer.write(answer.result or b"")
        for reject in answer.rejects:
            print(reject.place(), reject.kind + reject.detail, file=sys.stderr)
        print(f"exit {answer.status} {answer.message} {answer.books}", file=sys.stderr)
    return answer.status


if __name__ == "__main__":
    sys.exit(main())
