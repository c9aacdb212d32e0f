"""Whole loop against the pipeline limit: read, profile, types, rules, gate, split, ingest.

`python -m benchmarks.bench_loop [--rows N] [--format parquet|csv] [--json]`. The platform works
with a history (a tenth of the rows, made with another seed), a ledger and the real stores.
"""

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import (
    ROOT,
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

GOAL_CPU, GOAL_PEAK = 1.4, 1.2
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
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--format", choices=tuple(WRITERS), default="parquet")
    args = parser.parse_args()
    rows, repeats = (QUICK_ROWS, 1) if args.quick else (args.rows, args.repeats)
    with tempfile.TemporaryDirectory(prefix="bench-loop-") as name:
        limit, ours, said = bench(Path(name), rows, args.format, repeats)
    figures = against(limit, ours, cpu=GOAL_CPU, peak=GOAL_PEAK)
    if args.json:
        programs = facts([limit, ours], limit=limit)
        found = {"figures": report_json(figures), "programs": programs, "said": said}
        print(json.dumps(found, indent=2))
    else:
        print(report(figures))
        print(f"verdict: {said}")


if __name__ == "__main__":
    main()
