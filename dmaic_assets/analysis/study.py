"""What an analysis is given, and what it gives back; what an entry of the registry says of one.

What belongs here: these forms. Analyses do not import each other: one reads what another came to
by the form of its value, which stands in `values`.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias, TypeVar, cast

from dmaic_assets.analysis.finding import Finding
from dmaic_assets.analysis.tables import Table
from dmaic_assets.errors import InvariantError
from dmaic_assets.settings.analyses import AnalysisSettings

# "source": one table at a time. "run": all tables together.
Scope: TypeAlias = Literal["source", "run"]
# The key of what a run-wide analysis came to, where others stand under the name of their table.
ALL_TABLES = ""


class Value(Protocol):
    """What an analysis comes to: a frozen dataclass that `store.codec` can write and read."""

    __dataclass_fields__: object


ValueT = TypeVar("ValueT", bound=Value)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one analysis came to: its value, and findings, the gravest first."""

    value: Value
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Study:
    """What an analysis works on.

    `tables` has one table where the analysis is of a source, all where it is of a run, in the
    order of their names. `known` has what the analyses that it needs came to: by analysis, then
    by table (`ALL_TABLES` where it is of the run). `before` is what the same analysis came to in
    an earlier run. `now` is the time that freshness is told against.
    """

    tables: Mapping[str, Table]
    now: datetime
    settings: AnalysisSettings = field(default_factory=AnalysisSettings)
    known: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    before: Value | None = None

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


@dataclass(frozen=True, slots=True)
class Analysis:
    """One entry of the registry: adding an analysis is adding one of these.

    `module` has the function `analyze(study) -> Outcome`; `value` names the type of its value, a
    class of a module, both by their full names. `needs` are the analyses whose values it reads,
    `settings` the fields of `AnalysisSettings` beside `columns` that it reads. One that reads
    `Study.now` is made anew every day. `holds` says in a line what it answers, `description` is
    Markdown.
    """

    name: str
    scope: Scope
    module: str
    value: str
    holds: str
    description: str
    needs: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    reads_now: bool = False
    kinds: frozenset[str] = frozenset({"polars"})
    libraries: tuple[str, ...] = ("polars", "numpy")

    def analyze(self, study: Study) -> Outcome:
        """Runs it; what it imports is loaded now."""
        work = importlib.import_module(self.module).analyze
        return cast("Callable[[Study], Outcome]", work)(study)

    def value_type(self) -> type[Value]:
        """The type of its value."""
        module, _, name = self.value.rpartition(".")
        return cast("type[Value]", getattr(importlib.import_module(module), name))
