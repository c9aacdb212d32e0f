"""Whole loop against the pipeline limit: read, profile, types, rules, gate, split, ingest.

`python -m benchmarks.bench_loop [--rows N] [--format parquet|csv] [--json]`; without a format
Parquet, and CSV as it is held in memory and as it is staged. The platform works
with a history (a tenth of the rows, made with another seed), a ledger and the real stores.
"""

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import (
    ROOT,
    Figure,
    Measured,
    Series,
    against,
    arguments,
    facts,
    measure,
    report,
    report_json,
)
from benchmarks.projects import PATHS, fresh_copy, loop_program, project_with_history
from benchmarks.synthetic import write_csv, write_parquet

GOAL_PEAK = 1.2
# Format, rows, and cpu as a multiple of the limit's.
JOBS = (("parquet", 5_000_000, 1.4), ("csv", 500_000, 1.5), ("csv", 5_000_000, 1.3))
QUICK_ROWS = 500_000
WRITERS = {"parquet": write_parquet, "csv": write_csv}


def bench(folder: Path, rows: int, form: str, repeats: int) -> tuple[Series, Series, str]:
    """Measures limit and loop in turn; also gives the verdict that the loop came to."""
    write = WRITERS[form]
    project = project_with_history(
        folder, lambda target: write(target, max(1000, rows // 10), seed=1), form
    )
    big = folder / f"orders.{form}"
    write(big, rows, seed=2)
    limit = [sys.executable, str(ROOT / "benchmarks" / "limit_pipeline.py"), str(big)]
    limits: list[Measured] = []
    loops: list[Measured] = []
    for _ in range(repeats):
        limits.append(measure([*limit, str(folder / "out")]))
        trial = fresh_copy(project, folder / "trial", big)
        loops.append(measure(loop_program(trial), environment=PATHS))
    return (
        Series("pipeline limit", tuple(limits)),
        Series(f"whole loop, {rows:,} x 20 {form}", tuple(loops)),
        loops[-1].stdout.strip(),
    )


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--rows", type=int, help="instead of the usual number")
    parser.add_argument("--format", choices=tuple(WRITERS))
    args = parser.parse_args()
    figures: list[Figure] = []
    done: set[str] = set()
    programs: dict[str, dict[str, object]] = {}
    for form, usual_rows, goal in JOBS:
        if args.format not in (None, form) or (args.rows and form in done):
            continue
        done.add(form)
        rows, repeats = (args.rows or usual_rows, args.repeats)
        if args.quick:
            rows, repeats = min(rows, QUICK_ROWS), 1
        with tempfile.TemporaryDirectory(prefix="bench-loop-") as name:
            limit, ours, said = bench(Path(name), rows, form, repeats)
        figures += against(limit, ours, cpu=goal, peak=GOAL_PEAK)
        programs[ours.name] = {"said": said, **facts([limit, ours], limit=limit)}
    if args.json:
        print(json.dumps({"figures": report_json(figures), "programs": programs}, indent=2))
    else:
        print(report(figures))
        for what, found in programs.items():
            print(f"{what}: {found['said']}")


if __name__ == "__main__":
    main()
