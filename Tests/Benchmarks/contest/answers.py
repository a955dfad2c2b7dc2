"""Whether two answers are the same to the precision of doubles. A program of its own, run by the Python of the virtual
environment, because the comparison of ten million groups needs Polars, and the memory that it takes.

usage: answers.py KIND KEYS OURS THEIRS; prints what differs and ends with status 1, or prints nothing
"""

import sys

import polars as pl

# Sums of doubles in another order differ in the last digits; a million of them in a few more.
RELATIVE = 1e-9
# HyperLogLog of both sides.
DISTINCT = 0.2


def difference(ours, theirs, relative=RELATIVE):
    """The first row where two columns of numbers differ, or None."""
    # A text that is no number becomes null; a value that only one column has counts as a difference.
    frame = pl.DataFrame({"a": ours.cast(pl.Float64, strict=False), "b": theirs.cast(pl.Float64, strict=False)})
    a, b = pl.col("a"), pl.col("b")
    is_near = (a - b).abs() <= relative * pl.max_horizontal(a.abs(), b.abs(), 1.0)
    same = frame.select(is_near.fill_null(False) | (a.is_null() & b.is_null())).to_series()
    return None if same.all() else (~same).arg_true()[0]


def read(path):
    frame = pl.read_csv(path, infer_schema_length=0)
    return frame.rename(dict(zip(frame.columns, [f"c{index}" for index in range(frame.width)])))


def compare_tables(ours, theirs, keys, is_sorted):
    if ours.shape != theirs.shape:
        return f"{ours.shape} and {theirs.shape} rows and columns"
    names = ours.columns
    if not is_sorted:
        ours, theirs = ours.sort(names[:keys]), theirs.sort(names[:keys])
    for name in names[:keys]:
        if not ours[name].equals(theirs[name]):
            return f"column {name} differs"
    for name in names[keys:]:
        row = difference(ours[name], theirs[name])
        if row is not None:
            return f"{ours.row(row)} and {theirs.row(row)}"
    return None


def compare_profiles(ours, theirs):
    """A profile against SUMMARIZE, where the two have a column in common."""
    ours, theirs = pl.read_csv(ours, infer_schema_length=0), pl.read_csv(theirs, infer_schema_length=0)
    if not ours["column"].equals(theirs["column_name"].rename("column")):
        return "the columns differ"
    text = ours["type"] == "text"
    for name, other, relative in [
        ("rows", "count", 0), ("mean", "avg", RELATIVE), ("stddev", "std", RELATIVE),
        ("distinct", "approx_unique", DISTINCT), ("min", "min", RELATIVE), ("max", "max", RELATIVE),
    ]:  # fmt: skip
        ours_column, theirs_column = ours[name], theirs[other]
        if name in ("min", "max") and not ours_column.filter(text).equals(theirs_column.filter(text)):
            return f"{name} of a text differs"
        numbers = ~text if name in ("min", "max") else pl.repeat(True, len(text), eager=True)
        ours_column, theirs_column = ours_column.filter(numbers), theirs_column.filter(numbers)
        row = difference(ours_column, theirs_column, relative)
        if row is not None:
            return f"{name} of {ours['column'].filter(numbers)[row]}: {ours_column[row]} and {theirs_column[row]}"
    return None


def main():
    kind, keys, ours, theirs = sys.argv[1:]
    if kind == "profile":
        found = compare_profiles(ours, theirs)
    else:
        found = compare_tables(read(ours), read(theirs), int(keys), is_sorted=kind == "rows")
    if found:
        print(found)
        raise SystemExit(1)


if __name__ == "__main__":
    main()
