"""Results as CSV: quoted only where reading back would give something else."""

import re

import figures
import records


def csv_text(text):
    return b'"' + text.replace(b'"', b'""') + b'"' if re.search(rb'[,"\r\n]', text) else text


def csv_cell(value, columns):
    """A null is empty, but `""` where it is the whole row; an empty text is `""`."""
    if value is None:
        return b"" if columns > 1 else b'""'
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, figures.Figure):
        return value.text().encode()
    if isinstance(value, str):
        return value.encode()
    return csv_text(value) or b'""'


def csv_result(names, rows):
    head = [csv_text(name) or (b'""' if len(names) == 1 else b"") for name in names]
    if head and head[0].startswith(records.BYTE_ORDER_MARK):
        head[0] = b'"' + head[0].strip(b'"') + b'"'
    lines = [head] + [[csv_cell(cell, len(row)) for cell in row] for row in rows]
    return b"".join(b",".join(line) + b"\n" for line in lines)
