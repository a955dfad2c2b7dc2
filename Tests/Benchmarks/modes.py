#!/usr/bin/env python3
"""Measures ways to run one question against each other on one generated file, interleaved, and keeps the samples.

usage: Tests/Benchmarks/modes.py PIPE [--set NAME] [--rows N] [--rounds N] [--workers N] [--keep FILE]

Sets: modes (serial, thread, process), processes (thread, process, hybrid), care (what checksums, journal, watch and sandbox
cost), links (pipe, socket, shm: bytes handed on, and every row sent). Every round runs each way once, in an order that is
drawn anew (seeded); wall time is taken from outside, the rest from `--report`. All outputs must be the same bytes. Prints
medians and ratios to the way that the set is compared with.
"""

import argparse
import datetime
import hashlib
import json
import os
import platform
import random
import statistics
import subprocess
import tempfile
import time

PROCESS = ["--mode", "process"]
BYTES = [*PROCESS, "--hand-off", "bytes"]
SETS = {
    "modes": {"thread": ["--mode", "thread"], "serial": ["--mode", "serial"], "process": PROCESS},
    "processes": {
        "thread": ["--mode", "thread"],
        "process": PROCESS,
        "hybrid 2 x 1": ["--mode", "hybrid", "-j", "2", "--threads", "1"],
        "hybrid 1 x 2": ["--mode", "hybrid", "-j", "1", "--threads", "2"],
    },
    "care": {
        "without all": [*PROCESS, "--without", "checksums,journal,watch", "--sandbox", "off"],
        "without checksums": [*PROCESS, "--without", "checksums"],
        "without journal": [*PROCESS, "--without", "journal"],
        "without watch": [*PROCESS, "--without", "watch"],
        "without sandbox": [*PROCESS, "--sandbox", "off"],
        "process": PROCESS,
    },
    "links": {
        f"{what}, {link}": [*way, "--link", link]
        for what, way in [("bytes", BYTES), ("every row", [*BYTES, "--no-combine"])]
        for link in ["pipe", "socket", "shm"]
    },
}
QUERY = ["-g", "station", "-a", "min(temperature), mean(temperature), max(temperature)"]


def sample(pipe, mode, way, workers, path, folder):
    report = os.path.join(folder, "report.json")
    many = [] if "-j" in way else ["-j", str(workers)]
    command = [pipe, "run", *way, *many, "--report", report, "--quiet", *QUERY, path]
    start = time.monotonic()
    environment = {**os.environ, "PIPE_ALLOW_INJECT": "1"}
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout
    wall = time.monotonic() - start
    with open(report) as file:
        figures = json.load(file)
    stages = figures["stages"]
    return {
        "mode": mode,
        "wall_seconds": wall,
        "cpu_seconds": sum(s["userNanoseconds"] + s["systemNanoseconds"] for s in stages) / 1e9,
        "voluntary_switches": sum(s["voluntarySwitches"] for s in stages),
        "involuntary_switches": sum(s["involuntarySwitches"] for s in stages),
        "link_bytes": sum(l["bytes"] for s in stages for l in s["links"] if l["name"].endswith("sending")),
        "peak_memory_bytes": figures["memory"]["peakProportionalBytes"],
        "sha256": hashlib.sha256(output).hexdigest(),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pipe")
    parser.add_argument("--set", choices=SETS, default="modes")
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep")
    options = parser.parse_args()
    pipe = os.path.abspath(options.pipe)
    ways = SETS[options.set]
    reference = next(iter(ways))
    samples = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "measurements.csv")
        subprocess.run([pipe, "generate", "measurements", "--rows", str(options.rows), "-o", path], check=True)
        size = os.path.getsize(path)
        draw = random.Random(1)
        for number in range(options.rounds + 1):
            for mode in draw.sample(list(ways), len(ways)):
                taken = sample(pipe, mode, ways[mode], options.workers, path, folder)
                if number > 0:  # the first round warms the page cache
                    samples.append(taken)
    assert len({taken["sha256"] for taken in samples}) == 1, "the ways disagree"
    medians = {
        mode: {
            key: statistics.median(taken[key] for taken in samples if taken["mode"] == mode)
            for key in samples[0]
            if key not in ("mode", "sha256")
        }
        for mode in ways
    }
    print(f"{options.rows:,} rows, {size / 2**20:.0f} MiB, {options.workers} parsers, medians of {options.rounds}")
    width = max(map(len, ways))
    head = f"to {reference}"
    print(
        f"{'':{width}} {'wall s':>8} {head:>{len(head)}} {'CPU s':>8} {'switches':>9} {'through links MiB':>18}"
        f" {'peak MiB':>9}"
    )
    for mode, row in medians.items():
        switches = row["voluntary_switches"] + row["involuntary_switches"]
        ratio = row["wall_seconds"] / medians[reference]["wall_seconds"]
        print(
            f"{mode:{width}} {row['wall_seconds']:8.3f} {ratio:{len(head)}.3f} {row['cpu_seconds']:8.3f} {switches:9.0f}"
            f" {row['link_bytes'] / 2**20:18.1f} {row['peak_memory_bytes'] / 2**20:9.1f}"
        )
    if options.keep:
        record = {
            "date": datetime.date.today().isoformat(),
            "machine": {"cores": os.cpu_count(), "kernel": platform.release(), "arch": platform.machine()},
            "set": options.set,
            "rows": options.rows,
            "bytes": size,
            "workers": options.workers,
            "handicaps": "process mode spawns its workers in every run; other work may share the machine",
            "samples": samples,
        }
        with open(options.keep, "w") as file:
            json.dump(record, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
