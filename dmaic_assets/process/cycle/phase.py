"""What a phase gives: a value, documents for people, and numbers.

What belongs here: the types that all five phases share. Each phase is a function of its evidence;
running them in order, remembering and recording is in `cycle`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dmaic_assets.model import Json
from dmaic_assets.reports.markdown import md_table


@dataclass(frozen=True, slots=True)
class Document:
    """One file that a phase writes for people, named relative to the source's reports."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PhaseOutput:
    """The outcome of one phase for one source.

    The same evidence gives the same output, byte for byte: it holds no clock, path or run.
    `metrics` are None where a number could not be measured.
    """

    value: Mapping[str, Json]
    documents: tuple[Document, ...] = ()
    metrics: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a report: headings, and cells as text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """Spells the table in Markdown; what cells say is text there."""
        return md_table(self.columns, self.rows)
