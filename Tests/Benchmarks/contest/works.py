"""What is asked of everybody: the rows of the table, each a question in the words of pipe, DuckDB and Polars, and what
pipe has to reach."""

import dataclasses
from typing import Any, Callable, Optional

THREAD = "pipe"
PROCESS = "pipe, processes"
LIBCSV = "pipe, libcsv"
DUCKDB = "DuckDB"
POLARS = "Polars"
MILLER = "Miller"
COUNT_LINES = "wc -l"
LIBCSV_ALONE = "libcsv alone"


@dataclasses.dataclass(frozen=True)
class Comparison:
    """The time of `left` over the time of `right`, and what it is to be."""

    left: str
    right: str
    at_least: Optional[float] = None
    at_most: Optional[float] = None
    ambition: Optional[float] = None
    per_worker: bool = False

    def value(self, seconds, workers):
        return seconds[self.left] / seconds[self.right] / (workers if self.per_worker else 1)

    def is_reached(self, value):
        if self.at_least is None and self.at_most is None:
            return None
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    @property
    def target(self):
        if self.at_most is not None:
            return f"at most {self.at_most:g}"
        if self.at_least is None:
            return ""
        return f"{self.at_least:g}" + (f" (ambition {self.ambition:g})" if self.ambition else "")


@dataclasses.dataclass(frozen=True)
class MemoryBound:
    """The peak of `left` in MiB, or no more than that of `right`."""

    left: str
    mebibytes: Optional[float] = None
    right: Optional[str] = None


@dataclasses.dataclass(frozen=True)
class Work:
    """One row: a question on one file.

    `sql` and `polars` may be missing; `{table}` in the SQL is the file. `answer` says how answers are compared:
    `groups` by their first `keys` columns, `rows` in the order of the file (the first `keys` columns are text), or
    `profile`.
    """

    name: str
    title: str
    table: str
    rows: int
    question: tuple
    comparisons: tuple
    sql: str = ""
    polars: Optional[Callable[[Any, Any], Any]] = None
    keys: int = 1
    answer: str = "groups"
    memory: tuple = ()

    @property
    def contenders(self):
        """All whose time is needed, pipe first."""
        names = [name for comparison in self.comparisons for name in (comparison.right, comparison.left)]
        names += [name for bound in self.memory for name in (bound.left, bound.right) if name]
        return sorted(set(names), key=lambda name: (not name.startswith("pipe"), names.index(name)))


STATIONS = ("-g", "station", "-a", "min(temperature), mean(temperature), max(temperature)")
STATIONS_SQL = "SELECT station, min(temperature), avg(temperature), max(temperature) FROM {table} GROUP BY station"


def stations_polars(pl, table):
    column = pl.col("temperature")
    return table.group_by("station").agg(column.min(), column.mean().alias("mean"), column.max().alias("max"))


def sums(keys, *aggregates):
    """A question in Polars: groups by `keys`; an aggregate is (function, column)."""

    def make(pl, table):
        calls = [getattr(pl.col(column), function)().alias(f"{function}_{column}") for function, column in aggregates]
        return table.group_by(keys).agg(*calls)

    return make


def faster(duckdb, polars, ambition=None):
    """So many times as fast as both."""
    return (
        Comparison(DUCKDB, THREAD, at_least=duckdb, ambition=ambition),
        Comparison(POLARS, THREAD, at_least=polars),
    )


WORKS = [
    Work(
        "stations", "min, mean, max by station", "measurements", 100_000_000, STATIONS,
        (
            *faster(8, None, ambition=12),
            Comparison(THREAD, PROCESS, at_least=0.9),
            Comparison(THREAD, COUNT_LINES, at_most=4.5),
        ),
        STATIONS_SQL, stations_polars, memory=(MemoryBound(THREAD, 64), MemoryBound(PROCESS, 96)),
    ),
    Work(
        "id1", "sum(v1) by id1", "groups", 10_000_000, ("-g", "id1", "-a", "sum(v1)"), faster(6, 4),
        "SELECT id1, sum(v1) FROM {table} GROUP BY id1", sums(["id1"], ("sum", "v1")),
        memory=(MemoryBound(THREAD, 64), MemoryBound(PROCESS, 96)),
    ),
    Work(
        "id3", "sum(v1), mean(v3) by id3", "groups", 10_000_000, ("-g", "id3", "-a", "sum(v1), mean(v3)"), faster(4, 4),
        "SELECT id3, sum(v1), avg(v3) FROM {table} GROUP BY id3", sums(["id3"], ("sum", "v1"), ("mean", "v3")),
    ),
    Work(
        "id6", "sums by id6", "groups", 10_000_000, ("-g", "id6", "-a", "sum(v1), sum(v2), sum(v3)"), faster(4, 4),
        "SELECT id6, sum(v1), sum(v2), sum(v3) FROM {table} GROUP BY id6",
        sums(["id6"], ("sum", "v1"), ("sum", "v2"), ("sum", "v3")),
    ),
    Work(
        "ids", "sum(v3), count by all six ids", "groups", 10_000_000,
        ("-g", "id1, id2, id3, id4, id5, id6", "-a", "sum(v3), count"), faster(1.5, None),
        "SELECT id1, id2, id3, id4, id5, id6, sum(v3), count(*) FROM {table} GROUP BY ALL",
        sums(["id1", "id2", "id3", "id4", "id5", "id6"], ("sum", "v3"), ("len", "v3")), keys=6,
        memory=(MemoryBound(THREAD, right=DUCKDB),),
    ),
    Work(
        "profile", "profile", "groups", 10_000_000, (),
        (Comparison(DUCKDB, THREAD, at_least=5, ambition=8),), "SELECT * FROM (SUMMARIZE FROM {table})",
        answer="profile",
    ),
    Work(
        "filter", "three columns of 30 % of the rows", "groups", 10_000_000,
        ("--where", "v3 < 30", "--select", "id1, id3, v3"), faster(2, 2),
        "SELECT id1, id3, v3 FROM {table} WHERE v3 < 30",
        lambda pl, table: table.filter(pl.col("v3") < 30).select("id1", "id3", "v3"), keys=2, answer="rows",
    ),
    Work(
        "orders", "count, sum, mean by country", "orders", 4_600_000,
        ("-g", "country", "-a", "count, sum(total), mean(quantity)"), faster(2, 2),
        "SELECT country, count(*), sum(total), avg(quantity) FROM {table} GROUP BY country",
        sums(["country"], ("len", "country"), ("sum", "total"), ("mean", "quantity")),
    ),
    Work(
        "libcsv", "min, mean, max by station", "measurements", 10_000_000, STATIONS,
        (Comparison(LIBCSV_ALONE, LIBCSV, at_least=0.6, per_worker=True), Comparison(MILLER, LIBCSV)),
    ),
]  # fmt: skip

# Rows that are no comparison on one file.
PER_ROW = "per-row"
START_UP = "start-up"

HANDICAPS = [
    "pipe's time is that of the whole process from outside; the start of Python and the import of DuckDB and Polars are"
    " not counted, nor is their end. Miller, wc and libcsv are measured like pipe.",
    "pipe sorts groups and sums decimals exactly; DuckDB and Polars give groups in any order and sum doubles.",
    "Every file is read from CSV each time, from the page cache. Nobody is told types: DuckDB and Polars look at a"
    " sample, as pipe does. The delimiter is given to Polars and Miller, which do not find it out.",
    "Everybody writes the answer as CSV into a file in the folder of the data (wc and libcsv alone have none).",
    "Memory: VmHWM of the process, of DuckDB and Polars with Python (some 60 to 100 MiB of it); in process mode the"
    " largest sum of the proportional set sizes of the tree, looked at every 5 ms. In runs of their own, not timed.",
    "libcsv alone has empty callbacks, reads 256 KiB at a time and uses one core; its time over pipe's is divided by"
    " the number of parsers.",
]
