"""Small files: cpu and bytes of each beyond the start of the command, and waits for the disk.

`python -m benchmarks.bench_small_files [--json] [--quick] [--most N]`. Sixty new sources of one
file each; files of twenty rows in one source, at rising counts up to N; one new file in a project
that is at rest. Everything runs as a user would, as `bench_runs` says.
"""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench_runs import RUN, run, small_table
from benchmarks.measure import Figure, arguments, report, report_json
from benchmarks.projects import empty_project

# Most milliseconds of cpu: for a file of a new source, and for one of many in one source.
NEW_SOURCE_MS, ONE_OF_MANY_MS = 40.0, 60.0
# Most kilobytes that a file of 2 KB may leave in event log, artifacts and ledger together.
KEPT_KB = 40.0
# Most waits for the disk in a run of one new file, those for Dagster's own files apart.
WAITS = 20.0
SOURCES = 60
COUNTS = (150, 1_000, 3_000, 10_000)
# Rows of a file: fifty are about 2 KB.
ROWS_OF_A_SOURCE, ROWS_OF_MANY = 50, 20
STORES = {"event log": "dagster_home", "artifacts": "artifacts", "ledger": "ledger"}
_WAIT = re.compile(r"(?:fsync|fdatasync|syncfs)\(\d+<([^>]*)>")


@dataclass(frozen=True)
class Cost:
    """What a run over so many files took: seconds of cpu, and kilobytes by store."""

    files: int
    cpu_s: float
    kept_kb: dict[str, float]


def cost_of(project: Path, files: int) -> Cost:
    """Works on the files that lie in a project, and forgets the project."""
    cpu_s = run(RUN, project).cpu_s
    kept = {
        name: sum(f.stat().st_size for f in (project / "data" / folder).rglob("*") if f.is_file())
        / 1024
        for name, folder in STORES.items()
    }
    shutil.rmtree(project)
    return Cost(files, cpu_s, kept)


def of_new_sources(folder: Path, count: int) -> Cost:
    """Works on new sources of one file each."""
    project = empty_project(folder)
    for number in range(count):
        place = project / "data/incoming" / f"source_{number:03d}"
        place.mkdir()
        small_table(ROWS_OF_A_SOURCE, number).write_csv(place / "rows.csv")
    return cost_of(project, count)


def of_one_source(folder: Path, count: int) -> Cost:
    """Works on files that come together to one source."""
    project = empty_project(folder)
    place = project / "data/incoming/many"
    place.mkdir()
    for number in range(count):
        small_table(ROWS_OF_MANY, number).write_csv(place / f"day-{number:06d}.csv")
    return cost_of(project, count)


def beyond(start: Cost, cost: Cost) -> tuple[float, dict[str, float]]:
    """Milliseconds of cpu and kilobytes by store of each further file."""
    more = cost.files - start.files
    kept = {name: (kb - start.kept_kb[name]) / more for name, kb in cost.kept_kb.items()}
    return 1e3 * (cost.cpu_s - start.cpu_s) / more, kept


def small_files(folder: Path, sources: int, counts: tuple[int, ...]) -> Iterator[Figure]:
    """Measures what each file costs beyond a run over one."""
    cpu_ms, kept = beyond(
        of_new_sources(folder / "one-source", 1), of_new_sources(folder / "sources", sources)
    )
    yield Figure(f"{sources} new sources of 50 rows: cpu a file", "ms", cpu_ms, NEW_SOURCE_MS)
    yield Figure(f"{sources} new sources: kept a file", "KB", sum(kept.values()), KEPT_KB)
    for name, kb in kept.items():
        yield Figure(f"{sources} new sources: of it in {name}", "KB", kb, KEPT_KB)
    start = of_one_source(folder / "one-file", 1)
    for count in counts:
        cpu_ms, kept = beyond(start, of_one_source(folder / "many", count))
        what = f"{count} files of 20 rows in one source"
        yield Figure(f"{what}: cpu a file", "ms", cpu_ms, ONE_OF_MANY_MS)
        yield Figure(f"{what}: kept a file", "KB", sum(kept.values()), KEPT_KB)


def waits_of_one_file(folder: Path) -> list[Figure]:
    """Counts the waits for the disk when one file comes to a known source; needs strace."""
    if shutil.which("strace") is None:
        sys.stderr.write("strace is not there: waits for the disk are left out\n")
        return []
    project = empty_project(folder)
    place = project / "data/incoming/table"
    place.mkdir()
    for number in range(6):
        if number >= 4:
            run(RUN, project)
        small_table(100, number).write_csv(place / f"day-{number}.csv")
    trace = folder / "trace"
    calls = ("-f", "-y", "-e", "trace=fsync,fdatasync,syncfs", "-o", str(trace))
    run(("strace", *calls, *RUN), project)
    places = _WAIT.findall(trace.read_text(errors="replace"))
    theirs = sum("/dagster_home/" in place for place in places)
    return [
        Figure("one new file: our waits for the disk", "", len(places) - theirs, WAITS),
        Figure("one new file: Dagster's own", "", theirs, float("inf")),
    ]


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--most", type=int, default=1_000, help="most files of one source")
    args = parser.parse_args()
    sources = 10 if args.quick else SOURCES
    counts = (20,) if args.quick else tuple(n for n in COUNTS if n <= args.most)
    with tempfile.TemporaryDirectory(prefix="bench-small-") as name:
        figures = [
            *waits_of_one_file(Path(name) / "waits"),
            *small_files(Path(name), sources, counts),
        ]
    print(json.dumps(report_json(figures), indent=2) if args.json else report(figures))


if __name__ == "__main__":
    main()
