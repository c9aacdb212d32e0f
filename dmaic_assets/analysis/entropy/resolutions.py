"""What would make a table surer, ranked by what it gains for its effort (R73, R74).

What belongs here: the known ways, what each takes off a score, and where a person states it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dmaic_assets.analysis.values.entropy import (
    ColumnUncertainty,
    Effort,
    Reading,
    Resolution,
)
from dmaic_assets.settings.entropy import Layer

# What an effort divides a gain by (R74): a line of settings, some rows to look at, a change of the
# source's own process.
EFFORTS: Mapping[Effort, float] = {"low": 1.0, "medium": 2.0, "high": 4.0}
# What each further layer that improves adds to a priority: one act, several uncertainties less.
_CASCADE = 0.25
# Reductions that are worth telling.
_LEAST = 0.02


@dataclass(frozen=True, slots=True)
class Way:
    """One way: what share of the score it takes off, from which score on it is suggested."""

    action: str
    share: float
    effort: Effort
    text: str
    least: float = 0.1


_SETTINGS = "under analyses.columns in config/dmaic.yaml"
# Shares are those of R74, least scores those of R73. {} is the column, or the table.
WAYS: Mapping[str, tuple[Way, ...]] = {
    "type_fidelity": (
        Way("declare_type", 0.8, "low", "state the type of {} in config/sources.yaml", 0.3),
        Way("quarantine_values", 0.9, "medium", "set apart rows whose {} does not fit, by a rule"),
    ),
    "relationship": (
        Way(
            "quarantine_orphans",
            0.9,
            "medium",
            "set rows apart where {} leads nowhere, by a rule",
        ),
        Way("complete_reference", 0.8, "high", "complete the table that {} refers to"),
    ),
    "identity": (Way("declare_key", 0.8, "low", "state primary_key of {} in config/sources.yaml"),),
    "join_path": (Way("declare_relationship", 0.5, "medium", "tell which way to join {}", 0.3),),
    "business_meaning": (
        Way("describe", 0.8, "low", f"describe {{}} {_SETTINGS}", 0.3),
        Way("name", 0.2, "low", f"give {{}} a business_name {_SETTINGS}", 0.8),
    ),
    "unit": (Way("declare_unit", 0.8, "low", f"state the unit of {{}} {_SETTINGS}", 0.3),),
    "temporal_role": (Way("declare_role", 0.8, "low", f"state the role of {{}} {_SETTINGS}", 0.3),),
    "agreement": (
        Way("declare_semantic_type", 0.8, "low", f"state the semantic_type of {{}} {_SETTINGS}"),
    ),
    "null_share": (
        Way("declare_nulls", 0.3, "low", "say in the description of {} what no value means"),
        Way("filter_nulls", 0.8, "medium", "leave out rows without {}", 0.4),
        Way("impute", 0.6, "high", "have {} filled in where it comes from", 0.4),
    ),
    "duplicates": (Way("drop_repeats", 0.9, "medium", "set repeated rows of {} apart, by a rule"),),
    "outlier_rate": (
        Way("winsorise", 0.7, "medium", "cut {} at its usual range", 0.2),
        Way("exclude", 0.9, "medium", "leave out rows with an unusual {}", 0.5),
        Way("investigate", 0.5, "high", "look into the unusual values of {}", 0.2),
    ),
    "benford": (Way("investigate", 0.5, "high", "look into the first digits of {}", 0.2),),
    "drift": (Way("explain_drift", 0.5, "medium", "find what changed {}", 0.2),),
    "slice_variance": (
        Way("explain_nulls", 0.5, "medium", "say in which slices {} has no value", 0.2),
    ),
    "cycle_health": (
        Way("investigate_cases", 0.5, "high", "look into open cases and failed checks of {}", 0.3),
    ),
    "derived_value": (Way("declare_formula", 0.8, "medium", "state the formula of {} as a rule"),),
    "additivity": (Way("declare_unit", 0.6, "low", f"state the unit of {{}} {_SETTINGS}", 0.3),),
}


def resolutions_of(
    table: str, columns: Mapping[str, ColumnUncertainty], readings: Sequence[Reading]
) -> tuple[Resolution, ...]:
    """Ranks what would help, the best first.

    An act that helps several detectors of a column is one; each further layer adds to its priority.
    """
    found = list(_of_subject(table, "", readings))
    for name, known in columns.items():
        if not known.aside:
            found.extend(_of_subject(f"{table}.{name}", name, known.readings))
    return tuple(sorted(found, key=lambda r: (-r.priority, r.column, r.action)))


def _of_subject(where: str, column: str, readings: Sequence[Reading]) -> Iterator[Resolution]:
    ways: dict[str, list[tuple[Way, Reading]]] = {}
    for reading in readings:
        for way in WAYS.get(reading.detector, ()):
            if reading.score > way.least:
                ways.setdefault(way.action, []).append((way, reading))
    for action, helped in ways.items():
        gain = math.fsum(way.share * reading.score for way, reading in helped)
        layers: list[Layer] = [reading.layer for _, reading in helped]
        distinct = tuple(dict.fromkeys(layers))
        way = helped[0][0]
        if gain < _LEAST:
            continue
        bonus = 1 + _CASCADE * (len(distinct) - 1)
        text = way.text.format(where)
        yield Resolution(
            action,
            column,
            tuple(reading.detector for _, reading in helped),
            distinct,
            gain,
            way.effort,
            gain / EFFORTS[way.effort] * bonus,
            f"{text[0].upper()}{text[1:]}.",
        )


def relieved(readings: Sequence[Reading], action: str) -> tuple[Reading, ...]:
    """The readings as they would be after an act."""
    return tuple(_relieved(reading, action) for reading in readings)


def _relieved(reading: Reading, action: str) -> Reading:
    for way in WAYS.get(reading.detector, ()):
        if way.action == action and reading.score > way.least:
            rest = 1 - way.share
            return replace(reading, score=reading.score * rest, fault=reading.fault * rest)
    return reading
