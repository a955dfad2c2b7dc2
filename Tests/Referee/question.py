"""A question (a dictionary with the keys of pipeline files), resolved against columns; and rows read by it."""

import re
from dataclasses import dataclass

import column_types
import expressions
import figures
from expressions import QuestionError

NUMERIC_FUNCTIONS = {"sum", "mean", "var", "stddev", "var_pop", "stddev_pop"}
FUNCTIONS = NUMERIC_FUNCTIONS | {"count", "min", "max"}


def items(value):
    """A list, or one text cut at its commas outside quotes and parentheses."""
    if not value:
        return []
    if isinstance(value, str):
        value = re.findall(r"""(?:"(?:\\.|[^"])*"|'(?:\\.|[^'])*'|`[^`]*`|\((?:"(?:\\.|[^"])*"|[^()]|\([^()]*\))*\)|[^,])+""", value)
    return [item.strip() for item in value]


def bare(name):
    return name[1:-1] if len(name) > 2 and name[0] == name[-1] == "`" else name


@dataclass
class Call:
    function: str
    argument: tuple | None
    name: bytes


def aggregate_call(text):
    match = re.fullmatch(r"\s*(\w+)\s*(?:\((.*)\))?(?:\s+as\s+(.+?))?\s*", text, re.S)
    if not match or match[1] not in FUNCTIONS:
        raise QuestionError(f"aggregate {text!r}")
    function, argument, alias = match[1], (match[2] or "").strip(), match[3]
    if not argument and function != "count":
        raise QuestionError(f"{function} wants an argument")
    squeezed = "".join(part if part[0] in "\"'`" else re.sub(r"\s", "", part)
                       for part in re.findall(r"""["][^"]*["]|'[^']*'|`[^`]*`|[^"'`]+""", argument))
    name = bare(alias) if alias else f"{function}({squeezed})" if argument else "count"
    return Call(function, expressions.parse(argument) if argument else None, name.encode())


class Plan:
    """A question resolved against the columns of the input and the types that the sample suggests."""

    def __init__(self, question, columns, sampled):
        self.columns = columns
        given = question.get("types") or {}
        for name in given:
            if columns.count(name.encode()) != 1:
                raise QuestionError(f"types: column {name!r}")
        self.declared = [given.get(name.decode("utf-8", "surrogateescape")) for name in columns]
        self.scope = expressions.Scope(columns, [d or s for d, s in zip(self.declared, sampled)])
        bind = lambda tree: expressions.bind(tree, self.scope)
        self.derived = []
        for text in items(question.get("derive")):
            name, _, expression = text.partition("=")
            name = bare(name.strip())
            self.scope.derived[name] = bind(expressions.parse(expression))
            self.derived.append(name)
        self.filter = bind(expressions.parse(question["where"])) if question.get("where") else None
        aggregates = items(question.get("aggregates")) or (["count"] if question.get("group_by") else [])
        self.calls = [aggregate_call(text) for text in aggregates]
        for call in self.calls:
            call.argument = call.argument and bind(call.argument)
        self.keys = [bind(("column", bare(name))) for name in items(question.get("group_by"))]
        self.key_names = [bare(name).encode() for name in items(question.get("group_by"))]
        self.is_grouped = bool(self.calls or self.keys)
        self.sort = [(bare(name), order == "desc")
                     for name, order in (re.fullmatch(r"(`[^`]*`|\S+)(?:\s+(asc|desc))?", key).groups()
                                         for key in items(question.get("sort")))]
        select = [bare(name) for name in items(question.get("select"))]
        self.select = select
        if self.is_grouped:
            self.outputs = []
        elif select:
            self.outputs = [(name.encode(), bind(("column", name))) for name in select]
        else:
            self.outputs = [(name, ("field", place)) for place, name in enumerate(columns)]
            self.outputs += [(name.encode(), self.scope.derived[name]) for name in self.derived]
        self.sort_trees = [] if self.is_grouped else [(bind(("column", name)), down) for name, down in self.sort]
        if not (self.is_grouped or select or self.filter or self.derived or self.sort or "limit" in question):
            raise NotImplementedError("the referee makes no profiles")
        self._read_needed_columns_as_numbers()
        self.filter_uses, self.rest_uses = self._uses_of_filter(), self._uses_of_rest()

    def _read_needed_columns_as_numbers(self):
        needs = set()
        for tree in [self.filter, *self.scope.derived.values()]:
            needs |= expressions.numeric_needs(tree, self.scope) if tree else set()
        for call in self.calls:
            wanted = "number" if call.function in NUMERIC_FUNCTIONS else None
            needs |= expressions.numeric_needs(call.argument, self.scope, wanted) if call.argument else set()
        for place in needs:
            if self.declared[place] is None:
                self.scope.types[place] = "float"

    def argument_kind(self, call):
        return "number" if call.function in NUMERIC_FUNCTIONS else expressions.kind_of(call.argument, self.scope)

    def _uses_of_filter(self):
        return expressions.uses(self.filter, self.scope) if self.filter else set()

    def _uses_of_rest(self):
        found = set()
        for call in self.calls:
            if call.argument:
                found |= expressions.uses(call.argument, self.scope, self.argument_kind(call))
        for tree in [*self.keys, *(tree for _, tree in self.outputs)]:
            found |= {(tree[1], "text")} if tree[0] == "field" else expressions.uses(tree, self.scope)
        for tree, _ in self.sort_trees:
            found |= expressions.uses(tree, self.scope)
        return found


class RejectedRow(Exception):
    def __init__(self, kind, column=b"", text=b"", detail=""):
        self.kind, self.column, self.text, self.detail = kind, column, text, detail


class Row:
    """The fields of one record, read by kind; raises RejectedRow for a value that does not fit."""

    def __init__(self, plan, fields, nulls):
        self.plan, self.nulls = plan, nulls
        self.fields = [None if text in nulls else text for text in fields]

    def check(self, uses):
        for place, kind in sorted(uses):
            text = self.fields[place]
            if text is not None:
                if not column_types.fits(text, self.plan.declared[place]):
                    raise RejectedRow("type", self.plan.columns[place], text)
                self.read(place, kind)

    def read(self, place, kind):
        text = self.fields[place]
        if text is None or kind == "text":
            return text
        if kind == "boolean":
            if text.lower() in (b"true", b"false"):
                return text.lower() == b"true"
            raise RejectedRow("type", self.plan.columns[place], text)
        try:
            figure = figures.parse(text)
        except figures.OutOfRange:
            figure = None
        if figure is None:
            raise RejectedRow("number", self.plan.columns[place], text)
        return figure

    def value(self, tree, wanted=None):
        try:
            return expressions.evaluate(tree, self.read, self.plan.scope, wanted)
        except figures.OutOfRange:
            raise RejectedRow("number") from None

    def printed(self, tree):
        """A plain column passes as its bytes; anything else as its value."""
        return self.fields[tree[1]] if tree[0] == "field" else self.value(tree)
