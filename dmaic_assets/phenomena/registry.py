"""The registry of rule kinds: every kind that a rule may name, by its name.

A new kind is a class in a kinds_*.py module (see rule_kind.py for its contract), listed in that
module's tuple; a new module adds its tuple to the one below.
"""

from collections.abc import Mapping

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.cadence.rule import TIME_STEP_KINDS
from dmaic_assets.phenomena.columns.rule import COLUMN_KINDS
from dmaic_assets.phenomena.contract.rule_kind import RuleKind, bad_rule
from dmaic_assets.phenomena.derived.rule import DERIVED_KINDS
from dmaic_assets.phenomena.domain.coverage import DISTINCT_KINDS
from dmaic_assets.phenomena.domain.rule import VALUE_KINDS
from dmaic_assets.phenomena.key.rule import ROW_KINDS
from dmaic_assets.phenomena.mapping.rule import DEPENDENCY_KINDS
from dmaic_assets.phenomena.missing.conditional import CONDITIONAL_KINDS
from dmaic_assets.phenomena.order.sequence import SEQUENCE_KINDS
from dmaic_assets.phenomena.order.within_file import FILE_RELATIVE_KINDS
from dmaic_assets.phenomena.range.rule_by import RANGE_BY_KINDS
from dmaic_assets.phenomena.reference.rule import REFERENCE_KINDS
from dmaic_assets.phenomena.scale.rule import SCALE_KINDS
from dmaic_assets.phenomena.spelling.rule import SPELLING_KINDS
from dmaic_assets.phenomena.spread.rule import DISTRIBUTION_KINDS
from dmaic_assets.phenomena.typo.rule import NEAR_KINDS
from dmaic_assets.phenomena.volume.rule import FILE_KINDS

_ALL: tuple[RuleKind, ...] = (
    *COLUMN_KINDS,
    *ROW_KINDS,
    *VALUE_KINDS,
    *FILE_KINDS,
    *CONDITIONAL_KINDS,
    *DEPENDENCY_KINDS,
    *DERIVED_KINDS,
    *DISTINCT_KINDS,
    *DISTRIBUTION_KINDS,
    *FILE_RELATIVE_KINDS,
    *NEAR_KINDS,
    *RANGE_BY_KINDS,
    *REFERENCE_KINDS,
    *SCALE_KINDS,
    *SEQUENCE_KINDS,
    *SPELLING_KINDS,
    *TIME_STEP_KINDS,
)

KINDS: Mapping[str, RuleKind] = {kind.name: kind for kind in _ALL}


def kind_of(rule: Rule) -> RuleKind:
    """The kind that gives a rule its meaning.

    Raises:
        BadInputError: No kind has that name.
    """
    kind = KINDS.get(rule.kind)
    if kind is None:
        known = ", ".join(sorted(KINDS))
        raise bad_rule(rule, f"kind {rule.kind} is unknown", f"Use one of: {known}.")
    return kind
