"""How each metric is put together: over the sources of a run, and over the runs of a recursion.

What belongs here: one line per metric. Adding up a sigma level means nothing, so every metric has
an aggregation of its own; one that is not named here is never aggregated.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, get_args

from dmaic_assets.phase_values.define import Dimension
from dmaic_assets.phase_values.key_metrics import key_metrics
from dmaic_assets.process.measure.sigma_metrics import sigma_metrics

Aggregation: TypeAlias = Literal["sum", "mean", "last", "least", "most", "derived"]
Metrics: TypeAlias = Mapping[str, float | None]

# Over the sources of one run, and over the runs of one recursion.
RULES: Mapping[str, tuple[Aggregation, Aggregation]] = {
    "ctqs": ("sum", "last"),
    "critical_ctqs": ("sum", "last"),
    "charted_ctqs": ("sum", "last"),
    "defects": ("sum", "last"),
    "opportunities": ("sum", "last"),
    "dpmo": ("derived", "last"),
    "sigma": ("derived", "last"),
    "sigma_lower": ("derived", "last"),
    "sigma_upper": ("derived", "last"),
    "sigma_se": ("derived", "last"),
    "rolled_throughput_yield": ("least", "last"),
    **{f"quality_{dimension}": ("least", "last") for dimension in get_args(Dimension)},
    "cycle_time_s": ("most", "last"),
    "cycle_time_p95_s": ("most", "last"),
    "repaired_cells": ("sum", "last"),
    "repeat_disagreements": ("sum", "sum"),
    "causes": ("sum", "last"),
    "top_cause_lift": ("most", "last"),
    "proposals": ("sum", "sum"),
    "promoted": ("sum", "sum"),
    "defects_removed": ("sum", "sum"),
    "rows_released": ("sum", "sum"),
    "cells_repaired": ("sum", "sum"),
    "alarms": ("sum", "last"),
    "charts": ("sum", "last"),
    "false_alarms_per_month": ("sum", "last"),
    "mtbf_files": ("least", "last"),
    "elapsed_s": ("sum", "sum"),
}


def over_sources(found: Sequence[Metrics]) -> dict[str, float | None]:
    """Puts the metrics of the sources of one run together.

    Sigma level, its bound and DPMO come from the added defects and opportunities.
    """
    names = dict.fromkeys(name for metrics in found for name in metrics if name in RULES)
    total = {n: _put(RULES[n][0], [m.get(n) for m in found]) for n in names}
    key = key_metrics(total)
    if key.defects is not None and key.opportunities:
        total |= sigma_metrics(int(key.defects), int(key.opportunities))
    return total


def over_runs(found: Sequence[Metrics]) -> dict[str, float | None]:
    """Puts the metrics of the runs of one recursion together, oldest run first."""
    names = dict.fromkeys(name for metrics in found for name in metrics if name in RULES)
    return {n: _put(RULES[n][1], [m.get(n) for m in found]) for n in names}


def deltas(before: Metrics, after: Metrics) -> dict[str, float]:
    """How far each metric moved from one run to the next, where both know it."""
    moved = {n: (before.get(n), after.get(n)) for n in after if n in RULES}
    return {n: b - a for n, (a, b) in moved.items() if a is not None and b is not None}


def _put(rule: Aggregation, values: Sequence[float | None]) -> float | None:
    known = [float(v) for v in values if v is not None and math.isfinite(v)]
    if not known:
        return None
    match rule:
        case "sum":
            return sum(known)
        case "mean":
            return sum(known) / len(known)
        case "last":
            return known[-1]
        case "least":
            return min(known)
        case "most":
            return max(known)
        case "derived":
            return None
