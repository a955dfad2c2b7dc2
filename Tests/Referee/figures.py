"""Numbers by the project's own grammar, as exact fractions, and how they print: DESIGN section 3, "Numbers"."""

import math
import re
from dataclasses import dataclass
from fractions import Fraction

GRAMMAR = re.compile(rb"([+-]?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")
MAX_DIGITS, MAX_SCALE = 18, 1000


class OutOfRange(Exception):
    """A number or a result outside the doubles."""


@dataclass(frozen=True)
class Figure:
    """A number: a decimal with its count of fraction digits, or (scale None) a double."""

    value: Fraction
    scale: int | None

    def text(self):
        return double_text(float(self.value)) if self.scale is None else fixed(self.value, self.scale)


def binary(double):
    if math.isinf(double) or math.isnan(double):
        raise OutOfRange
    return Figure(Fraction(double), None)


def nearest(value):
    """The nearest double of a fraction: Python divides integers correctly rounded."""
    try:
        return value.numerator / value.denominator
    except OverflowError:
        raise OutOfRange from None


def parse(text):
    """A figure, or None for what is no number; raises OutOfRange."""
    match = GRAMMAR.fullmatch(text)
    if not match:
        return None
    sign, whole, fraction, exponent = match.groups(b"")
    digits = (whole + fraction).lstrip(b"0")
    if not exponent and len(digits) <= MAX_DIGITS and len(fraction) <= MAX_SCALE:
        value = Fraction(int(digits or b"0"), 10 ** len(fraction))
        return Figure(-value if sign == b"-" else value, len(fraction))
    return binary(float(text))


def fixed(value, scale):
    """A decimal with so many fraction digits; the value must fit them."""
    mantissa = value * 10 ** scale
    assert mantissa.denominator == 1
    digits = str(abs(mantissa.numerator)).rjust(scale + 1, "0")
    sign = "-" if mantissa < 0 else ""
    return sign + (digits[:-scale] + "." + digits[-scale:] if scale else digits)


def double_text(double):
    """Shortest digits that read back; positional for 1e-5 <= |x| < 1e17, else like 1.5e-7; no trailing .0."""
    if double == 0:
        return "0"
    mantissa, _, power = repr(abs(double)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    exponent = len(whole) - 1 + int(power or 0)
    digits = whole + fraction
    exponent -= len(digits) - len(digits.lstrip("0"))
    digits = digits.strip("0")
    sign = "-" if double < 0 else ""
    if not -5 <= exponent < 17:
        return sign + digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{exponent}"
    if exponent < 0:
        return sign + "0." + "0" * (-exponent - 1) + digits
    whole, fraction = digits[:exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1:]
    return sign + whole + ("." + fraction if fraction else "")


def square_root(value):
    """The nearest double of a square root, by integers: a floor with more than 64 bits, and one more bit that says
    whether anything was cut off."""
    if value == 0:
        return 0.0
    shift = max(0, 140 - (value.numerator.bit_length() - value.denominator.bit_length()))
    shift += shift % 2
    scaled, rest = divmod(value.numerator << shift, value.denominator)
    root = math.isqrt(scaled)
    inexact = rest != 0 or root * root != scaled
    return nearest(Fraction(2 * root + inexact, 2 << (shift // 2)))


def _decimal(value, scale):
    """A decimal result, or the nearest double of what does not fit 128 bits."""
    if scale <= MAX_SCALE and -(1 << 127) <= value * 10 ** scale < 1 << 127:
        return Figure(value, scale)
    return binary(nearest(value))


def arithmetic(operator, left, right):
    """+ - * exact for decimals, else IEEE on the nearest doubles; / rounded once; None for a division by zero."""
    if operator == "/":
        return binary(nearest(left.value / right.value)) if right.value else None
    if left.scale is None or right.scale is None:
        a, b = nearest(left.value), nearest(right.value)
        return binary({"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b}[operator]())
    if operator == "*":
        return _decimal(left.value * right.value, left.scale + right.scale)
    scale = max(left.scale, right.scale)
    return _decimal(left.value + right.value if operator == "+" else left.value - right.value, scale)


def negated(figure):
    return Figure(-figure.value, figure.scale)
