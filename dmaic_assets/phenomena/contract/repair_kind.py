"""What a repair is: a declarative way to write better text into some cells.

What belongs here: the data class, its kinds in the order in which they are applied, and which
columns a kind writes. What the kinds do is in `repair_values`, `repair_numbers`, `repair_typos`
and `repair_rows`; the registry is `repair_kinds`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from dmaic_assets.model import Json

RepairKind: TypeAlias = Literal[
    "encoding",
    "trim",
    "null_token",
    "shift",
    "split",
    "swap",
    "number_format",
    "date_format",
    "scale",
    "case",
    "value_map",
    "typo",
    "dependency",
    "derived",
    "dedupe",
]
# The order in which changes are applied: first how text is spelt, then what it says.
REPAIR_KINDS: tuple[RepairKind, ...] = get_args(RepairKind)
_WRITES_FIRST: frozenset[RepairKind] = frozenset({"dependency", "derived"})


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

    @property
    def written(self) -> tuple[str, ...]:
        """The columns whose cells the repair may change; none for `dedupe`."""
        return self.columns[:1] if self.kind in _WRITES_FIRST else self.columns

    @property
    def order(self) -> tuple[int, str]:
        """Where the repair stands among others: by kind, then by id."""
        return REPAIR_KINDS.index(self.kind), self.id


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
