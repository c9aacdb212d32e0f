"""Clean files that learnt rules stop, against the share that they were allowed to stop.

The asked share is an upper bound by construction (every file rule has its part of the budget), so
a realised share far below it says that tolerances are wide, one above it that files of the feed
differ more than its trusted files did.
"""

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import polars as pl

from benchmarks.gating import gate, rules_of
from dmaic_assets.history.facts import FileFacts

BUDGETS = (0.002, 0.05)
Alarms: TypeAlias = dict[float, tuple[int, int]]
"""Budget -> (clean files stopped, clean files judged)."""


def stopped(
    facts: Sequence[FileFacts],
    later: Sequence[pl.DataFrame],
    budget: float,
    name: str,
    folder: Path,
) -> tuple[int, int]:
    """Learns with a budget and counts the clean files that are stopped."""
    rules = rules_of(facts, name, budget=budget)
    return sum(gate(table, rules, folder).is_stopped for table in later), len(later)


def report(feeds: Mapping[str, Alarms]) -> dict[str, dict[str, object]]:
    """Prints asked and realised shares: of the median feed, and of all files together."""
    asked = sorted({budget for alarms in feeds.values() for budget in alarms})
    lines: dict[str, dict[str, object]] = {}
    for budget in asked:
        counts = {name: a[budget] for name, a in feeds.items() if budget in a}
        shares = {name: held / max(1, files) for name, (held, files) in counts.items()}
        held, files = (sum(c[i] for c in counts.values()) for i in (0, 1))
        within = sum(held <= max(1.0, budget * files) for held, files in counts.values())
        most = sorted(shares.items(), key=lambda item: -item[1])[:3]
        worst = ", ".join(f"{name} {share:.0%}" for name, share in most if share)
        print(
            f"budget {budget:.1%} of clean files stopped: median feed "
            f"{statistics.median(shares.values()):.1%}, all files {held}/{files}, "
            f"at most one file or the budget on {within}/{len(counts)} feeds"
            f"{f'; most: {worst}' if worst else ''}"
        )
        lines[f"{budget:g}"] = {"held": held, "files": files, "shares": shares}
    return lines
