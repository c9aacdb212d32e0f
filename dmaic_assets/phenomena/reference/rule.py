"""The kinds about another source: inclusion, a foreign key, and the share of rows without a key."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Obstacle,
    Parameter,
    RowKind,
    RuleKind,
    any_missing,
)
from dmaic_assets.phenomena.mapping.rule import joined

_LATE = "unknown key: the other source may be late"
_REFERENCE = Parameter(
    (str,),
    "source.column of the key",
    is_required=True,
    complaint=lambda v: None if "." in v else f"{v!r} is not source.column",
)


class InclusionKind(RowKind):
    """The columns' values are a key of another source. A row with a missing part passes.

    `reference` names it as "source.column"; the columns of a composite key are joined by commas
    and its keys by U+001F. Values are compared as text.
    """

    name: ClassVar[str] = "inclusion"
    summary: ClassVar[str] = "the values are a key of another source"
    arity: ClassVar[tuple[int, int | None]] = (1, None)
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "reference": _REFERENCE,
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Names the key."""
        return f"{' + '.join(rule.columns)} is in {rule.parameters['reference']}"

    @override
    def obstacle(self, rule: Rule, ctx: FrameContext) -> Obstacle | None:
        """Missing columns, or a reference that is not there (yet)."""
        return super().obstacle(rule, ctx) or _not_there(rule, ctx)

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for a whole key that the other source does not have."""
        return _orphans(rule, ctx)

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """Keys that the other source has not delivered."""
        return _LATE


class OrphanShareKind(FileKind):
    """At most a share of the rows with a key has one that is no key of another source.

    `reference` is spelt as for inclusion. A file with fewer than `least` keys is not judged.
    """

    name: ClassVar[str] = "orphan_share"
    summary: ClassVar[str] = "at most a share of rows has a key that another source does not have"
    arity: ClassVar[tuple[int, int | None]] = (1, None)
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "reference": _REFERENCE,
        "max": Parameter(
            (int, float),
            "greatest share of rows, in [0, 1]",
            is_required=True,
            complaint=lambda v: None if 0 <= v <= 1 else f"{v} is not a share in [0, 1]",
        ),
        "least": Parameter((int,), "fewest rows with a key that are judged"),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Names the key and the share."""
        most = float(str(rule.parameters["max"]))
        return (
            f"at most {most:.2%} of rows have a {' + '.join(rule.columns)} "
            f"that is not in {rule.parameters['reference']}"
        )

    @override
    def obstacle(self, rule: Rule, ctx: FrameContext) -> Obstacle | None:
        """Missing columns, or a reference that is not there (yet)."""
        return super().obstacle(rule, ctx) or _not_there(rule, ctx)

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """Rows with a whole key, and those whose key the other source does not have."""
        there = (~any_missing(rule.columns, ctx)).sum()
        return (there.alias("there"), _orphans(rule, ctx).sum().alias("orphans"))

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated above the share."""
        there, orphans = int(measured["there"] or 0), int(measured["orphans"] or 0)
        if there < int(str(rule.parameters.get("least") or 1)):
            return FileJudgement(False, f"only {there} keys: not judged")
        share = orphans / there
        is_violated = share > float(str(rule.parameters["max"]))
        seen = f"{share:.2%} without a key there ({orphans:,} of {there:,} rows)"
        return FileJudgement(
            is_violated, seen, cause=_LATE if is_violated else None, measures={"share": share}
        )


def _not_there(rule: Rule, ctx: FrameContext) -> Obstacle | None:
    reference = str(rule.parameters["reference"])
    if reference in ctx.references:
        return None
    return Obstacle("reference", None, f"no accepted rows of {reference} yet")


def _orphans(rule: Rule, ctx: FrameContext) -> pl.Expr:
    keys = ctx.references[str(rule.parameters["reference"])].cast(pl.String)
    known = joined(rule.columns).is_in(pl.lit(keys.drop_nulls().unique()).implode())
    return ~known & ~any_missing(rule.columns, ctx)


REFERENCE_KINDS: tuple[RuleKind, ...] = (InclusionKind(), OrphanShareKind())
