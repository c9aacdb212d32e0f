"""Risks that are worse together than each alone (R75).

What belongs here: which readings meet. Thresholds and factors are those of the settings.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dmaic_assets.analysis.values.entropy import ColumnUncertainty, Compound, Reading
from dmaic_assets.settings.entropy import CompoundLimit, CompoundSettings


@dataclass(frozen=True, slots=True)
class _Pair:
    """The detectors of either side, and what goes wrong where both are unsure."""

    first: frozenset[str]
    second: frozenset[str]
    words: str


_PAIRS: Mapping[str, _Pair] = {
    "units_aggregations": _Pair(
        frozenset({"unit"}),
        frozenset({"additivity", "derived_value"}),
        "sums may add different units",
    ),
    "relations_filters": _Pair(
        frozenset({"join_path", "relationship", "identity"}),
        frozenset({"dimension_coverage", "slice_variance"}),
        "a filter over a join may lose or repeat rows",
    ),
    "nulls_aggregations": _Pair(
        frozenset({"null_share"}),
        frozenset({"additivity", "derived_value"}),
        "totals may leave out what is missing",
    ),
    "temporal_ranges": _Pair(
        frozenset({"temporal_role", "period_gaps"}),
        frozenset({"drift", "outlier_rate"}),
        "a range of time may compare what is not alike",
    ),
    "types_aggregations": _Pair(
        frozenset({"type_fidelity"}),
        frozenset({"additivity", "derived_value"}),
        "totals may leave out values of another type",
    ),
}


def compounds_of(
    columns: Mapping[str, ColumnUncertainty],
    readings: Sequence[Reading],
    settings: CompoundSettings,
) -> tuple[Compound, ...]:
    """Finds where two readings of a column, or of it and its table, are both beyond a threshold.

    Args:
        columns: The readings of the columns.
        readings: Those of the table itself.
        settings: Thresholds and factors.
    """
    found: list[Compound] = []
    for name, limit in settings.limits():
        at_table = _meeting(name, "", (), readings, limit)
        found.extend(at_table)
        for column, known in columns.items():
            found.extend(_meeting(name, column, known.readings, readings, limit))
    return tuple(sorted(found, key=lambda c: -c.score))


def _meeting(
    name: str,
    column: str,
    own: Sequence[Reading],
    of_table: Sequence[Reading],
    limit: CompoundLimit,
) -> Iterator[Compound]:
    """The worst reading of either side, where both are there and one is of the column itself."""
    pair = _PAIRS[name]
    both = [*own, *of_table]
    first = _worst(both, pair.first, limit.threshold)
    second = _worst(both, pair.second, limit.threshold)
    if first is None or second is None:
        return
    if column and first not in own and second not in own:
        return
    score = min(1.0, (first.score + second.score) / 2 * limit.factor)
    text = f"{first.text}, and {second.text}: {pair.words}"
    yield Compound(name, column, (first.detector, second.detector), score, text)


def _worst(readings: Sequence[Reading], names: frozenset[str], least: float) -> Reading | None:
    found = [r for r in readings if r.detector in names and r.score > least]
    return max(found, key=lambda r: r.score, default=None)
