#!/usr/bin/env python3
"""Measures pipe against DuckDB, Polars, libcsv, Miller and itself on the same files, and prints what was to be reached
and what is. Makes what it needs: programs, data, a virtual environment, a release build.

usage: Tests/Benchmarks/engines.py [--pipe PIPE] [--python PYTHON] [--data FOLDER] [--rounds N] [--workers N]
                                   [--scale X] [--only ROW,ROW] [--keep FILE] [--list]

In every round each contender of a row runs once, in an order that is drawn anew (seeded). A round before the first
warms the page cache; its answers are compared, and pipe's own must be the same bytes in every mode and round. Memory is
looked at in runs of their own. Prints medians and ratios, and keeps all samples with machine and date (--keep).
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

from contest import contenders, extra, measuring, preparation, table, works


def measure(work, bench, rounds, draw):
    """All samples of one row."""
    setting = bench.setting
    path = preparation.data_file(setting, work.table, max(1, round(work.rows * setting.scale)))
    names = extra.with_hand_offs(work, setting.pipe)
    samples = []
    answers = set()
    for number in range(rounds + 1):
        for name in draw.sample(names, len(names)):
            taken = bench.time(name, work, path)
            if name.startswith("pipe"):
                with open(bench.answer(name, work), "rb") as file:
                    answers.add(hashlib.file_digest(file, "sha256").hexdigest())
            if number > 0:
                samples.append({"work": work.name, "contender": name, **taken})
        if number == 0:
            compare(work, names, bench)
    assert len(answers) == 1, f"{work.name}: pipe's answers are not the same bytes"
    for name in sorted({bound.left for bound in work.memory} | {bound.right for bound in work.memory if bound.right}):
        for _ in range(min(rounds, 3)):
            samples.append({"work": work.name, "contender": name, **bench.memory(name, work, path)})
    return samples


def compare(work, names, bench):
    """Ends the program if an answer is another one than pipe's."""
    ours = bench.answer(names[0], work)
    for name in names:
        theirs = bench.answer(name, work)
        if name.startswith("pipe") or not os.path.exists(theirs):
            continue
        program = os.path.join(preparation.HERE, "answers.py")
        command = [bench.setting.python, program, work.answer, str(work.keys), ours, theirs]
        found = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        if found.returncode != 0:
            raise SystemExit(f"{work.name}: pipe and {name} disagree: {found.stdout}")


def medians(samples, key):
    """By row and contender."""
    values = {}
    for sample in samples:
        if key in sample:
            values.setdefault((sample["work"], sample["contender"]), []).append(sample[key])
    return {name: statistics.median(some) for name, some in values.items()}


def times(samples, done, workers):
    """The table of times."""
    middle = medians(samples, "seconds")
    rows = [["work", "A", "time of A", "B", "time of B", "A / B", "to reach", "reached"]]
    for work in done:
        seconds = {name: value for (row, name), value in middle.items() if row == work.name}
        for comparison in [*work.comparisons, *extra.hand_off_comparisons(seconds)]:
            value = comparison.value(seconds, workers)
            rows.append([
                work.title, comparison.left, table.seconds(seconds[comparison.left]), comparison.right,
                table.seconds(seconds[comparison.right]), f"{value:.2f}", comparison.target,
                table.mark(comparison.is_reached(value)),
            ])  # fmt: skip
    return table.text(rows, "llrlrrrl")


def memory(samples, done):
    """The table of peaks."""
    resident = medians(samples, "peak_resident_bytes")
    proportional = medians(samples, "peak_proportional_bytes")
    rows = [["work", "contender", "peak MiB", "at most", "reached"]]
    for work in done:
        for bound in work.memory:
            peaks = proportional if bound.left.startswith(works.PROCESS) else resident
            peak = peaks[work.name, bound.left] / 2**20
            limit = bound.mebibytes or resident[work.name, bound.right] / 2**20
            limit_text = f"{limit:.0f}" + (f" ({bound.right})" if bound.right else "")
            rows.append([work.title, bound.left, f"{peak:.0f}", limit_text, table.mark(peak <= limit)])
    return table.text(rows, "llrrl")


def machine():
    with open("/proc/cpuinfo") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())
    kibibytes = measuring.kibibytes("/proc/meminfo", "MemTotal:")
    return {
        "processor": model, "cores": len(os.sched_getaffinity(0)), "memory_mebibytes": kibibytes // 1024,
        "kernel": platform.release(), "load_at_start": os.getloadavg()[0],
    }  # fmt: skip


def versions(setting):
    def first_line(*command):
        return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()[0]

    script = "import duckdb, polars, sys; print(duckdb.__version__, polars.__version__, sys.version.split()[0])"
    duckdb, polars, python = first_line(setting.python, "-c", script).split()
    return {
        "pipe": first_line(setting.pipe, "--version"), "duckdb": duckdb, "polars": polars, "python": python,
        "miller": first_line(setting.miller, "--version"), "hyperfine": first_line(setting.hyperfine, "--version"),
        "commit": first_line("git", "-C", preparation.ROOT, "rev-parse", "--short", "HEAD"),
    }  # fmt: skip


def options():
    names = [work.name for work in works.WORKS] + [works.PER_ROW, works.START_UP]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pipe", help="the program (default: a release build of this tree)")
    parser.add_argument("--python", help="a Python that has duckdb and polars (default: a virtual environment is made)")
    parser.add_argument("--data", default=os.path.join(preparation.ROOT, ".build", "benchmarks", "data"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scale", type=float, default=1, help="a share of all rows")
    parser.add_argument("--only", type=lambda text: text.split(","), default=names, help=", ".join(names))
    parser.add_argument("--keep", help="write samples and machine here, as JSON")
    parser.add_argument("--list", action="store_true", help="print the names of the rows")
    chosen = parser.parse_args()
    unknown = set(chosen.only) - set(names)
    if unknown:
        parser.error(f"there is no row {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if chosen.list:
        print("\n".join(names))
        raise SystemExit
    return chosen


def main():
    chosen = options()
    facts = machine()
    setting = preparation.prepare(chosen)
    done = [work for work in works.WORKS if work.name in chosen.only]
    draw = random.Random(1)
    samples = []
    with tempfile.TemporaryDirectory(dir=setting.data) as folder:
        bench = measuring.Bench(setting, folder)
        for work in done:
            preparation.note(work.name)
            samples += measure(work, bench, chosen.rounds, draw)
        parts = [times(samples, done, setting.workers)] if done else []
        if any(work.memory for work in done):
            parts.append(memory(samples, done))
        for name, row in [(works.PER_ROW, extra.PerRow), (works.START_UP, extra.StartUp)]:
            if name in chosen.only:
                preparation.note(name)
                taken = row.measure(bench, chosen.rounds, draw)
                samples += taken
                parts.append(row.text(taken, setting))
    date = datetime.date.today().isoformat()
    print(f"{date}, {facts['cores']} cores ({facts['processor']}, Linux {facts['kernel']}), {setting.workers} workers,")
    print(f"medians of {chosen.rounds} rounds, scale {setting.scale:g}, load at start {facts['load_at_start']:.2f}\n")
    print("\n\n".join(parts))
    print("\nHandicaps\n" + "\n".join(f"* {handicap}" for handicap in works.HANDICAPS))
    if chosen.keep:
        record = {
            "date": date, "machine": facts, "versions": versions(setting), "rounds": chosen.rounds,
            "workers": setting.workers, "scale": setting.scale, "handicaps": works.HANDICAPS, "samples": samples,
        }  # fmt: skip
        with open(chosen.keep, "w") as file:
            json.dump(record, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
