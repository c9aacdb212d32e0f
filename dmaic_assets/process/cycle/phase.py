"""What a phase gives: a value, documents for people, and numbers.

What belongs here: the types that all five phases share. Each phase is a function of its evidence;
running them in order, remembering and recording is in `cycle`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from dmaic_assets.model import Json, PhaseName
from dmaic_assets.phase_values.read import PhaseValue, read_value
from dmaic_assets.reports.markdown import md_table
from dmaic_assets.store.codec import from_json

ValueT_co = TypeVar("ValueT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Document:
    """One file that a phase writes for people, named relative to the source's reports."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PhaseOutput(Generic[ValueT_co]):
    """The outcome of one phase for one source.

    The same evidence gives the same output, byte for byte: it holds no clock, path or run.
    `metrics` are None where a number could not be measured.
    """

    value: ValueT_co
    documents: tuple[Document, ...] = ()
    metrics: Mapping[str, float | None] = field(default_factory=dict)


AnyOutput: TypeAlias = PhaseOutput[PhaseValue]


@dataclass(frozen=True, slots=True)
class _Stored:
    value: Mapping[str, Json]
    documents: tuple[Document, ...] = ()
    metrics: Mapping[str, float | None] = field(default_factory=dict)


def read_output(phase: PhaseName, payload: Json) -> AnyOutput:
    """Reads what `to_json` wrote of a phase's output.

    Raises:
        InvariantError: The payload is not what the phase gives; names the place.
    """
    stored = from_json(_Stored, payload)
    value = read_value(phase, {**stored.value})
    return PhaseOutput(value, stored.documents, stored.metrics)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a report: headings, and cells as text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """Spells the table in Markdown; what cells say is text there."""
        return md_table(self.columns, self.rows)
