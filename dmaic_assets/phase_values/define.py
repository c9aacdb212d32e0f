"""What Define gives: the CTQs of a source, and what people say of it.

What belongs here: the shape of the value. How CTQs are proposed and what people may write in a
charter is the phase's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dmaic_assets.model import Json

Dimension: TypeAlias = Literal[
    "completeness", "validity", "uniqueness", "consistency", "schema", "volume", "timeliness", "mix"
]
CtqUnit: TypeAlias = Literal["row", "file"]
CtqOrigin: TypeAlias = Literal["proposed", "charter"]


@dataclass(frozen=True, slots=True)
class Ctq:
    """One characteristic that is critical to quality.

    A unit is a row (or a file); a defective unit breaks at least one rule of the CTQ, and each
    unit has `opportunities` opportunities. `upper_limit` bounds the share of defective units,
    `target` is aimed at. `lower_spec` and `upper_spec` bound the column's values where a rule
    knows such bounds; they are a specification only when `has_specification`: a person declared
    or confirmed them. `confidence` in [0, 1] tells how well history supports the proposal.
    """

    id: str
    name: str
    dimension: Dimension
    unit: CtqUnit
    column: str
    rules: tuple[str, ...]
    upper_limit: float
    target: float = 0.0
    opportunities: int = 1
    lower_spec: float | None = None
    upper_spec: float | None = None
    has_specification: bool = False
    measured_in: str = "share of rows"
    owner: str = ""
    is_critical: bool = False
    confidence: float = 0.0
    origin: CtqOrigin = "proposed"
    why: str = ""


@dataclass(frozen=True, slots=True)
class CharterWords:
    """What people say of a source; "" and None where they say nothing.

    `ctqs` are the charter's entries as they were written, None where one says nothing.
    """

    problem: str = ""
    goal: str = ""
    scope: str = ""
    sponsor: str = ""
    owner: str = ""
    stakeholders: tuple[str, ...] = ()
    target_sigma: float | None = None
    ctqs: tuple[Mapping[str, Json], ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DefineValue:
    """The CTQs of a source; `opportunities_version` hashes what counts as an opportunity."""

    source: str
    ctqs: tuple[Ctq, ...]
    opportunities_version: str
    opportunities_per_row: int
    target_sigma: float
    charter: CharterWords
