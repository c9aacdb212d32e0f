"""What an analysis is given, and what it gives back.

What belongs here: these forms. Analyses do not import each other: one reads what another came to
by the form of its value, which stands in `values`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from dmaic_assets.analysis.finding import Finding
from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.held import Held
from dmaic_assets.errors import ErrorCode, InvariantError
from dmaic_assets.settings.analyses import AnalysisSettings
from dmaic_assets.settings.entropy import EntropySettings

# The key of what a run-wide analysis came to, where others stand under the name of their table.
ALL_TABLES = ""


class Value(Protocol):
    """What an analysis comes to: a frozen dataclass that `store.codec` can write and read."""

    __dataclass_fields__: ClassVar[dict[str, Any]]  # pyright: ignore[reportExplicitAny] - as typeshed has it


ValueT = TypeVar("ValueT", bound=Value)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one analysis came to: its value, and findings, the gravest first."""

    value: Value
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one analysis of one table came to nothing.

    `reason` is half a sentence, without a cell of the table; `detail` is for logs and may hold
    some: message and traceback. `fix` says what to do. `missing` names what it needs and does not
    have, where that is why it was not begun. `code` is that of the error tree.
    """

    analysis: str
    table: str
    reason: str
    fix: str
    code: ErrorCode = "Invariant"
    detail: str = field(default="", repr=False)
    missing: str | None = None

    @property
    def words(self) -> str:
        """A clause that names analysis and table: `temporal of orders was skipped: ...`."""
        ended = "failed" if self.missing is None else "was skipped"
        return f"{self.analysis} of {self.table or 'all tables'} {ended}: {self.reason}"


@dataclass(frozen=True)
class Study:
    """What an analysis works on.

    `tables` has one table where the analysis is of a source, all where it is of a run, in the
    order of their names. `known` has what the analyses that it needs came to: by analysis, then
    by table (`ALL_TABLES` where it is of the run). `before` is what the same analysis came to in
    an earlier run. `now` is the time that freshness is told against. `found` has the findings of
    what is known, `limits` what people say of uncertainty.
    """

    tables: Mapping[str, Table]
    now: datetime
    settings: AnalysisSettings = field(default_factory=AnalysisSettings)
    known: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    before: Value | None = None
    found: Mapping[str, Mapping[str, tuple[Finding, ...]]] = field(default_factory=dict)
    limits: EntropySettings = field(default_factory=EntropySettings)

    @property
    def table(self) -> Table:
        """The one table of an analysis of a source.

        Raises:
            InvariantError: There are several.
        """
        if len(self.tables) != 1:
            names = ", ".join(self.tables) or "none"
            raise InvariantError("study", f"{names}, not one table", "Read `tables`.")
        return next(iter(self.tables.values()))

    @property
    def held(self) -> Mapping[str, Held]:
        """What of each table is in quarantine."""
        return {name: table.held for name, table in self.tables.items()}

    def value(self, kind: type[ValueT], table: str = ALL_TABLES) -> ValueT:
        """What a needed analysis came to, by the type of its value.

        Raises:
            InvariantError: The analysis does not need one that gives such a value.
        """
        for values in self.known.values():
            found = values.get(table)
            if isinstance(found, kind):
                return found
        fix = "Name the analysis in `needs` of the registry's entry."
        raise InvariantError("study", f"no {kind.__name__} of {table or 'all tables'}", fix)
