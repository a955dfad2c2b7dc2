"""From the rows that are used to the rows of the result: aggregates, group order, sorting."""

from fractions import Fraction
from functools import cmp_to_key

import column_types
import csv_output
import expressions
import figures


class DataError(Exception):
    """The data cannot give an answer (status 65)."""


def finish(call, values, scale, is_binary):
    """The result of one aggregate from the values, no nulls among them, of one group."""
    count = len(values)
    if call.function == "count":
        return str(count)
    if call.function in ("min", "max"):
        if not values:
            return None
        if not isinstance(values[0], figures.Figure):
            return (min if call.function == "min" else max)(values)
        return number_text((min if call.function == "min" else max)(v.value for v in values), scale, is_binary)
    exact = [value.value for value in values]
    total = sum(exact, Fraction())
    if call.function == "sum":
        return number_text(total, scale, is_binary) if count else None
    if call.function == "mean":
        return figures.double_text(figures.nearest(total / count)) if count else None
    divisor = count if call.function.endswith("_pop") else count - 1
    if divisor < 1:
        return None
    variance = (sum(v * v for v in exact) - total * total / count) / divisor
    if call.function.startswith("var"):
        return figures.double_text(figures.nearest(variance))
    return figures.double_text(figures.square_root(variance))


def number_text(value, scale, is_binary):
    return figures.double_text(figures.nearest(value)) if is_binary else figures.fixed(value, scale)


def sorts_numerically(texts):
    return all(is_plain_number(text) for text in texts if text is not None)


def is_plain_number(text):
    try:
        return figures.parse(text) is not None and not column_types.has_leading_zero(text)
    except figures.OutOfRange:
        return False


def key_rank(text, numeric):
    """Nulls first; numbers by value, ties by bytes; else bytewise."""
    if text is None:
        return (0,)
    return (1, figures.parse(text).value, text) if numeric else (1, text)


def key_text(value):
    return value if value is None or isinstance(value, bytes) else csv_output.csv_cell(value, 2)


def grouped_rows(plan, rows):
    groups = {}
    for row in rows:
        key = tuple(key_text(row.printed(tree)) for tree in plan.keys)
        groups.setdefault(key, []).append(row)
    if not plan.keys:
        groups.setdefault((), [])
    table = {key: [[] for _ in plan.calls] for key in groups}
    facts = []
    for number, call in enumerate(plan.calls):
        for key, members in groups.items():
            if call.argument is None:
                table[key][number] = [None] * len(members)
            else:
                kind = plan.argument_kind(call)
                values = (row.value(call.argument, kind) for row in members)
                table[key][number] = [value for value in values if value is not None]
        used = [v for cells in table.values() for v in cells[number] if isinstance(v, figures.Figure)]
        facts.append((max((v.scale or 0 for v in used), default=0), any(v.scale is None for v in used)))
    numeric = [sorts_numerically([key[place] for key in table]) for place in range(len(plan.keys))]
    finished = []
    for key in sorted(table, key=lambda key: [key_rank(text, n) for text, n in zip(key, numeric)]):
        try:
            cells = [finish(call, values, *fact) for call, values, fact in zip(plan.calls, table[key], facts)]
        except figures.OutOfRange:
            raise DataError("a result is outside the doubles") from None
        finished.append(list(key) + cells)
    names = plan.key_names + [call.name for call in plan.calls]
    for name, down in reversed(plan.sort):
        place = names.index(name.encode())
        is_number = numeric[place] if place < len(plan.keys) else None
        rank = lambda row: result_rank(row[place], is_number)
        sort_down(finished, rank) if down else finished.sort(key=rank)
    if plan.select:
        places = [names.index(name.encode()) for name in plan.select]
        names, finished = [names[p] for p in places], [[row[p] for p in places] for row in finished]
    return names, finished


def result_rank(cell, is_numeric_key):
    """Like key_rank without the tie by bytes: ties keep the order there was. Nulls are the least."""
    if cell is None:
        return (0,)
    if isinstance(cell, str) or is_numeric_key:
        return (1, figures.parse(cell.encode() if isinstance(cell, str) else cell).value)
    return (1, cell)


def sort_down(rows, rank):
    """Greatest first, so nulls last; equal rows keep their order."""
    rows.sort(key=cmp_to_key(lambda a, b: (rank(a) < rank(b)) - (rank(a) > rank(b))))


def plain_rows(plan, rows):
    ordered = list(rows)
    for tree, down in reversed(plan.sort_trees):
        def rank(row):
            value = expressions.comparable(row.value(tree))
            return (0,) if value is None else (1, value)
        sort_down(ordered, rank) if down else ordered.sort(key=rank)
    return [name for name, _ in plan.outputs], [[row.printed(tree) for _, tree in plan.outputs] for row in ordered]
