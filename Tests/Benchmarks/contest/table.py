"""Lays the results out as Markdown, which can be read as it is."""


def text(rows, alignment):
    """Rows of texts, the first one the head; `alignment` has a letter a column, l or r."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(alignment))]

    def line(row):
        cells = [
            cell.rjust(width) if side == "r" else cell.ljust(width) for cell, width, side in zip(row, widths, alignment)
        ]
        return "| " + " | ".join(cells) + " |"

    rule = ["-" * (width - 1) + ":" if side == "r" else "-" * width for width, side in zip(widths, alignment)]
    return "\n".join([line(rows[0]), line(rule), *map(line, rows[1:])])


def mark(is_reached):
    return "" if is_reached is None else "yes" if is_reached else "NO"


def seconds(value):
    """Three digits, without losing them for short times."""
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.0f} ms" if value >= 0.1 else f"{value * 1000:.1f} ms"
