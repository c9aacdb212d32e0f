"""The registry of rule kinds: every kind that a rule may name, by its name.

A new kind is a class in a kinds_*.py module (see rule_kind.py for its contract), listed in that
module's tuple; a new module adds its tuple to the one below.
"""

from collections.abc import Mapping

from dmaic_assets.model import Rule
from dmaic_assets.rules.kinds_columns import COLUMN_KINDS
from dmaic_assets.rules.kinds_conditional import CONDITIONAL_KINDS
from dmaic_assets.rules.kinds_dependency import DEPENDENCY_KINDS
from dmaic_assets.rules.kinds_derived import DERIVED_KINDS
from dmaic_assets.rules.kinds_distinct import DISTINCT_KINDS
from dmaic_assets.rules.kinds_distribution import DISTRIBUTION_KINDS
from dmaic_assets.rules.kinds_file import FILE_KINDS
from dmaic_assets.rules.kinds_file_relative import FILE_RELATIVE_KINDS
from dmaic_assets.rules.kinds_near import NEAR_KINDS
from dmaic_assets.rules.kinds_range_by import RANGE_BY_KINDS
from dmaic_assets.rules.kinds_reference import REFERENCE_KINDS
from dmaic_assets.rules.kinds_rows import ROW_KINDS
from dmaic_assets.rules.kinds_scale import SCALE_KINDS
from dmaic_assets.rules.kinds_sequence import SEQUENCE_KINDS
from dmaic_assets.rules.kinds_spelling import SPELLING_KINDS
from dmaic_assets.rules.kinds_time_step import TIME_STEP_KINDS
from dmaic_assets.rules.kinds_values import VALUE_KINDS
from dmaic_assets.rules.rule_kind import RuleKind, bad_rule

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
