// The outside judge of all exact arithmetic: Python's integers and fractions, asked once per test for many cases.

import Foundation
import Testing

/// Asks python3. Each question is one line of words; each gets one line back.
enum NumberReferee {
  static func answers(to questions: [String]) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory
    let script = folder.appendingPathComponent("number-referee-\(UUID().uuidString).py")
    let input = folder.appendingPathComponent("number-questions-\(UUID().uuidString).txt")
    defer {
      try? FileManager.default.removeItem(at: script)
      try? FileManager.default.removeItem(at: input)
    }
    try Data(program.utf8).write(to: script)
    try Data((questions.joined(separator: "\n") + "\n").utf8).write(to: input)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", script.path, input.path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    let answers = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    try #require(answers.count == questions.count + 1)
    return answers.dropLast().map(String.init)
  }

  /// How the referee writes a double: its bits, or `none` where there is no finite one.
  static func word(_ double: Double?) -> String {
    guard let double else { return "none" }
    let digits = String(double.bitPattern, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static let program = #"""
    import re, struct, sys
    from fractions import Fraction
    from math import isqrt

    GRAMMAR = re.compile(r"[+-]?([0-9]+)(?:\.([0-9]+))?([eE][+-]?[0-9]+)?", re.ASCII)

    def nearest(value):
        try:
            return float(value) + 0.0  # true division of integers rounds once; -0.0 becomes 0.0
        except OverflowError:
            return None

    def bits(double):
        if double is None or double in (float("inf"), float("-inf")):
            return "none"
        return struct.pack(">d", double + 0.0).hex()

    def read(word):
        """(value as Fraction, fraction digits) of a decimal, (Fraction, None) of a double; None out of range, "no" if no number."""
        if "@" in word:
            mantissa, scale = word.split("@")
            return Fraction(int(mantissa), 10 ** int(scale)), int(scale)
        if word.startswith("bits:"):
            return Fraction(struct.unpack(">d", bytes.fromhex(word[5:]))[0]), None
        match = GRAMMAR.fullmatch(word)
        if not match:
            return "no"
        whole, fraction, exponent = match.group(1), match.group(2) or "", match.group(3)
        if exponent is None and len((whole + fraction).lstrip("0")) <= 18 and len(fraction) <= 1000:
            sign = -1 if word[0] == "-" else 1
            return Fraction(sign * int(whole + fraction), 10 ** len(fraction)), len(fraction)
        double = float(word)
        return None if double in (float("inf"), float("-inf")) else (Fraction(double), None)

    def decimal_text(value, scale):
        units = value * 10 ** scale
        number = round(units)  # half to even
        digits = str(abs(number)).rjust(scale + 1, "0")
        sign = "-" if number < 0 else ""
        return sign + (digits[:-scale] + "." + digits[-scale:] if scale else digits)

    def root(value):
        """The double nearest to the square root of a Fraction."""
        if value == 0:
            return 0.0
        shift = 260 - (value.numerator.bit_length() - value.denominator.bit_length())
        shift += shift % 2
        scaled = value * (Fraction(2) ** shift)
        whole = isqrt(scaled.numerator // scaled.denominator)
        odd = 0 if Fraction(whole) ** 2 == scaled else 1
        # A last bit that says "and something" keeps the rounding right.
        return nearest(Fraction(2 * whole + odd) / (Fraction(2) ** (shift // 2 + 1)))

    def column(words):
        numbers = [read(word) for word in words]
        scale = max([s for _, s in numbers if s is not None], default=0)
        binary = any(s is None for _, s in numbers)
        values = [v for v, _ in numbers]
        n, total = len(values), sum(values)
        spread = n * sum(v * v for v in values) - total * total
        sample = spread / (n * (n - 1)) if n > 1 else Fraction(0)
        population = spread / (n * n)
        return " ".join([
            "-" if binary else decimal_text(total, scale), "-" if binary else decimal_text(total, scale + 3),
            "-" if binary else decimal_text(total, max(0, scale - 2)),
            bits(nearest(total)), bits(nearest(total / n)), bits(nearest(sample)), bits(nearest(population)),
            bits(root(sample)), bits(root(population))])

    def result(value, scale):
        return f"{value.numerator * 10 ** scale // value.denominator}@{scale}"

    def decimal_or_double(value, scale):
        if scale <= 1000 and -(2 ** 127) <= value * 10 ** scale < 2 ** 127:
            return result(value, scale)
        return bits(nearest(value))

    def arithmetic(left, right):
        (a, s), (b, t) = read(left), read(right)
        compared = (a > b) - (a < b)
        if s is not None and t is not None:
            added, subtracted = decimal_or_double(a + b, max(s, t)), decimal_or_double(a - b, max(s, t))
            multiplied = decimal_or_double(a * b, s + t)
        else:
            x, y = nearest(a), nearest(b)
            added, subtracted, multiplied = bits(x + y), bits(x - y), bits(x * y)
        divided = "null" if b == 0 else bits(nearest(a / b))
        return f"{added} {subtracted} {multiplied} {divided} {compared}"

    def parse(word):
        number = read(word)
        if number == "no":
            return "no"
        if number is None:
            return "range"
        value, scale = number
        return bits(float(value)) if scale is None else result(value, scale)

    def integers(left, right):
        a, b = int(left), int(right)
        quotient = abs(a) // abs(b) if b else 0
        quotient = -quotient if (a < 0) != (b < 0) else quotient
        return f"{a + b} {a - b} {a * b} {quotient} {a - quotient * b} {(a > b) - (a < b)}"

    def shortest(word):
        double = struct.unpack(">d", bytes.fromhex(word))[0]
        if double == 0:
            return "0"
        sign = "-" if double < 0 else ""
        mantissa, _, exponent = ("%r" % abs(double)).partition("e")
        whole, _, fraction = mantissa.partition(".")
        place = len(whole) - 1 + int(exponent or 0)
        digits = whole + fraction
        place -= len(digits) - len(digits.lstrip("0"))
        digits = digits.lstrip("0").rstrip("0")
        if -5 <= place < 17:
            if place < 0:
                return sign + "0." + "0" * (-place - 1) + digits
            padded = digits.ljust(place + 1, "0")
            rest = padded[place + 1:]
            return sign + padded[:place + 1] + ("." + rest if rest else "")
        return sign + digits[0] + ("." + digits[1:] if digits[1:] else "") + "e" + str(place)

    sys.set_int_max_str_digits(0)
    for line in open(sys.argv[1], encoding="utf-8", newline="\n"):
        command, *words = line.rstrip("\n").split(" ")
        print({
            "column": lambda: column(words), "arithmetic": lambda: arithmetic(*words), "parse": lambda: parse(words[0]),
            "integers": lambda: integers(*words), "shortest": lambda: shortest(words[0]),
            "root": lambda: bits(root(Fraction(words[0]))), "ratio": lambda: bits(nearest(Fraction(words[0]))),
        }[command]())
    """#
}
