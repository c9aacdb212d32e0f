"""What a phenomenon is: everything that the product knows of one thing that can happen to data.

What belongs here: the contract that each folder beside this one fulfils with one value, and what
its learners are given. The registry lists the values; rules, gate and improve take from it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from dmaic_assets.phenomena.contract.rule_kind import RuleKind

if TYPE_CHECKING:
    # What only learning and repairing use: whoever judges goes without.
    from dmaic_assets.history.baseline import History
    from dmaic_assets.history.column_kinds import ColumnKind
    from dmaic_assets.history.proposal import Proposal, Proposals, Refusal
    from dmaic_assets.phenomena.contract.cell_evidence import Evidence
    from dmaic_assets.phenomena.contract.cell_frame import Agreement, Suspect, TextFrame
    from dmaic_assets.phenomena.contract.repair_kind import Repair
    from dmaic_assets.phenomena.contract.repair_spec import RepairSpec
    from dmaic_assets.settings.project import SourceSettings


@dataclass(frozen=True, slots=True)
class Given:
    """What a learner is given: history, the kinds of its columns, and configuration.

    `budget` is the share of clean files that all learnt rules together may stop, `window` how many
    files history is made of at most. `proposed` holds what the learners that it needs have
    proposed, in the order of its needs.
    """

    history: "History"
    kinds: "Mapping[str, ColumnKind]"
    source: "SourceSettings"
    budget: float
    window: int
    proposed: "tuple[Proposal | Refusal, ...]" = ()


@dataclass(frozen=True, slots=True)
class Learner:
    """Proposes rules from history.

    `needs` names learners whose proposals it wants to see; they run first, wherever they stand.
    With `is_of_columns` it looks at the columns alone, and also learns from files without a row.
    """

    name: str
    propose: "Callable[[Given], Proposals]"
    needs: tuple[str, ...] = ()
    is_of_columns: bool = False


Proposer: TypeAlias = "Callable[[Evidence], Iterable[Repair]]"
"""Repairs that the evidence of a table allows."""
Detector: TypeAlias = "Callable[[TextFrame, Agreement], Iterable[Suspect]]"
"""Suspicious cells of one table, seen without history."""
TextCause: TypeAlias = Callable[[Sequence[str]], str | None]
"""Names what is wrong with texts that are not of their column's type."""


@dataclass(frozen=True, slots=True)
class Handling:
    """How a phenomenon is learnt, found and repaired: what judging a file has no need of.

    `declared` gives what configuration says of it, which holds without any history.
    `whole_proposers` propose the kinds of repair that need all rows, `proposers` the others.
    """

    learners: tuple[Learner, ...] = ()
    declared: "Callable[[SourceSettings], Proposals] | None" = None
    repairs: "tuple[RepairSpec, ...]" = ()
    proposers: tuple[Proposer, ...] = ()
    whole_proposers: tuple[Proposer, ...] = ()
    detectors: tuple[Detector, ...] = ()


@dataclass(frozen=True, slots=True)
class Phenomenon:
    """One thing that can happen to data: how it is judged and named, and what loads the rest.

    It has those parts that make sense for it. `causes` has, by the name of a column's type, what
    names the cause of texts that failed that type; what a violated rule says of its own rows is in
    its kind. `handling` loads the modules that learn, find and repair, which are many.
    """

    name: str
    rules: tuple[RuleKind, ...] = ()
    causes: Mapping[str, TextCause] = field(default_factory=dict)
    handling: Callable[[], Handling] = Handling
