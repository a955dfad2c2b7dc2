"""Makes what the benchmarks need and the machine lacks: Debian's miller and hyperfine, a virtual environment with
DuckDB and Polars, the program that is libcsv alone, a release build of pipe, and the data."""

import dataclasses
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
# As the README builds a release.
RELEASE = ["--static-swift-stdlib", "-Xswiftc", "-static-executable", "-Xswiftc", "-use-ld=lld"]


@dataclasses.dataclass
class Setting:
    """Where everything is."""

    pipe: str
    python: str
    miller: str
    hyperfine: str
    libcsv_alone: str
    data: str
    workers: int
    scale: float


def run(*arguments, **options):
    # The output of what is prepared is no part of the table.
    return subprocess.run(arguments, check=True, stdout=sys.stderr, **options)


def note(text):
    print(text, file=sys.stderr, flush=True)


def install(packages):
    """Installs Debian's packages."""
    note(f"installing {' '.join(packages)}")
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    run(*sudo, "apt-get", "update", "-qq")
    run(*sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


def can(python, statement):
    """Whether this Python is there and runs a statement."""
    if shutil.which(python) is None:
        return False
    return subprocess.run([python, "-c", statement], stderr=subprocess.DEVNULL).returncode == 0


def make_environment(folder):
    """A virtual environment with DuckDB and Polars; gives its Python."""
    python = os.path.join(folder, "bin", "python")
    if not can(python, "import duckdb, polars"):
        note(f"making a virtual environment in {folder}")
        if not can(sys.executable, "import ensurepip"):
            install(["python3-venv"])
        run(sys.executable, "-m", "venv", folder)
        run(python, "-m", "pip", "install", "--quiet", "duckdb", "polars")
    return python


def build_pipe():
    note("building pipe")
    run("swift", "build", "-c", "release", "--product", "pipe", *RELEASE, cwd=ROOT)
    return os.path.join(ROOT, ".build", "release", "pipe")


def prepare(options):
    """Everything but the data."""
    work = os.path.join(ROOT, ".build", "benchmarks")
    os.makedirs(work, exist_ok=True)
    os.makedirs(options.data, exist_ok=True)
    wanted = {"mlr": "miller", "hyperfine": "hyperfine", "cc": "gcc"}
    missing = [package for program, package in wanted.items() if shutil.which(program) is None]
    if missing:
        install(missing)
    libcsv_alone = os.path.join(work, "libcsv_alone")
    run("cc", "-O2", "-o", libcsv_alone, os.path.join(HERE, "libcsv_alone.c"), "-lcsv")
    return Setting(
        pipe=os.path.abspath(options.pipe) if options.pipe else build_pipe(),
        python=options.python or make_environment(os.path.join(work, "venv")),
        miller=shutil.which("mlr"), hyperfine=shutil.which("hyperfine"), libcsv_alone=libcsv_alone,
        data=os.path.abspath(options.data), workers=options.workers, scale=options.scale,
    )  # fmt: skip


def data_file(setting, table, rows):
    """The file with so many rows of a table. It gets its name when it is complete, so one that is there is whole."""
    path = os.path.join(setting.data, f"{table}-{rows}.csv")
    if not os.path.exists(path):
        note(f"making {path}")
        run(setting.pipe, "generate", table, "--rows", str(rows), "-o", path)
    return path
