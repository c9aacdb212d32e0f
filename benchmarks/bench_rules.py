"""Sixty rules with failing rows against the one-select limit, as separate processes in alternation.

All programs read the same Parquet file; their start, imports and reading count.
"""

import json
import sys
from pathlib import Path

from benchmarks.measure import (
    ROOT,
    Series,
    against,
    alternate,
    arguments,
    facts,
    measure,
    report,
    report_json,
)

ROWS, QUICK_ROWS = 500_000, 200_000
# cpu as a multiple of the limit's, and peak memory.
GOAL_CPU, GOAL_PEAK = 1.25, 1.2


def bench(path: Path, repeats: int) -> dict[str, Series]:
    """Measures the limit, the evaluation and the whole judgement of one file."""
    python = [sys.executable, "-m"]
    return alternate(
        {
            "limit (sums only)": [*python, "benchmarks.limit_rules", str(path)],
            "60 rules evaluated": [*python, "benchmarks.rules_once", "evaluate", str(path)],
            "60 rules judged": [*python, "benchmarks.rules_once", "judge", str(path)],
        },
        repeats=repeats,
        environment={"PYTHONPATH": f"{ROOT}:{ROOT / 'benchmarks'}"},
    )


def prepare(rows: int) -> Path:
    """Makes the table in a process of its own, so that this one stays small."""
    code = f"from benchmarks.tables import synthetic_parquet; print(synthetic_parquet({rows}))"
    made = measure([sys.executable, "-c", code], environment={"PYTHONPATH": str(ROOT)})
    return Path(made.stdout.strip())


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--table", type=Path, help="the synthetic table, when it is there already")
    args = parser.parse_args()
    path = args.table or prepare(QUICK_ROWS if args.quick else ROWS)
    series = list(bench(path, 1 if args.quick else max(3, args.repeats)).values())
    limit = series[0]
    figures = [
        figure
        for ours in series[1:]
        for figure in against(limit, ours, cpu=GOAL_CPU, peak=GOAL_PEAK)
    ]
    if args.json:
        programs = facts(series, limit=limit)
        print(json.dumps({"figures": report_json(figures), "programs": programs}, indent=2))
    else:
        print(report(figures))


if __name__ == "__main__":
    main()
