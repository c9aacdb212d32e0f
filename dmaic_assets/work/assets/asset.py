"""What an asset is, as data: the one form in which all layers agree on it.

What belongs here: the form of an entry. How an asset is computed is in `work.file` and `process`,
how a form is drawn in `defs.metadata`; neither is named here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeAlias, TypeVar

from dmaic_assets.work.assets.cell_facts import CellFacts, rows_of_files

NameT = TypeVar("NameT", bound=str, covariant=True)

Group: TypeAlias = Literal["intake", "gate", "warehouse", "runs", "dmaic", "analyses", "hashmaps"]
Partition: TypeAlias = Literal["cell", "run", "none"]
Form: TypeAlias = Literal[
    "count",
    "share",
    "percent",
    "json",
    "rule file",
    "words",
    "bullets",
    "schema",
    "table",
    "table, if any",
    "columns",
    "quarantined files",
    "landing folder",
    "accepted folder",
    "quarantine folder",
    "query",
    "null bars",
    "columns figure",
    "decision",
    "reasons",
    "lowest score",
    "row split",
    "verdicts",
    "violations",
    "decisions",
    "verdict figure",
]


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that the UI shows of an asset; it comes from the fact of its name, or `fact`.

    `columns` are those of a table.
    """

    name: str
    form: Form = "count"
    fact: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """The modules that an asset's value comes from, and libraries whose version matters.

    The modules that these import count too, unless `is_closed`: a page over a run is not made
    anew for every change below it.
    """

    modules: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Asset(Generic[NameT]):
    """One asset: adding one is adding one of these to its list.

    `upstream` is the lineage that the catalog shows. `needs` is what must be there before it in
    the work of one file, where that differs: the rules come from earlier files. `holds` says in
    a line what one partition holds. `reads` says which components of a file's key it reads, and
    in which words a plan speaks of them. `of_cell` folds what is recorded of its files into what
    `shown` shows.
    """

    name: NameT
    group: Group
    kinds: frozenset[str]
    upstream: tuple[str, ...]
    holds: str
    description: str
    code: Code
    partition: Partition = "cell"
    needs: tuple[str, ...] | None = None
    reads: Mapping[str, str] = field(default_factory=dict)
    shown: tuple[Shown, ...] = ()
    of_cell: CellFacts = rows_of_files

    @property
    def follows(self) -> tuple[str, ...]:
        """The assets that it follows in the work of one file."""
        return self.upstream if self.needs is None else self.needs
