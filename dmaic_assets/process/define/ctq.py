"""CTQs: what is critical to the quality of a source, and which rules measure it.

What belongs here: the value, and the law that gives every rule one CTQ. How CTQs are proposed is
in `propose_ctqs`, what people say of them in `charter`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from dmaic_assets.model import Rule, RuleScope
from dmaic_assets.phenomena.contract.rule_kind import RowKind
from dmaic_assets.phenomena.registry import KINDS
from dmaic_assets.store.keys import sha256_json

Dimension: TypeAlias = Literal[
    "completeness", "validity", "uniqueness", "consistency", "schema", "volume", "timeliness", "mix"
]
CtqUnit: TypeAlias = Literal["row", "file"]
CtqOrigin: TypeAlias = Literal["proposed", "charter"]

# A rule kind that is not named here measures validity: its values are not what they should be.
_DIMENSIONS: Mapping[str, Dimension] = {
    "not_null": "completeness",
    "conditional_null": "completeness",
    "null_share": "completeness",
    "null_share_given": "completeness",
    "unique": "uniqueness",
    "duplicate_rows": "uniqueness",
    "duplicate_share": "uniqueness",
    "mapping": "consistency",
    "functional_dependency": "consistency",
    "derived": "consistency",
    "column_pair": "consistency",
    "row_order": "consistency",
    "expression": "consistency",
    "inclusion": "consistency",
    "orphan_share": "consistency",
    "columns_present": "schema",
    "columns_added": "schema",
    "column_order": "schema",
    "row_count": "volume",
    "number_step": "volume",
    "window": "timeliness",
    "time_span": "timeliness",
    "one_value": "timeliness",
    "time_step": "timeliness",
    "distribution": "mix",
    "new_values": "mix",
    "category_mix": "mix",
}
RECORD = "record"


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


def dimension_of(kind: str) -> Dimension:
    """The quality dimension (ISO/IEC 25012) that a rule kind measures."""
    return _DIMENSIONS.get(kind, "validity")


def unit_of(scope: RuleScope) -> CtqUnit:
    """What a rule of this scope counts."""
    return "row" if scope == "row" else "file"


def ctq_id_of(rule: Rule) -> str:
    """The CTQ that a rule measures: its blamed column and dimension; every rule has exactly one."""
    kind = KINDS.get(rule.kind)
    if kind is not None and kind.scope == "file":
        return f"file.{dimension_of(rule.kind)}"
    columns = kind.blamed_columns(rule) if isinstance(kind, RowKind) else rule.columns
    return ctq_id(columns[-1] if columns else RECORD, dimension_of(rule.kind))


def ctq_id(column: str, dimension: Dimension) -> str:
    """The id of the CTQ of one column and dimension."""
    return f"{column}.{dimension}"


def opportunities_version(ctqs: Iterable[Ctq]) -> str:
    """Hashes what counts as an opportunity: another count of them is another sigma level."""
    return sha256_json([[c.id, c.unit, c.opportunities] for c in sorted(ctqs, key=lambda c: c.id)])


def of_unit(ctqs: Sequence[Ctq], unit: CtqUnit) -> tuple[Ctq, ...]:
    """The CTQs that count one unit."""
    return tuple(c for c in ctqs if c.unit == unit)
