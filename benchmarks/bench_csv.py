"""A CSV file of 50 million rows through the whole loop: its peak memory.

`python -m benchmarks.bench_csv [--rows N] [--json]`. Five columns, about 2 GB; file and project
lie in a temporary folder (7 GB at most) that is deleted at the end.
"""

import json
import tempfile
from pathlib import Path

from benchmarks.measure import Figure, Measured, arguments, measure, report, report_json
from benchmarks.projects import PATHS, fresh_copy, loop_program, project_with_history
from benchmarks.synthetic import write_narrow_csv

GOAL_MB = 1_500
QUICK_ROWS = 2_000_000
TIMEOUT_S = 3 * 3600.0


def bench(folder: Path, rows: int) -> Measured:
    """Measures the loop on one file, after a tenth of its rows as history."""
    project = project_with_history(
        folder, lambda target: write_narrow_csv(target, max(1000, rows // 10), seed=1), "csv"
    )
    big = folder / "orders.csv"
    write_narrow_csv(big, rows, seed=2)
    trial = fresh_copy(project, folder / "trial", big)
    return measure(loop_program(trial), environment=PATHS, timeout_s=TIMEOUT_S)


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--rows", type=int, default=50_000_000)
    args = parser.parse_args()
    rows = QUICK_ROWS if args.quick else args.rows
    with tempfile.TemporaryDirectory(prefix="bench-csv-") as name:
        found = bench(Path(name), rows)
    what = f"whole loop, {rows:,} x 5 csv: peak memory"
    figures = [Figure(what, "MB", found.peak_rss_mb, GOAL_MB)]
    said = found.stdout.strip()
    if args.json:
        costs = {"cpu_s": found.cpu_s, "wall_s": found.wall_s, "said": said}
        print(json.dumps({"figures": report_json(figures), **costs}, indent=2))
    else:
        print(report(figures))
        print(f"verdict: {said}; {found.cpu_s:.0f} cpu s, {found.wall_s:.0f} s")


if __name__ == "__main__":
    main()
