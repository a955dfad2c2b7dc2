#!/usr/bin/env python3
"""Whether `pipe compare` measures what others measure of the same command: hyperfine (wall time), time -v (context switches,
page faults), and the sum of /proc/*/smaps_rollup over the tree (memory).

usage: Tests/Benchmarks/agreement.py PIPE [--rows N] [--rounds N] [--keep FILE]

In every round each of them measures one run of each mode, one mode behind the other, in orders that are drawn anew. Printed are medians and their ratio.
The wall times are to agree within 3 %, page faults within 5 %, memory within 10 % (it is looked at 10 and 200 times a second): the
exit status is 1 where they do not. Context switches are the machine's as much as the run's. Needs Debian's hyperfine and time.
"""

import argparse
import datetime
import json
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time

MODES = {"serial": ["--mode", "serial"], "thread x2": ["--mode", "thread", "-j", "2"],
         "process x2": ["--mode", "process", "-j", "2"]}
QUESTION = ["-g", "station", "-a", "min(temperature),mean(temperature),max(temperature)"]


def compared(pipe, mode, data, folder):
    """One timed run of pipe compare, as it reports it, and the memory of the run that it looks into before."""
    links = ["--links", "pipe", "--hand-offs", "ranges"] if mode.startswith("process") else []
    done = subprocess.run([pipe, "compare", "--quiet", "--runs", "1", "--parsers", "simd", *links, "--format", "json",
                           *MODES[mode], *QUESTION, data], check=True, capture_output=True)
    result = json.loads(done.stdout)["configurations"][0]
    sample = result["samples"][-1]
    return {"wall": sample["wallNanoseconds"] / 1e9,
            "switches": sample["voluntarySwitches"] + sample["involuntarySwitches"],
            "faults": sample["minorFaults"] + sample["majorFaults"],
            "memory": result["insights"][-1]["peakProportionalBytes"] / 2**20}


def command(pipe, mode, data, folder):
    return [pipe, "run", *MODES[mode], "--parser", "simd", *QUESTION, "--output", folder + "/out.csv", "--quiet",
            "--progress", "never", "--", data]


def by_hyperfine(pipe, mode, data, folder):
    words = " ".join("'" + word + "'" for word in command(pipe, mode, data, folder))
    result = folder + "/hyperfine.json"
    subprocess.run(["hyperfine", "-N", "--warmup", "1", "--runs", "1", "--style", "none", "--export-json", result, words],
                   check=True, capture_output=True)
    with open(result) as file:
        return {"wall": json.load(file)["results"][0]["times"][0]}


def by_time(pipe, mode, data, folder):
    said = subprocess.run(["time", "-v", *command(pipe, mode, data, folder)], check=True, capture_output=True,
                          text=True).stderr
    number = lambda name: int(re.search(name + r": (\d+)", said).group(1))
    return {"switches": number("Voluntary context switches") + number("Involuntary context switches"),
            "faults": number(r"Minor \(reclaiming a frame\) page faults") + number(r"Major \(requiring I/O\) page faults")}


def tree(pid):
    found, waiting = [], [pid]
    while waiting:
        parent = waiting.pop()
        found.append(parent)
        try:
            for task in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{task}/children") as file:
                    waiting += [int(word) for word in file.read().split()]
        except OSError:
            pass
    return found


def by_sampling(pipe, mode, data, folder):
    process = subprocess.Popen(command(pipe, mode, data, folder), stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        total = 0
        for pid in tree(process.pid):
            try:
                with open(f"/proc/{pid}/smaps_rollup") as file:
                    total += int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M).group(1))
            except (OSError, AttributeError):
                pass
        peak = max(peak, total)
        time.sleep(0.005)
    if process.returncode != 0:
        sys.exit(f"the run ended with {process.returncode}")
    return {"memory": peak / 1024}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pipe")
    parser.add_argument("--rows", type=int, default=50_000_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--keep")
    options = parser.parse_args()
    measurers = {"compare": compared, "hyperfine": by_hyperfine, "time -v": by_time, "smaps": by_sampling}
    samples = {mode: {name: [] for name in measurers} for mode in MODES}
    with tempfile.TemporaryDirectory() as folder:
        data = folder + "/in.csv"
        subprocess.run([options.pipe, "generate", "measurements", "--rows", str(options.rows), "-o", data], check=True)
        for round_ in range(options.rounds):
            # All of one mode side by side: whatever else the machine does then meets them alike.
            for mode in random.sample(list(MODES), len(MODES)):
                for name in random.sample(list(measurers), len(measurers)):
                    samples[mode][name].append(measurers[name](options.pipe, mode, data, folder))
            print(f"round {round_ + 1} of {options.rounds}", file=sys.stderr)
    ratios = {}
    print(f"{'mode':<12}{'figure':<12}{'compare':>12}{'other':>12}  {'ratio':>6}  by")
    for mode, by_name in samples.items():
        for figure, name in [("wall", "hyperfine"), ("switches", "time -v"), ("faults", "time -v"), ("memory", "smaps")]:
            mine = statistics.median(sample[figure] for sample in by_name["compare"])
            other = statistics.median(sample[figure] for sample in by_name[name])
            ratios[f"{mode} {figure}"] = mine / other
            print(f"{mode:<12}{figure:<12}{mine:>12.4g}{other:>12.4g}  {mine / other:>6.3f}  {name}")
    if options.keep:
        with open(options.keep, "w") as file:
            json.dump({"date": datetime.date.today().isoformat(), "machine": platform.platform(), "cores": os.cpu_count(),
                       "rows": options.rows, "ratios": ratios, "samples": samples}, file, indent=1)
    bounds = {"wall": 0.03, "faults": 0.05, "memory": 0.1}
    off = [name for name, ratio in ratios.items() if abs(ratio - 1) > bounds.get(name.split()[-1], float("inf"))]
    if off:
        sys.exit("too far apart: " + ", ".join(off))


main()
