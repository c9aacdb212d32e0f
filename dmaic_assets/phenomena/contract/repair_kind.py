"""What a repair is: a declarative way to write better text into some cells.

What belongs here: the data class, the forms of the functions that apply it, and how its parameters
are read. What a kind of repair is stands in `repair_spec`, what each does in its phenomenon.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from dmaic_assets.model import Json

# Cells from which a repair is worth a proposal: one or two are corrected by hand.
LEAST_CELLS = 3
# Where evidence says why a repair is proposed only to be declined.
DECLINED = "declined"
RepairKind: TypeAlias = str
"""The name of a kind, as the registry has it."""
Texts: TypeAlias = list[str | None]
ValueFunction: TypeAlias = Callable[[str], str | None]
"""Better text for one value; None for no value."""
ValueBuilder: TypeAlias = Callable[[Mapping[str, Json]], ValueFunction]


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair of one column, or of few columns together.

    Each kind but `dedupe` looks at one row at a time, so that what becomes of a row never
    depends on the rows around it. `columns` starts with what is written; the columns that a
    dependency or a derived value is read from follow. `parameters` hold all that the kind needs,
    `evidence` why somebody believes in it (counts and shares, never needed to apply it).
    """

    id: str
    kind: RepairKind
    columns: tuple[str, ...]
    parameters: Mapping[str, Json] = field(default_factory=dict)
    evidence: Mapping[str, Json] = field(default_factory=dict)


def declined(repair: Repair, reason: str) -> Repair:
    """The repair as one that whoever proposes it advises against: it is shown and not promoted."""
    return replace(repair, evidence={**repair.evidence, DECLINED: reason})


RowFunction: TypeAlias = Callable[[Mapping[str, Texts], Repair], Mapping[str, Texts]]
"""Columns of text to columns of text of the same length, row by row."""


def texts(parameters: Mapping[str, Json], key: str) -> tuple[str, ...]:
    """The texts of a list parameter; none when it is absent."""
    found = parameters.get(key)
    return tuple(str(item) for item in found) if isinstance(found, list | tuple) else ()


def pairs(parameters: Mapping[str, Json], key: str) -> Mapping[str, str]:
    """A parameter that maps text to text; empty when it is absent."""
    found = parameters.get(key)
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, Mapping) else {}


def number(parameters: Mapping[str, Json], key: str, default: float) -> float:
    """The number of a parameter, or the default when it is absent or no number."""
    found = parameters.get(key)
    if isinstance(found, int | float) and not isinstance(found, bool):
        return float(found)
    return default


def repair_id(kind: RepairKind, columns: Sequence[str], detail: str = "") -> str:
    """Builds the id of a repair: what it does and where."""
    return ".".join(part for part in ("+".join(columns) or "rows", kind, detail) if part)
