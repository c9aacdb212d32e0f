"""CTQs: which rules measure what is critical to the quality of a source.

What belongs here: the law that gives every rule one CTQ. How CTQs are proposed is in
`propose_ctqs`, what people say of them in `charter`.
"""

from collections.abc import Iterable, Mapping, Sequence

from dmaic_assets.model import Rule, RuleScope
from dmaic_assets.phase_values.define import Ctq, CtqUnit, Dimension
from dmaic_assets.phenomena.contract.rule_kind import RowKind
from dmaic_assets.phenomena.registry import KINDS
from dmaic_assets.store.keys import sha256_json

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
    "in_sequence": "consistency",
    "row_match": "consistency",
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
    "top_share": "mix",
    "stuck_run": "mix",
    "new_values": "mix",
    "category_mix": "mix",
}
RECORD = "record"


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
