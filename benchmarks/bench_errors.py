"""`dmaic errors` against reading the file and counting its values, as processes in alternation.

Start and imports of both count. `python -m benchmarks.bench_errors [--json]`.
"""

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import (
    ROOT,
    against,
    alternate,
    arguments,
    facts,
    report,
    report_json,
)
from benchmarks.synthetic import write_csv

ROWS, QUICK_ROWS = 100_000, 20_000
GOAL_CPU = 2.5


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    rows = QUICK_ROWS if args.quick else ROWS
    with tempfile.TemporaryDirectory(prefix="bench-errors-") as name:
        path = Path(name) / "orders.csv"
        write_csv(path, rows, seed=1)
        ours = f"dmaic errors, {rows:,} x 20 csv"
        command = ["-m", "dmaic_assets.cli", "errors", str(path), "-o", f"{name}/cells.csv"]
        series = alternate(
            {
                "limit": [sys.executable, str(ROOT / "benchmarks" / "limit_errors.py"), str(path)],
                ours: [sys.executable, *command],
            },
            repeats=1 if args.quick else args.repeats,
        )
    figures = against(series["limit"], series[ours], cpu=GOAL_CPU)
    if args.json:
        programs = facts(list(series.values()), limit=series["limit"])
        print(json.dumps({"figures": report_json(figures), "programs": programs}, indent=2))
    else:
        print(report(figures))


if __name__ == "__main__":
    main()
