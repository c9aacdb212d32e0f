"""The registry of phenomena: one line for each, and what rules, gate and improve take from them.

A new phenomenon is a folder beside this module with one `Phenomenon` value (see `contract`), and
one entry in the tuple below. The order of the tuple is the order of proposals in a rule file, of
detectors, and of repairs within one stage. Naming a phenomenon here loads what judges; what learns
and repairs is loaded by `all_learners` and by `improve.repairs`.
"""

from collections.abc import Mapping

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.cadence.phenomenon import CADENCE
from dmaic_assets.phenomena.columns.phenomenon import COLUMNS
from dmaic_assets.phenomena.contract.phenomenon import Learner, Phenomenon
from dmaic_assets.phenomena.contract.rule_kind import RuleKind, bad_rule
from dmaic_assets.phenomena.derived.phenomenon import DERIVED
from dmaic_assets.phenomena.domain.phenomenon import DOMAIN
from dmaic_assets.phenomena.exchange.phenomenon import EXCHANGE
from dmaic_assets.phenomena.key.phenomenon import KEY
from dmaic_assets.phenomena.mapping.phenomenon import MAPPING
from dmaic_assets.phenomena.missing.phenomenon import MISSING
from dmaic_assets.phenomena.notation.phenomenon import NOTATION
from dmaic_assets.phenomena.order.phenomenon import ORDER
from dmaic_assets.phenomena.range.phenomenon import RANGE
from dmaic_assets.phenomena.reference.phenomenon import REFERENCE
from dmaic_assets.phenomena.scale.phenomenon import SCALE
from dmaic_assets.phenomena.shape.phenomenon import SHAPE
from dmaic_assets.phenomena.spelling.phenomenon import SPELLING
from dmaic_assets.phenomena.spread.phenomenon import SPREAD
from dmaic_assets.phenomena.typo.phenomenon import TYPO
from dmaic_assets.phenomena.volume.phenomenon import VOLUME

PHENOMENA: tuple[Phenomenon, ...] = (
    COLUMNS,
    MISSING,
    DOMAIN,
    SHAPE,
    KEY,
    ORDER,
    CADENCE,
    NOTATION,
    MAPPING,
    DERIVED,
    TYPO,
    RANGE,
    SCALE,
    VOLUME,
    SPREAD,
    SPELLING,
    EXCHANGE,
    REFERENCE,
)

KINDS: Mapping[str, RuleKind] = {kind.name: kind for p in PHENOMENA for kind in p.rules}
"""Every kind that a rule may name."""


def all_learners() -> tuple[Learner, ...]:
    """Every learner, in the order of the phenomena; loads what learns."""
    return tuple(learner for p in PHENOMENA for learner in p.handling().learners)


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
