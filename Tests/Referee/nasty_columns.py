"""What the columns of nasty files hold: texts full of special characters, keys that nearly are equal, numbers at the
edges of the grammar."""

TEXTS = ["", "plain", "with space", " lead", "trail ", "comma, inside", "semi;colon", "tab\tinside", "pipe|bar",
         'quote"inside', '"quoted"', "it's", "line\nbreak", "crlf\r\nbreak", "cr\rbreak", "fake,1,2.5\nrow,3,4.5\n",
         'a,"b\n1,2\n"', "é", "e\u0301", "日本語", "🙂", "\u200b", "NULL", "\\N", "-", "#comment", "=1+1", "nul\x00byte",
         "\ufeffmark", "a" * 70, "x\ny\n" * 30]
RAW = [b"\xff", b"caf\xe9", b"\xc3", b"\xed\xa0\x80", b"ok\x80\xfe"]
KEYS = ["a", "b", "B", "é", "e\u0301", "x y", "1", "1.0", "10", "2", "007", "7", "-1", "x,y", 'say "hi"', "two\nlines", "1e1"]
NUMBER_KEYS = ["1", "1.0", "2", "10", "9", "-1", "-10", "0.5", "0", "1e1", "100", "123456789012345678",
               "123456789012345678901", "123456789012345678902"]


def integer(rng):
    return str(rng.randint(-10 ** rng.randint(0, 18) + 1, 10 ** rng.randint(0, 18) - 1))


def decimal(rng):
    if rng.random() < 0.05:
        return rng.choice(["-0", "-0.00", "+0.5", "0.1", "0.2", "000.25", "0." + "0" * 30 + "1", "999999999999999.999"])
    whole, places = rng.randint(0, 10 ** rng.randint(0, 6)), rng.randint(0, 6)
    fraction = "".join(rng.choice("0123456789") for _ in range(places))
    return rng.choice(["", "", "-"]) + str(whole) + ("." + fraction if fraction else "")


def wild(rng):
    if rng.random() < 0.4:
        return decimal(rng)
    return rng.choice([
        "1e3", "1.5E-7", "-2.5e10", "1e22", "1e-30", "5e-324", "-5e-324", "12345678901234567890", "0.12345678901234567891",
        "1e16", "1e-400", "0e0", "1.7976931348623157e308" if rng.random() < 0.1 else "1e15", "-1e15", "3e0",
        "100000000000000000000.25", "99999999999999999999", str(rng.uniform(-1e6, 1e6))])


class Column:
    """A column: its name, what its values look like, whether expressions can name it."""

    def __init__(self, rng, name, look):
        self.name, self.look = name, look
        self.pool = rng.sample(KEYS, rng.randint(1, 6)) if look == "key" else \
            rng.sample(NUMBER_KEYS, rng.randint(1, 6)) if look == "number key" else None
        self.null_share = rng.choice([0, 0, 0.1, 0.5])

    @property
    def is_number(self):
        return self.look in ("integer", "decimal", "wild")

    def value(self, rng, nulls):
        if rng.random() < self.null_share:
            return rng.choice([""] + nulls).encode()
        if self.pool:
            return rng.choice(self.pool).encode()
        if self.is_number:
            return {"integer": integer, "decimal": decimal, "wild": wild}[self.look](rng).encode()
        if rng.random() < 0.1:
            return rng.choice(RAW)
        if rng.random() < 0.01:
            return b"long " * rng.randint(100, 1200)
        return rng.choice(TEXTS).encode()
