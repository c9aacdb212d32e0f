"""Kinds about how texts look: their length, and the pattern that they match as a whole."""

from collections.abc import Mapping
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FrameContext,
    Parameter,
    RowKind,
    bad_rule,
    is_text,
)
from dmaic_assets.table.text_table import column


def _regex_complaint(pattern: str) -> str | None:
    # The engine that applies the pattern decides: Python's own knows no \p{Lu}, Polars' no (?=.
    # Alone first: a bracket that closes ours would take the anchors off one part of the pattern.
    try:
        for text in (pattern, anchored(pattern)):
            pl.select(pl.lit("").str.contains(text))
    except pl.exceptions.ComputeError as error:
        reason = str(error).strip().splitlines()[-1].removeprefix("error: ").strip()
        return f"not a regular expression that Polars knows ({reason})"
    return None


def anchored(pattern: str) -> str:
    """The regular expression that texts match from first to last character."""
    return f"^(?:{pattern})$"


def _count_complaint(value: int) -> str | None:
    return "below 0" if value < 0 else None


class LengthKind(RowKind):
    """Texts have between min and max characters."""

    name: ClassVar[str] = "length"
    summary: ClassVar[str] = "texts have between min and max characters"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "min": Parameter((int,), "least number of characters", complaint=_count_complaint),
        "max": Parameter((int,), "greatest number of characters", complaint=_count_complaint),
    }

    @override
    def validate(self, rule: Rule) -> None:
        """Refuses a length rule without a bound."""
        super().validate(rule)
        if rule.parameters.get("min") is None and rule.parameters.get("max") is None:
            raise bad_rule(rule, "neither min nor max is given", "Give min, max or both.")

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the interval of lengths."""
        low, high = rule.parameters.get("min"), rule.parameters.get("max")
        name = rule.columns[0]
        if low is not None and low == high:
            return f"{name} has exactly {low} characters"
        if high is None:
            return f"{name} has at least {low} characters"
        return f"{name} has {f'{low} to' if low is not None else 'at most'} {high} characters"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Text only."""
        return is_text(dtype)

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for a text that is too short or too long."""
        low, high = rule.parameters.get("min"), rule.parameters.get("max")
        length = _text(rule.columns[0], ctx).str.len_chars()
        if low is not None and high is not None:
            return ~length.is_between(pl.lit(low), pl.lit(high))
        return length < pl.lit(low) if low is not None else length > pl.lit(high)


class ShapeKind(RowKind):
    """Texts match a regular expression as a whole."""

    name: ClassVar[str] = "shape"
    summary: ClassVar[str] = "texts match a regular expression from first to last character"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "pattern": Parameter(
            (str,), "the regular expression", is_required=True, complaint=_regex_complaint
        ),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Shows the pattern."""
        return f"{rule.columns[0]} looks like {rule.parameters['pattern']}"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Text only."""
        return is_text(dtype)

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for a text that does not match from start to end."""
        expr = _text(rule.columns[0], ctx)
        return ~expr.str.contains(anchored(str(rule.parameters["pattern"])))


def _text(name: str, ctx: FrameContext) -> pl.Expr:
    expr = column(name)
    return expr if isinstance(ctx.schema[name], pl.String) else expr.cast(pl.String)


SHAPE_KINDS: tuple[RowKind, ...] = (LengthKind(), ShapeKind())
