"""The rows that are no comparison of contenders on one file: the hand-offs of process mode beside each other, what a
row costs in small and large files, and what a start costs."""

import json
import os
import statistics
import subprocess

from . import preparation, table, works

HAND_OFFS = ("bytes", "ranges")


def with_hand_offs(work, pipe):
    """The contenders of a row; where process mode takes part, with each of its hand-offs that this build has."""
    names = list(work.contenders)
    if works.PROCESS in names:
        text = subprocess.run([pipe, "run", "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
        if "--hand-off" in text:
            names += [f"{works.PROCESS}, {hand_off}" for hand_off in HAND_OFFS]
    return names


def hand_off_comparisons(seconds):
    """How the hand-offs compare with threads, for information."""
    names = [f"{works.PROCESS}, {hand_off}" for hand_off in HAND_OFFS]
    return [works.Comparison(works.THREAD, name) for name in names if name in seconds]


class PerRow:
    """What a row costs in a file of 10 and of 100 million, the start taken off: memory that grows would show here."""

    sizes = (10_000_000, 100_000_000)
    bound = 0.15

    @classmethod
    def measure(cls, bench, rounds, draw):
        work = next(work for work in works.WORKS if work.name == "stations")
        samples = []
        counts = [20, *(max(1, round(rows * bench.setting.scale)) for rows in cls.sizes)]
        files = {rows: preparation.data_file(bench.setting, work.table, rows) for rows in counts}
        for number in range(rounds + 1):
            for rows in draw.sample(counts, len(counts)):
                taken = bench.time(works.THREAD, work, files[rows])
                if number > 0:
                    samples.append({"work": works.PER_ROW, "contender": works.THREAD, "rows": rows, **taken})
        return samples

    @classmethod
    def text(cls, samples, setting):
        middle = {
            rows: statistics.median(sample["seconds"] for sample in samples if sample["rows"] == rows)
            for rows in sorted({sample["rows"] for sample in samples})
        }
        start, small, large = middle
        cost = {rows: (middle[rows] - middle[start]) / rows * 1e9 for rows in (small, large)}
        change = cost[large] / cost[small] - 1
        rows = [["rows", "time", "ns a row", "change", "within", "reached"]]
        rows.append([f"{small:,}", table.seconds(middle[small]), f"{cost[small]:.3f}", "", "", ""])
        rows.append([
            f"{large:,}", table.seconds(middle[large]), f"{cost[large]:.3f}", f"{change * 100:+.1f} %",
            f"{cls.bound * 100:.0f} %", table.mark(abs(change) <= cls.bound),
        ])  # fmt: skip
        return table.text(rows, "rrrrrl")


class StartUp:
    """Starts, by hyperfine, a few of each command in every round."""

    runs = 10
    bounds = {"/bin/true": None, "pipe --version": 5, "20 rows, threads": 8, "20 rows, processes": 25}

    @classmethod
    def measure(cls, bench, rounds, draw):
        setting = bench.setting
        path = preparation.data_file(setting, "measurements", 20)
        question = f"-j {setting.workers} -g station -a count {path}"
        commands = {
            "/bin/true": "/bin/true",
            "pipe --version": f"{setting.pipe} --version",
            "20 rows, threads": f"{setting.pipe} run --mode thread {question}",
            "20 rows, processes": f"{setting.pipe} run --mode process {question}",
        }
        samples = []
        exported = os.path.join(bench.folder, "start-up.json")
        for _ in range(rounds):
            names = draw.sample(list(commands), len(commands))
            program = [setting.hyperfine, "--shell=none", "--style", "none", "--warmup", "2", "--runs", str(cls.runs)]
            lines = [commands[name] for name in names]
            subprocess.run([*program, "--export-json", exported, *lines], check=True, stderr=subprocess.DEVNULL)
            with open(exported) as file:
                for name, result in zip(names, json.load(file)["results"]):
                    for seconds in result["times"]:
                        samples.append({"work": works.START_UP, "contender": name, "seconds": seconds})
        return samples

    @classmethod
    def text(cls, samples, setting):
        middle = {
            name: statistics.median(sample["seconds"] for sample in samples if sample["contender"] == name) * 1000
            for name in cls.bounds
        }
        rows = [["start and end", "ms", "beyond /bin/true", "at most", "reached"]]
        for name, bound in cls.bounds.items():
            beyond = middle[name] - middle["/bin/true"]
            if bound is None:
                rows.append([name, f"{middle[name]:.2f}", "", "", ""])
            else:
                rows.append([name, f"{middle[name]:.2f}", f"{beyond:.2f}", str(bound), table.mark(beyond <= bound)])
        return table.text(rows, "lrrrl")
