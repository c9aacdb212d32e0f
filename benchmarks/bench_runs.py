"""Many files: 68 of mixed size through Dagster, the null run after it, and 1,000 sources.

`python -m benchmarks.bench_runs [--json]`. Everything runs as a user would: the `dmaic` command
in a project of its own, as a process, start-up included. On a loaded machine the cpu time tells
what a quiet one would take: planning and starting are one thread's work, judging is shared by two.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.known_files import write_history
from benchmarks.measure import Figure, Measured, arguments, measure, report, report_json
from benchmarks.projects import DMAIC, PATHS, empty_project

CORES = 2
# Seconds after which a stat is believed: a change would show in it.
SETTLED_S = 2.5
# Goals of a null plan and a null run, by the known files of one source, and with ten sources.
KNOWN_S = {1_000: 0.4, 10_000: 1.0}
NULL_RUN_S = 0.5
FIRST_S, NULL_S, PLAN_S, EXTRA_S = 8.0, 3.0, 2.0, 2.0
RUN, PLAN = (*DMAIC, "run-all", "--json"), (*DMAIC, "plan", "--json")


def small_table(rows: int, seed: int) -> pl.DataFrame:
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
        frame = small_table(int(rows), number)
        if number % 2:
            frame.write_csv(folder / "rows.csv")
        else:
            frame.write_parquet(folder / "rows.parquet")


def run(command: tuple[str, ...], project: Path) -> Measured:
    """Measures a command in a project."""
    return measure(command, folder=project, environment=PATHS, timeout_s=3 * 3600.0)


def both(what: str, cost: Measured, goal_s: float, *, cores: int = 1) -> list[Figure]:
    """A command's elapsed and cpu time; the cores that it can use have `goal_s` each."""
    return [
        Figure(f"{what}: elapsed", "s", cost.wall_s, goal_s),
        Figure(f"{what}: cpu", "s", cost.cpu_s, goal_s * cores),
    ]


def of_mixed_size(project: Path, count: int) -> list[Figure]:
    """Works on `count` files for the first time, then again when nothing has changed."""
    fill(project, count, largest=200_000)
    first, null = run(RUN, project), run(RUN, project)
    said = json.loads(null.stdout)
    return [
        *both(f"{count} files through Dagster", first, FIRST_S, cores=CORES),
        *both(f"{count} files, null run", null, NULL_S),
        Figure("runs that it opened", "", float(not said["is_null_run"]), 0.0),
    ]


def of_many_sources(project: Path, alone: Path, count: int) -> list[Figure]:
    """Plans `count` known sources, then changes one file: what it costs beyond a file alone."""
    fill(project, count, largest=500)
    run(RUN, project)
    planned = run(PLAN, project)
    (alone / "data" / "incoming" / "table").mkdir()
    for folder in (project / "data/incoming/table_0001", alone / "data/incoming/table"):
        small_table(100, 1).write_csv(folder / "rows.csv")
    changed, single = run(RUN, project), run(RUN, alone)
    extra = Measured(changed.cpu_s - single.cpu_s, changed.wall_s - single.wall_s, 0.0)
    return [
        *both(f"{count} sources, plan of a null run", planned, PLAN_S),
        *both(f"{count} sources, one changed, beyond one file alone", extra, EXTRA_S),
    ]


def of_known_files(folder: Path, count: int, goal_s: float) -> list[Figure]:
    """Plans a source whose files are all known: at first from the ledger, then as left at rest."""
    project = empty_project(folder)
    write_history(project, count)
    time.sleep(SETTLED_S)
    first = run(PLAN, project)
    time.sleep(SETTLED_S)
    again = [run(PLAN, project), run(PLAN, project), run(RUN, project)]
    return [
        Figure(f"{count} known files, first plan: cpu", "s", first.cpu_s, 3 * goal_s),
        Figure(f"{count} known files, null plan: cpu", "s", again[1].cpu_s, goal_s),
        Figure(f"{count} known files, null run: cpu", "s", again[2].cpu_s, goal_s),
    ]


def of_one_new_file(project: Path) -> list[Figure]:
    """Adds one file of 100 rows to ten known sources, beside the smallest Dagster program."""
    fill(project, 10, largest=500)
    run(RUN, project)
    home = project / "data" / "dagster_home"
    smallest = (sys.executable, "-m", "benchmarks.limit_dagster", str(home))
    limits, ours, nulls = [], [], []
    for number in range(3):
        small_table(100, 50 + number).write_csv(
            project / "data/incoming/table_0001" / f"new_{number}.csv"
        )
        ours.append(run(RUN, project).cpu_s)
        limits.append(run(smallest, project).cpu_s)
        run(RUN, project)
        time.sleep(SETTLED_S)
        run(RUN, project)
        nulls.append(run(RUN, project).cpu_s)
    bare = run((sys.executable, "-c", "import dagster"), project).cpu_s
    limit = statistics.median(limits)
    return [
        Figure("one new file of 100 rows: cpu", "s", statistics.median(ours), 1.3, limit),
        Figure("the smallest Dagster program: cpu", "s", limit, 2.5, bare),
        Figure("ten sources, null run: cpu", "s", statistics.median(nulls), NULL_RUN_S),
    ]


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    few, many = (10, 50) if args.quick else (68, 1000)
    with tempfile.TemporaryDirectory(prefix="bench-runs-") as name:
        folder = Path(name)
        figures = of_mixed_size(empty_project(folder / "mixed"), few)
        wide, alone = empty_project(folder / "wide"), empty_project(folder / "alone")
        figures += of_many_sources(wide, alone, many)
        figures += of_one_new_file(empty_project(folder / "ten"))
        for count, goal_s in KNOWN_S.items():
            figures += of_known_files(
                folder / f"known-{count}", count // (10 if args.quick else 1), goal_s
            )
    print(json.dumps(report_json(figures), indent=2) if args.json else report(figures))


if __name__ == "__main__":
    main()
