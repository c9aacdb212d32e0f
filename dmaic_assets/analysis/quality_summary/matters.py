"""The findings that matter most, of all analyses.

What belongs here: their order. What is found, and how much it asks of people, each analysis says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dmaic_assets.analysis.finding import WEIGHTS, Finding
from dmaic_assets.analysis.values.quality_summary import Matter

# Findings that a summary tells.
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, and the analysis that it is of."""

    analysis: str
    finding: Finding

    @property
    def rank(self) -> tuple[int, float, str, str]:
        """Where it stands: the weightiest first, then the largest share, then by name."""
        f = self.finding
        share = f.value if f.unit == "1" and f.value is not None else 0.0
        return (-WEIGHTS.index(f.weight), -min(max(share, 0.0), 1.0), f.table, f.text)


def ranked(found: Mapping[str, Mapping[str, tuple[Finding, ...]]]) -> list[Found]:
    """Ranks the findings of all analyses, facts left out."""
    told = [
        Found(analysis, finding)
        for analysis, by_table in found.items()
        for findings in by_table.values()
        for finding in findings
        if finding.weight != "info"
    ]
    return sorted(told, key=lambda f: f.rank)


def first_of(found: Iterable[Found], most: int = SHOWN) -> tuple[Matter, ...]:
    """Takes the first findings of different subjects: what is said twice is told once."""
    taken: dict[tuple[str, tuple[str, ...]], Matter] = {}
    for one in found:
        f = one.finding
        if len(taken) == most:
            break
        subject = (f.table, f.columns) if f.columns else (f.table, (f.metric,))
        taken.setdefault(subject, Matter(one.analysis, f.table, f.columns, f.weight, f.text))
    return tuple(taken.values())
