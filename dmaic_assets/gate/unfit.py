"""Hand-written rules that cannot be applied through no fault of the file: told, not its rows'.

What belongs here: finding them before the others are compiled, and their outcomes.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from dmaic_assets.gate.rule_outcomes import Outcome
from dmaic_assets.model import ColumnType, Rule, RuleSet
from dmaic_assets.phenomena.contract.rule_kind import FrameContext
from dmaic_assets.phenomena.contract.type_names import is_compatible, type_name
from dmaic_assets.phenomena.registry import kind_of
from dmaic_assets.rules.fitting import misfit, nearest


def unfit_rules(rule_set: RuleSet, ctx: FrameContext) -> dict[str, Outcome]:
    """Finds the hand-written rules that name what is not there, or ask what a type cannot answer.

    A column that history has and the file lacks, or that arrived as another type, is the file's
    fault, and is left to the rules.

    Returns:
        The outcome of each, by rule id: broken, with the reason in words.
    """
    history = {t.column: t for t in rule_set.types}
    required = {c for r in rule_set.rules if _requires_columns(r) for c in r.columns}
    found: dict[str, Outcome] = {}
    for rule in rule_set.rules:
        if rule.origin == "learnt" or not rule.is_enabled:
            continue
        reason = _unknown_column(rule, ctx, history.keys() | required) or _wrong_parameter(
            rule, ctx, history
        )
        if reason is not None:
            found[rule.id] = Outcome(
                rule,
                "file",
                1.0,
                is_broken=True,
                expected=kind_of(rule).describe(rule),
                seen=f"the rule cannot be applied: {reason}",
                cause="a mistake in the rule",
            )
    return found


def _requires_columns(rule: Rule) -> bool:
    return rule.is_enabled and rule.kind == "columns_present"


def _unknown_column(rule: Rule, ctx: FrameContext, expected: AbstractSet[str]) -> str | None:
    for column in kind_of(rule).needed_columns(rule):
        if column not in ctx.schema and column not in expected:
            near = nearest(column, ctx.columns)
            told = f"; the nearest is {near}" if near else ""
            return f"the file has no column {column}{told}"
    return None


def _wrong_parameter(
    rule: Rule, ctx: FrameContext, history: Mapping[str, ColumnType]
) -> str | None:
    """What does not fit columns that are of the type that history knows, or of no doubtful one."""
    sure = {
        name: dtype for name, dtype in ctx.schema.items() if _is_sure(name, ctx, history.get(name))
    }
    return misfit(rule, sure)


def _is_sure(name: str, ctx: FrameContext, expected: ColumnType | None) -> bool:
    arrived = type_name(name, ctx)
    # Without history a column of texts may be one of numbers that arrived damaged.
    return arrived != "text" if expected is None else is_compatible(arrived, expected.type)
