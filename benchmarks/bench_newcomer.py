"""Measures a newcomer's first project: `make bench-newcomer`.

Fourteen public tables, cut into about 15 clean files each, are dropped together into a project with
the default configuration; `dmaic run-all` takes them all. Counts the files accepted whole, split
(verdict quarantine) and held (reject), and the rows set apart. Half of the tables is locked, as in
benchmarks/unseen.

Usage: python -m benchmarks.bench_newcomer [--half work|locked|all] [--json PATH] [--keep FOLDER]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measure import ROOT
from benchmarks.projects import DMAIC, empty_project
from benchmarks.unseen.halves import halves
from benchmarks.unseen.tables import FILES_OF_A_NEWCOMER, NEWCOMER, Table, is_at_hand

HELD = 4  # exit code of `dmaic run-all` when a file is held
VERDICTS = ("accept", "quarantine", "reject")


def fill(project: Path, tables: Sequence[Table]) -> int:
    """Drops all files of all tables into the incoming folder; gives how many."""
    files = 0
    for table in tables:
        folder = project / "data" / "incoming" / table.name
        folder.mkdir(parents=True)
        for number, file in enumerate(table.load()[:FILES_OF_A_NEWCOMER], start=1):
            file.write_csv(folder / f"{table.name}-{number:03}.csv")
            files += 1
    return files


def run_all(project: Path) -> list[Mapping[str, object]]:
    """Runs the real command once and gives its line for each file.

    Raises:
        RuntimeError: The command ended neither well nor with files held.
    """
    command = [*DMAIC, "run-all", "--json", "--project", str(project)]
    environment = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, capture_output=True, text=True, env=_with(environment), check=False
    )
    if done.returncode not in (0, HELD):
        raise RuntimeError(f"dmaic run-all ended with {done.returncode}: {done.stderr[-500:]}")
    found: list[Mapping[str, object]] = json.loads(done.stdout)["files"]
    return found


def _with(extra: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **extra}


def report(files: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Prints a line for each source and one for all."""
    lines: dict[str, object] = {}
    sources = sorted({str(file["source"]) for file in files})
    for source in (*sources, "all"):
        mine = [f for f in files if source in ("all", f["source"])]
        count = Counter(str(f["verdict"]) for f in mine)
        rows = sum(_number(f, "rows") for f in mine if f["verdict"] != "reject")
        apart = sum(_number(f, "quarantined") for f in mine if f["verdict"] == "quarantine")
        print(
            f"{source:16} files {len(mine):3}  "
            + "  ".join(f"{v} {count[v]:3} {count[v] / len(mine):6.1%}" for v in VERDICTS)
            + f"  rows set apart {apart} of {rows}"
        )
        lines[source] = {**{v: count[v] for v in VERDICTS}, "rows": rows, "apart": apart}
    return lines


def _number(file: Mapping[str, object], name: str) -> int:
    return int(str(file.get(name) or 0))


def main() -> None:
    """Builds the project, runs it, and prints the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("work", "locked", "all"), default="work")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="build the project in this new folder")
    options = parser.parse_args()
    of = halves([table.name for table in NEWCOMER])
    tables = [t for t in NEWCOMER if options.half in ("all", of[t.name]) and is_at_hand(t)]
    with tempfile.TemporaryDirectory(prefix="dmaic-newcomer-") as name:
        project = empty_project(options.keep or Path(name) / "project")
        files = fill(project, tables)
        sys.stderr.write(f"{files} files of {len(tables)} tables\n")
        started = time.perf_counter()
        found = run_all(project)
        elapsed_s = time.perf_counter() - started
    lines = report(found)
    print(f"dmaic run-all took {elapsed_s:.0f} s")
    if options.json:
        options.json.write_text(json.dumps(lines, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
