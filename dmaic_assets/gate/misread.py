"""The check of text columns for the wrong encoding, which needs no rule.

What belongs here: whose rows are set apart by it. Where history is without such text, a row that
has it is set apart; a column that nothing is known of is only reported on. What the signs are is
in `phenomena.spelling`; a rule of the kind `readable` replaces the check of its column.
"""

import polars as pl

from dmaic_assets.gate.rule_outcomes import Outcome, is_beyond
from dmaic_assets.model import Rule, RuleSet, Thresholds
from dmaic_assets.phenomena.contract.passes import Frame, aggregates, masks
from dmaic_assets.phenomena.contract.rule_kind import FrameContext, is_text
from dmaic_assets.phenomena.spelling.rule import CAUSE, ReadableKind

ENCODING_RULE = "sanity.encoding"
_KIND = ReadableKind()


def misread_texts(
    frame: Frame, ctx: FrameContext, rule_set: RuleSet, thresholds: Thresholds
) -> list[Outcome]:
    """The rows with text that went through the wrong encoding, by column; none when there are none.

    Args:
        frame: The typed rows.
        ctx: What is known of them.
        rule_set: The rules, which tell the columns that history has and those with a rule.
        thresholds: What share of the rows breaks a check.
    """
    ruled = {name for r in rule_set.rules if r.kind == _KIND.name for name in r.columns}
    known = {t.column for t in rule_set.types} if rule_set.baseline else set[str]()
    checks = {
        name: Rule(
            f"{ENCODING_RULE}.{name}",
            _KIND.name,
            (name,),
            "high" if name in known else "low",
            "learnt",
        )
        for name, dtype in ctx.schema.items()
        if is_text(dtype) and name not in ruled
    }
    failing = {name: _KIND.failing(rule, ctx) for name, rule in checks.items()}
    counts = aggregates(frame, {name: expr.sum() for name, expr in failing.items()}).values
    damaged = {name: failing[name] for name in checks if counts.get(name)}
    found = masks(frame, damaged).values
    return [
        _outcome(checks[name], mask, ctx, thresholds, is_known=name in known)
        for name in damaged
        if (mask := found.get(name)) is not None
    ]


def _outcome(
    rule: Rule, mask: pl.Series, ctx: FrameContext, thresholds: Thresholds, *, is_known: bool
) -> Outcome:
    rows = int(mask.sum())
    share = rows / ctx.row_count
    return Outcome(
        rule,
        "row",
        share,
        is_broken=is_known and is_beyond(share, thresholds.row_tolerance),
        expected=_KIND.describe(rule),
        cause=CAUSE,
        rows_failed=rows,
        mask=mask,
        blamed=rule.columns,
        is_counted=False,
        always_quarantines=is_known,
    )
