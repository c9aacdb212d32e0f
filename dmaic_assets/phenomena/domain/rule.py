"""Row kinds about the values of one column: range, in_set, length, shape."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Json, Rule
from dmaic_assets.phenomena.contract.literals import literal_series, literal_value
from dmaic_assets.phenomena.contract.rule_kind import (
    FrameContext,
    Parameter,
    RowKind,
    bad_rule,
    is_float,
    is_text,
)
from dmaic_assets.table.text_table import column

_BOUND_TYPES = (int, float, str)
_SHOWN_VALUES = 8


def _regex_complaint(pattern: str) -> str | None:
    # The engine that applies the pattern decides: Python's own knows no \p{Lu}, Polars' no (?=.
    # Alone first: a bracket that closes ours would take the anchors off one part of the pattern.
    try:
        for text in (pattern, _anchored(pattern)):
            pl.select(pl.lit("").str.contains(text))
    except pl.exceptions.ComputeError as error:
        reason = str(error).strip().splitlines()[-1].removeprefix("error: ").strip()
        return f"not a regular expression that Polars knows ({reason})"
    return None


def _anchored(pattern: str) -> str:
    return f"^(?:{pattern})$"


class RangeKind(RowKind):
    """Values lie between two bounds, each inclusive unless said otherwise."""

    name: ClassVar[str] = "range"
    summary: ClassVar[str] = "values lie between min and max"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "min": Parameter(_BOUND_TYPES, "the least value; times as ISO text"),
        "max": Parameter(_BOUND_TYPES, "the greatest value; times as ISO text"),
        "exclusive_min": Parameter((bool,), "true when min itself is not allowed"),
        "exclusive_max": Parameter((bool,), "true when max itself is not allowed"),
    }

    @override
    def validate(self, rule: Rule) -> None:
        """Refuses a range without a bound, or with bounds that exclude every value."""
        super().validate(rule)
        low, high = rule.parameters.get("min"), rule.parameters.get("max")
        if low is None and high is None:
            raise bad_rule(rule, "neither min nor max is given", "Give min, max or both.")
        if low is None or high is None:
            return
        if isinstance(low, str) != isinstance(high, str):
            raise bad_rule(rule, "min and max are of different types", "Give both as one type.")
        if low > high:  # pyright: ignore[reportOperatorIssue] - both text or both numbers
            raise bad_rule(rule, f"min {low} is above max {high}", "Exchange them.")

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the interval."""
        p, name = rule.parameters, rule.columns[0]
        parts: list[str] = []
        if p.get("min") is not None:
            parts.append(f"{'above' if p.get('exclusive_min') else 'at least'} {p['min']}")
        if p.get("max") is not None:
            parts.append(f"{'below' if p.get('exclusive_max') else 'at most'} {p['max']}")
        return f"{name} is {' and '.join(parts)}"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Whether both bounds can be values of the column's type."""
        bounds = [
            b for b in (rule.parameters.get("min"), rule.parameters.get("max")) if b is not None
        ]
        return all(literal_value(bound, dtype) is not None for bound in bounds)

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True outside the interval."""
        p, name = rule.parameters, rule.columns[0]
        dtype, expr = ctx.schema[name], column(name)
        tests: list[pl.Expr] = []
        if p.get("min") is not None:
            low = pl.lit(literal_value(p["min"], dtype))
            tests.append(expr <= low if p.get("exclusive_min") else expr < low)
        if p.get("max") is not None:
            high = pl.lit(literal_value(p["max"], dtype))
            above = expr >= high if p.get("exclusive_max") else expr > high
            tests.append(above & expr.is_not_nan() if is_float(name, ctx) else above)
        return tests[0] if len(tests) == 1 else tests[0] | tests[1]


class InSetKind(RowKind):
    """Values come from a closed list."""

    name: ClassVar[str] = "in_set"
    summary: ClassVar[str] = "values come from a list"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "values": Parameter((list, tuple), "the list of allowed values", is_required=True),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Lists the values, shortened when there are many."""
        values = _values(rule)
        shown = ", ".join(str(v) for v in values[:_SHOWN_VALUES])
        more = f", ... ({len(values)} values)" if len(values) > _SHOWN_VALUES else ""
        return f"{rule.columns[0]} is one of: {shown}{more}"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Whether at least one listed value can be a value of the column's type."""
        values = _values(rule)
        return not values or any(literal_value(v, dtype) is not None for v in values)

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for a value that is not listed."""
        name = rule.columns[0]
        values = literal_series(_values(rule), ctx.schema[name])
        outside = ~column(name).is_in(pl.lit(values).implode())
        return outside & column(name).is_not_nan() if is_float(name, ctx) else outside


def _values(rule: Rule) -> Sequence[Json]:
    values = rule.parameters.get("values")
    return values if isinstance(values, (list, tuple)) else ()


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
        return ~expr.str.contains(_anchored(str(rule.parameters["pattern"])))


def _text(name: str, ctx: FrameContext) -> pl.Expr:
    expr = column(name)
    return expr if isinstance(ctx.schema[name], pl.String) else expr.cast(pl.String)


VALUE_KINDS: tuple[RowKind, ...] = (RangeKind(), InSetKind(), LengthKind(), ShapeKind())
