"""Compares the expectations of the case folders with what the referee says, so that a slip of the hand in either shows.

    python3 check_cases.py [FOLDER]

Cases that the referee cannot judge (profiles, formats other than CSV, broken pipeline files, foreign content) are
listed: their expectations come from the head alone."""

import json
import os
import re
import sys

import records
import referee

PIPELINE_FILE = 78  # the status of a question that cannot be asked, where a pipeline file asks it
BY_HAND = ("format-", "profile", "pipeline-", "foreign-", "input-", "delimiter-semicolon", "delimiter-pipe")


def scalar(text):
    text = text.strip()
    if text.startswith('"'):
        return json.loads(text)
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"-?[0-9]+", text) else text


def value(text):
    """A scalar, or a flow list or map of scalars."""
    text = text.strip()
    if text[:1] not in ("[", "{"):
        return scalar(text)
    parts = re.findall(r"""((?:"(?:\\.|[^"])*"|'(?:''|[^'])*'|[^,"'])+)""", text[1:-1])
    if text[0] == "[":
        return [scalar(part) for part in parts]
    return dict((scalar(key), scalar(item)) for key, item in (part.split(":") for part in parts))


def read_yaml(text):
    """The little of YAML that the cases use: `key: value` lines, and lists of `  - item` lines."""
    question, key = {}, None
    for line in text.splitlines():
        if line.startswith("  - "):
            question[key].append(scalar(line[4:]))
        elif line.strip() and not line.startswith("#"):
            key, _, rest = line.partition(":")
            key = scalar(key)
            question[key] = value(rest) if rest.strip() else []
    return question


def content(folder, name):
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def differences(folder):
    question = read_yaml(content(folder, "pipeline.yaml").decode())
    names = question["inputs"] if isinstance(question["inputs"], list) else [question["inputs"]]
    answer = referee.judge(question, [(name, content(folder, name)) for name in names])
    error = (content(folder, "expected.err") or b"exit 0").decode().splitlines()
    status = PIPELINE_FILE if answer.status == referee.USAGE and "pipeline.yaml" in str(error) else answer.status
    if error[0] != f"exit {status}":
        yield f"status: expected {error[0]}, the referee says {answer.status} {answer.message}"
    for line in error[1:]:
        if re.search(r": line \d+ \(record", line) and line not in answer.message:
            yield f"place: expected {line}, the referee says {answer.message}"
    kept = question.get("on_error") == "quarantine"
    for name, said in (("expected.csv", answer.result),
                       ("expected.rejects.csv", answer.rejects_file if kept else None),
                       ("expected.reasons.csv", answer.reasons_file if kept else None)):
        if content(folder, name) != said:
            yield f"{name}: expected\n{content(folder, name)}\nthe referee says\n{said}"
    books = answer.books
    if answer.status != referee.USAGE and books["read"] != books["used"] + books["filtered"] + books["rejected"]:
        yield f"books: {books}"
    for name in names:
        yield from untiled(name, content(folder, name))


def untiled(name, data):
    at = len(records.BYTE_ORDER_MARK) if data.startswith(records.BYTE_ORDER_MARK) else 0
    for piece in records.pieces(data):
        if piece.start != at:
            yield f"{name}: byte {at} belongs to no piece"
        at = piece.end
    if at != len(data):
        yield f"{name}: the bytes from {at} on belong to no piece"


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Cases")
    judged, by_hand, wrong = 0, [], 0
    for name in sorted(os.listdir(root)):
        folder = os.path.join(root, name)
        if not os.path.isdir(folder):
            continue
        if name.startswith(BY_HAND):
            by_hand.append(name)
            continue
        judged += 1
        for difference in differences(folder):
            wrong += 1
            print(f"{name}: {difference}\n", flush=True)
    print(f"{judged} cases judged, {wrong} differences; by hand: {', '.join(by_hand)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
