#!/usr/bin/env python3
"""Makes debian-packages.csv from the package index that apt has on a Debian machine.

    apt-get update
    python3 data/make-debian-packages.py                      # writes data/debian-packages.csv
    python3 data/make-debian-packages.py --index saved.txt    # the same from a saved `apt-cache dumpavail`

The same index gives the same bytes: the subset is chosen by a hash of the package's name, rows are sorted by name, and
nothing else (time, locale, order of the index) plays a part. Only the standard library is used.
"""

import argparse
import csv
import hashlib
import io
import os
import re
import subprocess
import sys

# A package is taken when the first 8 bytes of its name's SHA-256, as a number modulo 100, are below this. The share is
# chosen so that the file is between 5 and 9 MB; the whole of main is about twice as long.
SHARE_PERCENT = 55

# Column of the CSV file, field of the index.
COLUMNS = [
    ("package", "Package"),
    ("version", "Version"),
    ("section", "Section"),
    ("priority", "Priority"),
    ("multi_arch", "Multi-Arch"),
    ("installed_size", "Installed-Size"),
    ("download_size", "Size"),
    ("depends", "Depends"),
    ("tags", "Tag"),
    ("description", "Description"),
]

# What must not be in the file: addresses of the web and of mail. A description that holds one is left empty.
ADDRESS = re.compile(
    r"""
    [a-z][a-z0-9+.-]*://             # any scheme
    | \bwww\.                        # a web address without its scheme
    | \b[\w-]+\.[a-z]{2,6}/\w        # a host name and a path, as in example.org/path
    | [\w.+-]+@[\w-]+\.\w            # a mail address
    """,
    re.IGNORECASE | re.VERBOSE,
)


def paragraphs(index):
    """Yields each paragraph of a Debian control file as a dictionary. The lines of a field that goes on over several
    are joined by line breaks, without the blank that marks them as a continuation."""
    fields, name = {}, None
    for line in index.split("\n"):
        if not line:
            if fields:
                yield fields
            fields, name = {}, None
        elif line[0] in " \t":
            fields[name] += "\n" + line[1:].rstrip()
        else:
            name, _, value = line.partition(":")
            fields[name] = value.strip()
    if fields:
        yield fields


def is_chosen(package):
    digest = hashlib.sha256(package.encode("utf-8")).digest()
    return int.from_bytes(digest[:8], "big") % 100 < SHARE_PERCENT


def is_of_main(fields):
    """Sections of contrib and non-free bear a prefix; packages that are only installed have no file."""
    file = fields.get("Filename", "")
    return "/" not in fields.get("Section", "/") and file.startswith(("pool/main/", "pool/updates/main/"))


def table(index):
    """The rows of the file, sorted by name, and how many descriptions were left out."""
    rows, blanked = {}, 0
    for fields in paragraphs(index):
        package = fields["Package"]
        if not is_of_main(fields) or not is_chosen(package):
            continue
        if package in rows:
            sys.exit(f"{package} is in the index twice; use an index of one release and one architecture")
        row = [fields.get(field, "") for _, field in COLUMNS]
        row[-1] = row[-1].split("\n")[0]  # the short description; the long one is in another index
        if ADDRESS.search(row[-1]):
            row[-1] = ""
            blanked += 1
        for value in row:
            if ADDRESS.search(value):
                sys.exit(f"{package}: an address outside the description: {value!r}")
        rows[package] = row
    return [rows[package] for package in sorted(rows)], blanked


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    options = argparse.ArgumentParser(description="Makes debian-packages.csv from apt's package index.")
    options.add_argument("--index", metavar="FILE", help="a saved output of `apt-cache dumpavail`")
    options.add_argument("--output", metavar="FILE", default=os.path.join(here, "debian-packages.csv"))
    options = options.parse_args()

    if options.index:
        with open(options.index, "rb") as file:
            index = file.read()
    else:
        index = subprocess.run(["apt-cache", "dumpavail"], check=True, stdout=subprocess.PIPE).stdout
    rows, blanked = table(index.decode("utf-8"))
    if not rows:
        sys.exit("the index holds no package of Debian's main: run `apt-get update` first")

    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column for column, _ in COLUMNS])
    writer.writerows(rows)
    data = text.getvalue().encode("utf-8")
    with open(options.output, "wb") as file:
        file.write(data)

    print(f"index: {len(index):,} bytes, sha256 {hashlib.sha256(index).hexdigest()}")
    print(f"file: {len(rows):,} rows, {len(data):,} bytes, sha256 {hashlib.sha256(data).hexdigest()}")
    print(f"descriptions left out because they hold an address: {blanked}")


if __name__ == "__main__":
    main()
