"""A full profile against limit B, as separate processes in alternation.

Both programs read the same Parquet file; their start, imports and reading count.
"""

import json
import sys
from pathlib import Path

from benchmarks.measure import (
    ROOT,
    Figure,
    Series,
    against,
    alternate,
    arguments,
    facts,
    measure,
    report,
    report_json,
)

ROWS, LARGE_ROWS, QUICK_ROWS = 500_000, 5_000_000, 200_000
# The figures to reach as multiples of limit B's. On a table of a few megabytes the imports decide
# the peak memory, so there is no goal for it.
GOALS = {"flights": {"cpu": 2.5}, "common": {"cpu": 1.3}, "large": {"cpu": 1.3, "peak": 1.2}}


def bench(path: Path, repeats: int) -> dict[str, Series]:
    """Measures limit B and the profile of one file."""
    python = [sys.executable, "-m"]
    return alternate(
        {
            "limit B": [*python, "benchmarks.limit_b", str(path)],
            f"profile of {path.stem}": [*python, "benchmarks.profile_once", str(path)],
        },
        repeats=repeats,
        environment={"PYTHONPATH": str(ROOT)},
    )


def prepare(*, is_quick: bool) -> dict[str, Path]:
    """Makes the tables in a process of its own, so that this one stays small."""
    sizes = (QUICK_ROWS, QUICK_ROWS) if is_quick else (ROWS, LARGE_ROWS)
    code = (
        "from benchmarks.tables import flights_parquet, synthetic_parquet;"
        f"print(flights_parquet()); [print(synthetic_parquet(rows)) for rows in {sizes}]"
    )
    made = measure([sys.executable, "-c", code], environment={"PYTHONPATH": str(ROOT)})
    return dict(zip(GOALS, map(Path, made.stdout.split()), strict=True))


def main() -> None:
    args = arguments(__doc__ or "").parse_args()
    found: dict[str, object] = {}
    figures: list[Figure] = []
    for name, path in prepare(is_quick=args.quick).items():
        limit, ours = bench(path, 1 if args.quick else max(3, args.repeats)).values()
        figures += against(limit, ours, **GOALS[name])
        found[name] = facts([limit, ours], limit=limit)
    if args.json:
        print(json.dumps({"figures": report_json(figures), "programs": found}, indent=2))
    else:
        print(report(figures))


if __name__ == "__main__":
    main()
