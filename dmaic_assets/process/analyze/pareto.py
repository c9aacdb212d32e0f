"""Pareto: which few of many have most of the defects.

What belongs here: ranking counts and their running share; nothing about what is counted.
"""

from collections.abc import Mapping

from dmaic_assets.phase_values.analyze import ParetoBar


def pareto(counts: Mapping[str, int]) -> tuple[ParetoBar, ...]:
    """Ranks counts, largest first (equal ones by name); bars of 0 are left out."""
    ranked = sorted(
        ((n, c) for n, c in counts.items() if c > 0), key=lambda item: (-item[1], item[0])
    )
    total = sum(count for _, count in ranked)
    bars: list[ParetoBar] = []
    running = 0
    for name, count in ranked:
        running += count
        bars.append(ParetoBar(name, count, count / total, running / total))
    return tuple(bars)


def vital_few(bars: tuple[ParetoBar, ...], *, share: float = 0.8) -> tuple[ParetoBar, ...]:
    """The largest bars that together reach a share of all (the 80-20 rule by default)."""
    few: list[ParetoBar] = []
    for bar in bars:
        few.append(bar)
        if bar.cumulative >= share - 1e-12:
            break
    return tuple(few)
