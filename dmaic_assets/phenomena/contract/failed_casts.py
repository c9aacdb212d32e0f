"""Row kinds that failed casts concern: the frame shows the value as missing, but it was there.

What belongs here: correcting the failing rows by them, either way.
"""

from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import FrameContext, RowKind


class FailedCastKind(RowKind):
    """A kind about values that are there or not: a row whose cast failed is excused, or fails."""

    fails_on_failed_cast: ClassVar[bool] = False

    @override
    def may_settle(self, rule: Rule, ctx: FrameContext) -> bool:
        """Whether one of the columns has failed casts."""
        return any(ctx.failed_cast_count(name) for name in rule.columns)

    @override
    def settle(self, rule: Rule, failing: pl.Series, ctx: FrameContext) -> pl.Series:
        """Sets the rows whose cast failed."""
        for name in rule.columns:
            positions = ctx.failed_casts.get(name)
            if positions is not None:
                failing = failing.scatter(positions, values=self.fails_on_failed_cast)
        return failing
