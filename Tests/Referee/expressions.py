"""Expressions: a recursive-descent parser into tuples, static kinds, and SQL's three-valued logic.

Values are None, Figure, bool and bytes. A tree is a tuple whose first item says what it is."""

import re
from fractions import Fraction

import figures

TOKEN = re.compile(
    r"""\s*(?:(?P<number>[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?)|(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
    r"""|`(?P<quoted>[^`]*)`|(?P<name>[^\W\d][\w.]*)|(?P<sign>\|\||&&|[!=<>]=|[-+*/()<>!,]))""", re.S)
TEXT_FUNCTIONS = {"length", "lower", "upper", "starts_with", "ends_with", "contains", "matches"}


class QuestionError(Exception):
    """A question that cannot be asked (status 64)."""


def tokens(text):
    at, found = 0, []
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if not match:
            raise QuestionError(f"{text!r} at {at}")
        found.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return found + [("end", "")]


class Parser:
    def __init__(self, text):
        self.tokens, self.at = tokens(text), 0

    def take(self, *signs):
        kind, text = self.tokens[self.at]
        if kind in ("sign", "name") and text in signs:
            self.at += 1
            return text
        return None

    def want(self, sign):
        if not self.take(sign):
            raise QuestionError(f"{sign} wanted at {self.tokens[self.at]}")

    def whole(self):
        tree = self.either()
        if self.tokens[self.at][0] != "end":
            raise QuestionError(f"what is {self.tokens[self.at]}?")
        return tree

    def either(self):
        tree = self.both()
        while self.take("||", "or"):
            tree = ("or", tree, self.both())
        return tree

    def both(self):
        tree = self.negation()
        while self.take("&&", "and"):
            tree = ("and", tree, self.negation())
        return tree

    def negation(self):
        return ("not", self.negation()) if self.take("!", "not") else self.comparison()

    def comparison(self):
        tree = self.sum()
        if sign := self.take("==", "!=", "<=", ">=", "<", ">"):
            return ("compare", sign, tree, self.sum())
        if self.take("is"):
            negated = bool(self.take("not"))
            self.want("null")
            return ("null?", tree, negated)
        negated = bool(self.take("not"))
        if self.take("in"):
            self.want("(")
            items = [self.sum()]
            while self.take(","):
                items.append(self.sum())
            self.want(")")
            return ("in", tree, items, negated)
        return tree

    def sum(self):
        tree = self.product()
        while sign := self.take("+", "-"):
            tree = ("arithmetic", sign, tree, self.product())
        return tree

    def product(self):
        tree = self.unary()
        while sign := self.take("*", "/"):
            tree = ("arithmetic", sign, tree, self.unary())
        return tree

    def unary(self):
        return ("minus", self.unary()) if self.take("-") else self.atom()

    def atom(self):
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            figure = figures.parse(text.encode())
            if figure is None:
                raise QuestionError(f"{text} is no number")
            return ("number", figure)
        if kind == "text":
            unescaped = re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), text[1:-1], flags=re.S)
            return ("text", unescaped.encode())
        if kind == "quoted":
            return ("column", text)
        if kind == "name" and text in ("true", "false"):
            return ("boolean", text == "true")
        if kind == "name" and text == "null":
            return ("null",)
        if kind == "name" and self.take("("):
            arguments = []
            while not self.take(")"):
                arguments.append(self.either())
                self.take(",")
            return ("call", text, arguments)
        if kind == "name":
            return ("column", text)
        if (kind, text) == ("sign", "("):
            tree = self.either()
            self.want(")")
            return tree
        raise QuestionError(f"what is {text!r}?")


class Scope:
    """What names mean: columns of the input by position and type, and derived columns as trees. `needs` collects the
    columns that a query reads as numbers, which decides the type of those without a given one."""

    def __init__(self, columns, types):
        self.columns, self.types, self.derived = columns, types, {}

    def find(self, name):
        if name in self.derived:
            return self.derived[name]
        places = [place for place, column in enumerate(self.columns) if column == name.encode()]
        if len(places) != 1:
            raise QuestionError(f"column {name!r} occurs {len(places)} times in the header")
        return ("field", places[0])

    def natural(self, place):
        kind = self.types[place]
        return "number" if kind in ("integer", "decimal", "float") else "boolean" if kind == "boolean" else "text"


def bind(tree, scope):
    """The same tree with names replaced by fields or by the trees of derived columns."""
    if isinstance(tree, list):
        return [bind(part, scope) for part in tree]
    if not isinstance(tree, tuple):
        return tree
    if tree[0] == "column":
        return scope.find(tree[1])
    return tuple(bind(part, scope) for part in tree)


def kind_of(tree, scope):
    """The kind of a bound tree where nothing around it asks for another."""
    match tree[0]:
        case "field":
            return scope.natural(tree[1])
        case "number" | "arithmetic" | "minus":
            return "number"
        case "text" | "null":
            return tree[0]
        case "call" if tree[1] == "coalesce":
            kinds = [kind for kind in (kind_of(argument, scope) for argument in tree[2]) if kind != "null"]
            return "number" if kinds and all(kind == "number" for kind in kinds) else "text"
        case "call":
            return {"length": "number", "abs": "number", "lower": "text", "upper": "text"}.get(tree[1], "boolean")
    return "boolean"


def compared_as(sides, scope):
    """What the sides of a comparison are read as: a number or truth value that is no plain column decides, then a
    text; two plain columns are compared as numbers or truth values if both are such."""
    fixed = {kind_of(side, scope) for side in sides if side[0] != "field"} - {"null"}
    if len(fixed) == 1:
        return fixed.pop()
    natural = {kind_of(side, scope) for side in sides if side[0] == "field"}
    if fixed or not natural:
        raise QuestionError("kinds cannot be compared")
    return natural.pop() if len(natural) == 1 else "text"


def numeric_needs(tree, scope, wanted=None):
    """Positions of the columns that must be numbers for this bound tree: operands of arithmetic, of `abs`, of a
    comparison with a number."""
    if tree[0] == "field":
        return {tree[1]} if wanted == "number" else set()
    if tree[0] == "arithmetic":
        return numeric_needs(tree[2], scope, "number") | numeric_needs(tree[3], scope, "number")
    if tree[0] == "minus":
        return numeric_needs(tree[1], scope, "number")
    needs = set()
    sides = tree[2:] if tree[0] == "compare" else [tree[1], *tree[2]] if tree[0] == "in" else None
    if sides:
        number = any(side[0] != "field" and kind_of(side, scope) == "number" for side in sides)
        for side in sides:
            needs |= numeric_needs(side, scope, "number" if number else None)
        return needs
    for part in tree[2] if tree[0] == "call" else tree[1:]:
        if isinstance(part, tuple):
            needs |= numeric_needs(part, scope, "number" if tree[:2] == ("call", "abs") else None)
    return needs


def uses(tree, scope, wanted=None):
    """The (column, kind) pairs whose values a bound tree reads."""
    match tree[0]:
        case "field":
            return {(tree[1], wanted or scope.natural(tree[1]))}
        case "arithmetic" | "minus":
            sides = tree[2:] if tree[0] == "arithmetic" else tree[1:]
            if any(side[0] != "field" and kind_of(side, scope) not in ("number", "null") for side in sides):
                raise QuestionError("only numbers can be reckoned with")
            return set().union(*(uses(side, scope, "number") for side in sides))
        case "compare":
            kind = compared_as(tree[2:], scope)
            return uses(tree[2], scope, kind) | uses(tree[3], scope, kind)
        case "in":
            kind = compared_as([tree[1], *tree[2]], scope)
            return set().union(*(uses(side, scope, kind) for side in [tree[1], *tree[2]]))
        case "null?":
            return uses(tree[1], scope, "text" if tree[1][0] == "field" else None)
        case "and" | "or" | "not":
            return set().union(*(uses(part, scope, "boolean") for part in tree[1:]))
        case "call":
            kind = "text" if tree[1] in TEXT_FUNCTIONS else kind_of(tree, scope)
            return set().union(*(uses(part, scope, kind) for part in tree[2]))
    return set()


ORDERS = {"==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
          ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}


def evaluate(tree, read, scope, wanted=None):
    """The value of a bound tree; `read(column, kind)` gives a field's value. Raises OutOfRange."""
    match tree[0]:
        case "field":
            return read(tree[1], wanted or scope.natural(tree[1]))
        case "number" | "text" | "boolean":
            return tree[1]
        case "null":
            return None
        case "minus":
            value = evaluate(tree[1], read, scope, "number")
            return None if value is None else figures.negated(value)
        case "arithmetic":
            left, right = (evaluate(part, read, scope, "number") for part in tree[2:])
            return None if left is None or right is None else figures.arithmetic(tree[1], left, right)
        case "compare":
            kind = compared_as(tree[2:], scope)
            left, right = (comparable(evaluate(part, read, scope, kind)) for part in tree[2:])
            return None if left is None or right is None else ORDERS[tree[1]](left, right)
        case "in":
            kind = compared_as([tree[1], *tree[2]], scope)
            value = comparable(evaluate(tree[1], read, scope, kind))
            items = [comparable(evaluate(item, read, scope, kind)) for item in tree[2]]
            if value is None or (None in items and value not in items):
                return None
            return (value in items) != tree[3]
        case "null?":
            value = evaluate(tree[1], read, scope, "text" if tree[1][0] == "field" else None)
            return (value is None) != tree[2]
        case "not":
            value = evaluate(tree[1], read, scope, "boolean")
            return None if value is None else not value
        case "and" | "or":
            values = [evaluate(part, read, scope, "boolean") for part in tree[1:]]
            decisive = tree[0] == "or"
            return decisive if decisive in values else None if None in values else not decisive
        case "call":
            kind = "text" if tree[1] in TEXT_FUNCTIONS else kind_of(tree, scope)
            return call(tree[1], [evaluate(part, read, scope, kind) for part in tree[2]])
    raise QuestionError(f"cannot evaluate {tree[0]}")


def comparable(value):
    return value.value if isinstance(value, figures.Figure) else value


def call(name, values):
    if name == "coalesce":
        return next((value for value in values if value is not None), None)
    if None in values:
        return None
    match name:
        case "length":  # code points; a byte that is not UTF-8 counts as one
            return figures.Figure(Fraction(len(values[0].decode("utf-8", "surrogateescape"))), 0)
        case "lower":
            return values[0].lower()
        case "upper":
            return values[0].upper()
        case "starts_with":
            return values[0].startswith(values[1])
        case "ends_with":
            return values[0].endswith(values[1])
        case "contains":
            return values[1] in values[0]
        case "matches":
            text, pattern = (value.decode("utf-8", "surrogateescape") for value in values)
            return re.search(pattern, text) is not None
        case "abs":
            return figures.Figure(abs(values[0].value), values[0].scale)
    raise QuestionError(f"no function {name}")


def parse(text):
    return Parser(text).whole()
