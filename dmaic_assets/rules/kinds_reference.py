"""The row kind about another source: inclusion, a foreign key."""

from collections.abc import Mapping
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.rules.kinds_dependency import joined
from dmaic_assets.rules.rule_kind import (
    FrameContext,
    Obstacle,
    Parameter,
    RowKind,
    any_missing,
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
        "reference": Parameter(
            (str,),
            "source.column of the key",
            is_required=True,
            complaint=lambda v: None if "." in v else f"{v!r} is not source.column",
        ),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Names the key."""
        return f"{' + '.join(rule.columns)} is in {rule.parameters['reference']}"

    @override
    def obstacle(self, rule: Rule, ctx: FrameContext) -> Obstacle | None:
        """Missing columns, or a reference that is not there (yet)."""
        found = super().obstacle(rule, ctx)
        if found:
            return found
        reference = str(rule.parameters["reference"])
        if reference in ctx.references:
            return None
        return Obstacle("reference", None, f"no accepted rows of {reference} yet")

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for a whole key that the other source does not have."""
        keys = ctx.references[str(rule.parameters["reference"])].cast(pl.String)
        known = joined(rule.columns).is_in(pl.lit(keys.drop_nulls().unique()).implode())
        return ~known & ~any_missing(rule.columns, ctx)

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """Keys that the other source has not delivered."""
        return "unknown key: the other source may be late"


REFERENCE_KINDS: tuple[RowKind, ...] = (InclusionKind(),)
