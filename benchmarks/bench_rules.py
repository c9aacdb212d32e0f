"""Sixty rules with failing rows against the one-select limit, as separate processes in alternation.

All programs read the same Parquet file; their start, imports and reading count.
"""

import json
import sys
from pathlib import Path

from benchmarks.measure import ROOT, Series, alternate, arguments, facts, measure, table

QUICK_ROWS = 200_000
# cpu as a multiple of the limit's, and peak memory.
GOAL_CPU, GOAL_PEAK = 1.3, 1.2


def bench(path: Path, repeats: int) -> dict[str, Series]:
    """Measures the limit, the evaluation and the whole judgement of one file."""
    python = [sys.executable, "-m"]
    return alternate(
        {
            "limit (sums only)": [*python, "benchmarks.limit_rules", str(path)],
            "evaluate": [*python, "benchmarks.rules_once", "evaluate", str(path)],
            "judge": [*python, "benchmarks.rules_once", "judge", str(path)],
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
    path = args.table or prepare(QUICK_ROWS if args.quick else 5_000_000)
    series = list(bench(path, 1 if args.quick else max(3, args.repeats)).values())
    limit = series[0]
    if args.json:
        goal = {"goal_cpu_ratio": GOAL_CPU, "goal_peak_ratio": GOAL_PEAK}
        print(json.dumps({**facts(series, limit=limit), **goal}, indent=2))
    else:
        print(f"60 rules on {path.name}; goal: {GOAL_CPU} x cpu, {GOAL_PEAK} x peak")
        print(table(series, limit=limit))


if __name__ == "__main__":
    main()
