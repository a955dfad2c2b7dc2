"""Cuts the bytes of one input into records, blank lines and rejects: the rules of DESIGN section 3, "Records", read
aloud. Slow and plain on purpose; nothing here knows of chunks."""

from dataclasses import dataclass

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MAX_RECORD = 16 << 20


@dataclass
class Piece:
    """One record, blank line or reject: bytes [start, end), its line end included."""

    kind: str  # "record", "blank", or the kind of reject: "quote", "unterminated", "too long"
    start: int
    end: int
    line: int  # physical line ends before its start
    fields: list  # texts of a record, quotes taken off


def line_end(data, at):
    """The length of the line end at this offset: LF 1, CRLF 2, CR 1, none 0."""
    if data[at:at + 2] == b"\r\n":
        return 2
    return 1 if data[at:at + 1] in (b"\r", b"\n") else 0


def behind_line(data, at):
    """The offset behind the first line end at or after this offset, or the end of the input."""
    while at < len(data):
        if length := line_end(data, at):
            return at + length
        at += 1
    return at


def lines_in(data, start, end):
    part = data[start:end]
    return part.count(b"\n") + part.count(b"\r") - part.count(b"\r\n")


def read_record(data, start, delimiter, quote, limit):
    """(kind, end, fields) of the record that starts at this offset."""
    stop = min(len(data), start + limit)  # bytes at or behind this are looked at only for a line end
    fields, at = [], start
    while True:
        text = bytearray()
        if quote is not None and at < stop and data[at] == quote:
            at += 1
            while True:
                if at == stop:
                    return "unterminated", behind_line(data, start), []
                if data[at] == quote:
                    at += 1
                    if at == stop or data[at] != quote:
                        break
                text.append(data[at])
                at += 1
            if at < stop and data[at] != delimiter and not line_end(data, at):
                return "quote", behind_line(data, at), []
        else:
            while at < stop and data[at] != delimiter and not line_end(data, at):
                text.append(data[at])
                at += 1
        fields.append(bytes(text))
        if at == len(data) or line_end(data, at):
            return "record", at + line_end(data, at), fields
        if at == stop:
            return "too long", behind_line(data, start), []
        at += 1  # the delimiter


def pieces(data, delimiter=ord(","), quote=ord('"'), limit=MAX_RECORD):
    """Everything in an input, in order. Without a byte order mark the pieces tile it exactly."""
    at = len(BYTE_ORDER_MARK) if data.startswith(BYTE_ORDER_MARK) else 0
    line = 0
    while at < len(data):
        if length := line_end(data, at):
            piece = Piece("blank", at, at + length, line, [])
        else:
            kind, end, fields = read_record(data, at, delimiter, quote, limit)
            piece = Piece(kind, at, end, line, fields)
        yield piece
        line += lines_in(data, piece.start, piece.end)
        at = piece.end
