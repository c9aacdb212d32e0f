"""Row kinds about how values are written where the typed value no longer shows it.

unit: numbers that suddenly carry a unit (or another one); null_spelling: missing values that are
suddenly spelled out. Both decide from what the type inference saw in the judged file.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import FrameContext, Parameter, RowKind, is_missing


class UnitKind(RowKind):
    """The numbers of a column are written with this unit, or without one ("").

    When the column arrives in another unit, every value that is there fails.
    """

    name: ClassVar[str] = "unit"
    summary: ClassVar[str] = "numbers are written with the known unit, or with none"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "unit": Parameter((str,), 'the unit as written; "" for none', is_required=True),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Names the unit."""
        unit = rule.parameters["unit"]
        return f"{rule.columns[0]} is written {f'in {unit}' if unit else 'without a unit'}"

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for every value of a column that arrived in another unit."""
        arrived = ctx.types.get(rule.columns[0])
        same = arrived is None or (arrived.unit or "") == rule.parameters["unit"]
        there = ~is_missing(rule.columns[0], ctx)
        return there & pl.lit(not same)

    @override
    def screen(self, rule: Rule, ctx: FrameContext) -> pl.Expr | None:
        """Nothing to look at when the unit is the known one."""
        arrived = ctx.types.get(rule.columns[0])
        same = arrived is None or (arrived.unit or "") == rule.parameters["unit"]
        return pl.lit(0) if same else None

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """Numbers of another unit, or with it."""
        return "unit change"


class NullSpellingKind(RowKind):
    """Missing values are spelled as history spells them.

    When the file spells some of them otherwise, its missing values fail; blank ones cannot be
    told from the others once they are read.
    """

    name: ClassVar[str] = "null_spelling"
    summary: ClassVar[str] = "missing values are spelled in no new way"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "tokens": Parameter((list, tuple), "the known spellings", is_required=True),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Lists the spellings."""
        tokens = _tokens(rule)
        known = ", ".join(repr(t) for t in tokens) if tokens else "blank"
        return f"missing values of {rule.columns[0]} are spelled: {known}"

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for the missing values of a column that spells them in a new way."""
        return is_missing(rule.columns[0], ctx) & pl.lit(bool(_new(rule, ctx)))

    @override
    def screen(self, rule: Rule, ctx: FrameContext) -> pl.Expr | None:
        """Nothing to look at when no spelling is new."""
        return None if _new(rule, ctx) else pl.lit(0)

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """Missing values in a new spelling."""
        return "null token"


def _tokens(rule: Rule) -> Sequence[str]:
    return [str(t) for t in cast("Sequence[object]", rule.parameters["tokens"])]


def _new(rule: Rule, ctx: FrameContext) -> list[str]:
    arrived = ctx.types.get(rule.columns[0])
    known = set(_tokens(rule))
    return [t for t in arrived.null_tokens if t and t not in known] if arrived else []


SPELLING_KINDS: tuple[RowKind, ...] = (UnitKind(), NullSpellingKind())
