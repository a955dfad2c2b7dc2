"""The type of one value and the join of types: DESIGN section 3, "Types"."""

import datetime
import re

import figures

NUMERIC = ("integer", "decimal", "float")
TIMESTAMP = re.compile(
    rb"([0-9-]{10})[T ]([01][0-9]|2[0-3]):[0-5][0-9](:([0-5][0-9]|60)(\.[0-9]+)?)?"
    rb"(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?")


def is_date(text):
    if not re.fullmatch(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:  # the year 0 is one, and a leap year like 2000
        datetime.date.fromisoformat(text.decode().replace("0000-", "2000-", 1))
        return True
    except ValueError:
        return False


def has_leading_zero(text):
    return re.match(rb"[+-]?0[0-9]", text) is not None


def type_of(text):
    """The type of one value that is not null."""
    match = figures.GRAMMAR.fullmatch(text)
    if match and not has_leading_zero(text):
        _, whole, fraction, exponent = match.groups(b"")
        if exponent or len((whole + fraction).lstrip(b"0")) > figures.MAX_DIGITS or len(fraction) > figures.MAX_SCALE:
            return "float"
        return "decimal" if fraction else "integer"
    if text.lower() in (b"true", b"false"):
        return "boolean"
    if is_date(text):
        return "date"
    timestamp = TIMESTAMP.fullmatch(text)
    return "timestamp" if timestamp and is_date(timestamp[1]) else "text"


def joined(a, b):
    if a == b or b == "null":
        return a
    if a == "null":
        return b
    if a in NUMERIC and b in NUMERIC:
        return NUMERIC[max(NUMERIC.index(a), NUMERIC.index(b))]
    return "text"


def fits(text, declared):
    """Whether a value fits the type that the user gave. Leading zeros do not matter here: 007 is an integer to those
    who say so."""
    if declared in (None, "text"):
        return True
    if declared in NUMERIC:
        try:
            figure = figures.parse(text)
        except figures.OutOfRange:
            return False
        if figure is None or declared == "float":
            return figure is not None
        return figure.scale is not None and (declared == "decimal" or figure.scale == 0)
    return type_of(text) == declared
