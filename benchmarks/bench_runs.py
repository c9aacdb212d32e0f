"""Many files: 68 of mixed size through Dagster, the null run after it, and 1,000 sources.

`python benchmarks/bench_runs.py [--json]`. Everything runs as a user would: the `dmaic` command
in a project of its own, as a process, start-up included.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
from measure import ROOT, measure

DMAIC = str(Path(sys.executable).with_name("dmaic"))
GOALS = {"files_68_s": 30.0, "null_68_s": 3.0, "null_1000_s": 2.0, "one_of_1000_extra_s": 2.0}


def make_project(folder: Path) -> Path:
    """Makes an empty project with the default configuration."""
    shutil.copytree(ROOT / "config", folder / "config", ignore=shutil.ignore_patterns("rules"))
    (folder / "data" / "incoming").mkdir(parents=True)
    return folder


def table(rows: int, seed: int) -> pl.DataFrame:
    """A small mixed table: ids, a category, amounts with nulls, dates, codes."""
    chance = np.random.default_rng(seed)
    amounts = chance.gamma(2.0, 50.0, rows).round(2)
    return pl.DataFrame(
        {
            "id": np.arange(seed * 1_000_000, seed * 1_000_000 + rows),
            "kind": chance.choice(["north", "south", "east", "west"], rows),
            "amount": [
                None if x < 0.02 else a for x, a in zip(chance.random(rows), amounts, strict=True)
            ],
            "day": pl.Series(chance.integers(19_000, 20_000, rows)).cast(pl.Int32).cast(pl.Date),
            "code": [f"C-{n:05d}" for n in chance.integers(0, 99_999, rows)],
        }
    )


def fill(project: Path, count: int, *, largest: int) -> None:
    """Writes `count` sources of one file each; sizes spread from 50 rows to `largest`."""
    sizes = np.geomspace(50, largest, count).astype(int)
    for number, rows in enumerate(sizes):
        folder = project / "data" / "incoming" / f"table_{number:04d}"
        folder.mkdir()
        frame = table(int(rows), number)
        if number % 2:
            frame.write_csv(folder / "rows.csv")
        else:
            frame.write_parquet(folder / "rows.parquet")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--quick", action="store_true", help="10 files and 50 sources")
    given = arguments.parse_args()
    few, many = (10, 50) if given.quick else (68, 1000)
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        project = make_project(Path(name) / "aims")
        fill(project, few, largest=200_000)
        run = [DMAIC, "run-all", "--json"]
        first = measure(run, folder=project)
        null = measure(run, folder=project)
        figures |= {f"files_{few}_s": first.wall_s, f"null_{few}_s": null.wall_s}
        wide = make_project(Path(name) / "wide")
        fill(wide, many, largest=500)
        figures["first_of_all_s"] = measure(run, folder=wide).wall_s
        plan = [DMAIC, "plan", "--json"]
        figures[f"null_{many}_s"] = measure(plan, folder=wide).wall_s
        table(100, 1).write_csv(wide / "data" / "incoming" / "table_0001" / "rows.csv")
        changed = measure(run, folder=wide).wall_s
        alone = make_project(Path(name) / "alone")
        (alone / "data" / "incoming" / "table").mkdir()
        table(100, 1).write_csv(alone / "data" / "incoming" / "table" / "rows.csv")
        figures["one_alone_s"] = measure(run, folder=alone).wall_s
        figures[f"one_of_{many}_extra_s"] = changed - figures["one_alone_s"]
    report = {name: round(value, 2) for name, value in figures.items()} | {"goals": GOALS}
    print(json.dumps(report, indent=None if given.json else 2))


if __name__ == "__main__":
    main()
