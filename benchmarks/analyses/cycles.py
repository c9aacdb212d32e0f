"""Compares the rates of generated business cycles with what is found of them.

.venv/bin/python -m benchmarks.analyses.cycles
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from dmaic_assets.analysis.values.business_cycles import BusinessCyclesValue
from dmaic_assets_tests.analysis.business_cycles.made import all_cycles, over_tables, studied

NOW = datetime(2025, 1, 1, tzinfo=UTC)
GOAL = 0.01
RATES = ("completed", "abandoned", "skipped", "stalled")


def main(_arguments: Sequence[str] | None = None) -> None:
    worst = 0.0
    linked, tables = over_tables(20_000)
    for made in (*all_cycles(20_000), linked):
        frames = tables if made is linked else {made.table: made.frame}
        began = time.process_time()
        value = studied(frames).value
        took = time.process_time() - began
        assert isinstance(value, BusinessCyclesValue)
        (found,) = value.cycles
        gaps = {n: abs(getattr(found, n) - getattr(made, n)) / made.cases for n in RATES}
        worst = max(worst, *gaps.values())
        told = ", ".join(f"{n} {getattr(found, n) / made.cases:.3f}" for n in RATES)
        print(
            f"{made.table:14} {found.form:7} {told}; off by {max(gaps.values()):.4f}; {took:.2f} s"
        )
    print(f"largest error of a rate {worst:.4f} (goal {GOAL:g})")


if __name__ == "__main__":
    main()
