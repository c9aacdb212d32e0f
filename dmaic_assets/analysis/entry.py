"""What an entry of the registry says of an analysis.

What belongs here: the form. Reading an entry loads no analysis and no table.
"""

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmaic_assets.analysis.study import Outcome, Study, Value

# "source": one table at a time. "run": all tables together.
Scope: TypeAlias = Literal["source", "run"]


@dataclass(frozen=True, slots=True)
class Analysis:
    """One entry of the registry: adding an analysis is adding one of these.

    `module` has the function `analyze(study) -> Outcome`; `value` names the type of its value, a
    class of a module, both by their full names. `needs` are the analyses whose values it reads,
    `settings` the fields of `AnalysisSettings` beside `columns` that it reads, and "limits" where
    it reads `Study.limits`. One that reads `Study.now` is made anew every day,
    one that reads `Study.held` when other rows are in quarantine. `holds` says in a
    line what it answers, `description` is Markdown.
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
    reads_held: bool = False
    kinds: frozenset[str] = frozenset({"polars"})
    libraries: tuple[str, ...] = ("polars", "numpy")

    def analyze(self, study: "Study") -> "Outcome":
        """Runs it; what it imports is loaded now."""
        work = importlib.import_module(self.module).analyze
        return cast("Callable[[Study], Outcome]", work)(study)

    def value_type(self) -> "type[Value]":
        """The type of its value."""
        module, _, name = self.value.rpartition(".")
        return cast("type[Value]", getattr(importlib.import_module(module), name))
