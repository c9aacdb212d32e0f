"""A full profile against limit B, as separate processes in alternation.

Both programs read the same Parquet file; their start, imports and reading count.
"""

import json
import sys
from pathlib import Path

from benchmarks.measure import ROOT, Series, alternate, arguments, facts, measure, table

QUICK_ROWS = 200_000
# The figures to reach: cpu and peak memory as multiples of limit B's.
GOALS = {"flights": (2.5, 1.2), "synthetic": (2.0, 1.2)}


def bench(path: Path, repeats: int) -> dict[str, Series]:
    """Measures limit B and the profile of one file."""
    python = [sys.executable, "-m"]
    return alternate(
        {
            "limit B": [*python, "benchmarks.limit_b", str(path)],
            "profile": [*python, "benchmarks.profile_once", str(path)],
        },
        repeats=repeats,
        environment={"PYTHONPATH": str(ROOT)},
    )


def prepare(*, is_quick: bool) -> dict[str, Path]:
    """Makes the tables in a process of its own, so that this one stays small."""
    rows = QUICK_ROWS if is_quick else 5_000_000
    code = (
        "from benchmarks.tables import flights_parquet, synthetic_parquet;"
        f"print(flights_parquet()); print(synthetic_parquet({rows}))"
    )
    made = measure([sys.executable, "-c", code], environment={"PYTHONPATH": str(ROOT)})
    flights, synthetic = made.stdout.split()
    return {"flights": Path(flights), "synthetic": Path(synthetic)}


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    found: dict[str, object] = {}
    for name, path in prepare(is_quick=args.quick).items():
        series = bench(path, 1 if args.quick else max(3, args.repeats))
        limit = series["limit B"]
        cpu_goal, peak_goal = GOALS[name]
        goal = {"goal_cpu_ratio": cpu_goal, "goal_peak_ratio": peak_goal}
        found[name] = {**facts(list(series.values()), limit=limit), **goal}
        if not args.json:
            print(f"{name} ({path.name}); goal: {cpu_goal} x cpu, {peak_goal} x peak")
            print(table(list(series.values()), limit=limit), end="\n\n")
    if args.json:
        print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
