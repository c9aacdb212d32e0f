"""What reports are made from: what the phases of each source gave, and how this is read.

What belongs here: the types that the reports take, and reading JSON without assuming its shape.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar, cast

from dmaic_assets.model import Json
from dmaic_assets.phase_values.analyze import AnalyzeValue
from dmaic_assets.phase_values.key_metrics import KeyMetrics, key_metrics
from dmaic_assets.phase_values.measure import MeasureValue
from dmaic_assets.phase_values.read import PhaseValue
from dmaic_assets.store.codec import to_json

Record = Mapping[str, Json]
ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One source: the value and metrics of each phase that ran, by the phase's name."""

    source: str
    values: Mapping[str, PhaseValue]
    metrics: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)

    def value(self, kind: type[ValueT]) -> ValueT | None:
        """The value of the phase that gives this type; None when it did not run."""
        return next((v for v in self.values.values() if isinstance(v, kind)), None)

    @property
    def key(self) -> KeyMetrics:
        """The figures of whichever phase has them; None when none does or not measured."""
        phases = reversed(list(self.metrics.values()))
        return key_metrics({name: value for found in phases for name, value in found.items()})


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures of a source that come first, as `dmaic report` and the page tell them.

    `is_bound` says that no defect was seen, so that `sigma` is a lower bound. `promoted` and
    `alarms` are None as long as Improve or Control did not run.
    """

    source: str
    sigma: float | None
    is_bound: bool
    dpmo: float | None
    rolled_throughput_yield: float | None
    top_cause: str
    promoted: float | None
    alarms: float | None

    def document(self) -> dict[str, Json]:
        """Builds the JSON form."""
        return {
            "source": self.source,
            "sigma": self.sigma,
            "is_bound": self.is_bound,
            "dpmo": self.dpmo,
            "rolled_throughput_yield": self.rolled_throughput_yield,
            "top_cause": self.top_cause,
            "promoted": self.promoted,
            "alarms": self.alarms,
        }


def headline_of(facts: SourceFacts) -> Headline:
    """Picks the headline out of what the phases of a source gave."""
    measure, analyze = facts.value(MeasureValue), facts.value(AnalyzeValue)
    total, key = measure.total if measure else None, facts.key
    return Headline(
        source=facts.source,
        sigma=key.sigma,
        is_bound=total is not None and total.sigma_level is None,
        dpmo=key.dpmo,
        rolled_throughput_yield=key.rolled_throughput_yield,
        top_cause=analyze.top_cause if analyze else "",
        promoted=key.promoted,
        alarms=key.alarms,
    )


def field_of(record: object, name: str) -> Json:
    """One field of a record, as JSON. A name that the record does not have is a defect."""
    if isinstance(record, Mapping):
        return cast("Record", record).get(name)
    return to_json(cast("object", getattr(record, name)))


def fields_of(record: object, names: Sequence[str]) -> dict[str, Json]:
    """The named fields of a record, as JSON."""
    return {name: field_of(record, name) for name in names}
