"""How each contender is called; run as a program (by the Python of the virtual environment) it is DuckDB or Polars
answering one question in a fresh process, and prints what that took."""

import json
import os
import sys
import time

try:
    from . import works
except ImportError:  # as a program
    import works


def is_inside(name):
    """Whether the time is taken inside the process, without its start."""
    return name in (works.DUCKDB, works.POLARS)


def command(name, work, path, output, setting):
    """The command line by which `name` does `work` on the file and writes its answer to `output`."""
    if name == works.COUNT_LINES:
        return ["wc", "-l", path]
    if name == works.LIBCSV_ALONE:
        return [setting.libcsv_alone, path, delimiter(work)]
    if name == works.MILLER:
        verb = ["stats1", "-a", "min,mean,max", "-f", "temperature", "-g", "station"]
        return [setting.miller, "--icsv", "--ocsv", "--ifs", delimiter(work), *verb, path]
    if is_inside(name):
        return [setting.python, os.path.abspath(__file__), name, work.name, path, output, str(setting.workers)]
    options = ["-j", str(setting.workers), "--quiet", "-o", output, "--format", "csv", *work.question]
    if name.startswith(works.PROCESS):
        options += ["--mode", "process"]
        hand_off = name.removeprefix(works.PROCESS).strip(", ")
        if hand_off:
            options += ["--hand-off", hand_off]
    if name == works.LIBCSV:
        options += ["--parser", "libcsv"]
    return [setting.pipe, "run", *options, path]


def environment(workers):
    """Polars takes its number of threads from here."""
    return {**os.environ, "POLARS_MAX_THREADS": str(workers)}


def writes_to_output(name):
    """Miller writes to standard output only."""
    return name != works.MILLER


def delimiter(work):
    return ";" if work.table == "measurements" else ","


def run_duckdb(work, path, output, workers):
    import duckdb

    connection = duckdb.connect(config={"threads": workers})
    question = work.sql.format(table=f"read_csv('{path}')")
    start = time.perf_counter()
    connection.execute(f"COPY ({question}) TO '{output}' (FORMAT csv, HEADER)")
    return time.perf_counter() - start


def run_polars(work, path, output):
    import polars

    start = time.perf_counter()
    # sink_csv streams; the question is optimised as a whole, so only the columns that it needs are parsed.
    work.polars(polars, polars.scan_csv(path, separator=delimiter(work))).sink_csv(output)
    return time.perf_counter() - start


def main():
    name, work_name, path, output, workers = sys.argv[1:]
    work = next(work for work in works.WORKS if work.name == work_name)
    before = time.process_time()
    if name == works.DUCKDB:
        seconds = run_duckdb(work, path, output, int(workers))
    else:
        seconds = run_polars(work, path, output)
    print(json.dumps({"seconds": seconds, "cpu_seconds": time.process_time() - before}))


if __name__ == "__main__":
    main()
