"""File kinds that compare how a column's values are spread with history.

Effect sizes, never p-values: each bound is where a figure of one more file is expected, from the
variation between files.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, cast

import polars as pl
from typing_extensions import override

from dmaic_assets.history.number_of import as_number, is_measurable
from dmaic_assets.model import Json, Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FileJudgement,
    FileKind,
    FrameContext,
    Measured,
    Parameter,
    bad_rule,
    is_missing,
)
from dmaic_assets.phenomena.scale.causes import shift_cause
from dmaic_assets.table.text_table import column

STATISTICS = ("mean", "q05", "q10", "q25", "q50", "q75", "q90", "q95", "width", "zero_share")
# Statistics that must lie outside: a change of unit moves all of them, a quantile in a gap itself.
AGREEING = 3
# Rows from which a statistic is taken of every n-th row: as facts are.
SAMPLED_FROM = 400_000
_ENDS: Mapping[str, None] = {"q10": None, "q90": None}
_QUANTILES = "quantiles"
_STATISTICS: Mapping[str, Callable[[pl.Expr], pl.Expr]] = {
    "mean": lambda x: x.mean(),
    "zero_share": lambda x: (x == 0).mean(),
}


class DistributionKind(FileKind):
    """The named statistics of a number or time column lie in their intervals.

    `bounds` maps a statistic to [low, high] (null for no bound), `usual` to its usual value. A
    file with fewer than `least` values is not judged; one whose q10 and q90 are less than `spread`
    apart shows a value that is stuck. Of several statistics, `agree` must say that
    the file is unusual; `width` is the distance of q10 and q90.
    From 800,000 rows on, even steps of rows are measured, as in learning.
    """

    name: ClassVar[str] = "distribution"
    summary: ClassVar[str] = "mean, quantiles and share of zeros lie where history has them"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "bounds": Parameter((dict,), f"statistic -> [low, high]; {', '.join(STATISTICS)}", True),
        "usual": Parameter((dict,), "statistic -> its usual value"),
        "least": Parameter((int,), "fewest values that are judged"),
        "agree": Parameter(
            (int,),
            f"statistics that must lie outside; {AGREEING} unless given",
            complaint=lambda v: None if v > 0 else "below 1",
        ),
        "spread": Parameter((int, float), "least distance of q10 and q90"),
    }

    @override
    def validate(self, rule: Rule) -> None:
        """Refuses unknown statistics and bounds that are no pair."""
        super().validate(rule)
        for key, pair in cast("Mapping[str, object]", _bounds(rule)).items():
            if key not in STATISTICS:
                raise bad_rule(rule, f"bounds: {key} is unknown", f"Use {', '.join(STATISTICS)}.")
            if not isinstance(pair, list | tuple) or len(pair) != 2:
                raise bad_rule(rule, f"bounds: {key} is not [low, high]", "Give two numbers.")

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Numbers and times."""
        return is_measurable(dtype)

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the intervals."""
        parts = [f"{key} in [{_short(a)}, {_short(b)}]" for key, (a, b) in _bounds(rule).items()]
        spread = rule.parameters.get("spread")
        parts += [] if spread is None else [f"q10 and q90 at least {_short(spread)} apart"]
        return f"{rule.columns[0]}: {', '.join(parts)}"

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """The named statistics; quantiles as one list, for which values are put in order once."""
        name = rule.columns[0]
        step = max(1, ctx.row_count // SAMPLED_FROM)
        x = as_number(name, ctx.schema[name]).gather_every(step).drop_nulls().drop_nans()
        shares = [int(key[1:]) / 100 for key in _quantiles(rule)]
        measures = [x.len().alias("count")]
        if shares:
            measures.append(x.quantile(shares, interpolation="nearest").alias(_QUANTILES))
        asked = {**_bounds(rule), **_usual(rule)}
        return [*measures, *(_STATISTICS[k](x).alias(k) for k in asked if k in _STATISTICS)]

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated when a statistic lies outside its interval."""
        measured = _spelled_out(rule, measured)
        count = int(measured["count"] or 0)
        least = int(str(rule.parameters.get("least") or 1))
        if count < least:
            return FileJudgement(False, f"only {count} values: not judged")
        outside = [key for key, pair in _bounds(rule).items() if _is_out(measured[key], pair)]
        measures = {key: _number(measured[key]) for key in {**_bounds(rule), **_usual(rule)}}
        shown = [f"{key} {_short(measures[key])}" for key in outside or list(measures)[:3]]
        usual = {k: float(v) for k, v in _usual(rule).items() if isinstance(v, int | float)}
        agreeing = int(str(rule.parameters.get("agree") or AGREEING))
        is_violated = len(outside) >= min(agreeing, len(_bounds(rule)))
        cause = shift_cause(usual, measures, _bounds(rule)) if is_violated else None
        if is_violated and measures.get("width") == 0:
            cause = "stuck value"
        if not is_violated and _is_stuck(rule, measured):
            ends = [_short(_number(measured[end])) for end in _ENDS]
            seen = f"four fifths of the values from {ends[0]} to {ends[1]}"
            return FileJudgement(True, seen, cause="stuck value", measures=measures)
        return FileJudgement(is_violated, ", ".join(shown), cause=cause, measures=measures)


class CategoryMixKind(FileKind):
    """The shares of the named values among all rows with a value lie in their intervals."""

    name: ClassVar[str] = "category_mix"
    summary: ClassVar[str] = "values are as frequent as history has them"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "shares": Parameter((dict,), "value as text -> [low, high] share", is_required=True),
        "least": Parameter((int,), "fewest values that are judged"),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Spells the intervals of the first values."""
        shares = cast("Mapping[str, Sequence[float]]", rule.parameters["shares"])
        parts = [f"{v} {low:.0%}-{high:.0%}" for v, (low, high) in list(shares.items())[:6]]
        return f"shares of {rule.columns[0]}: {', '.join(parts)}"

    @override
    def measure(self, rule: Rule, ctx: FrameContext) -> Sequence[pl.Expr]:
        """The rows of each named value."""
        name = rule.columns[0]
        text = column(name).cast(pl.String)
        shares = cast("Mapping[str, Json]", rule.parameters["shares"])
        there = (~is_missing(name, ctx)).sum().alias("there")
        return (there, *((text == pl.lit(v)).sum().alias(f"v{i}") for i, v in enumerate(shares)))

    @override
    def judge(self, rule: Rule, measured: Measured, ctx: FrameContext) -> FileJudgement:
        """Violated when a share lies outside its interval."""
        there = int(measured["there"] or 0)
        shares = cast("Mapping[str, Sequence[float]]", rule.parameters["shares"])
        if there < int(str(rule.parameters.get("least") or 1)):
            return FileJudgement(False, f"only {there} values: not judged")
        found = {v: int(measured[f"v{i}"] or 0) / there for i, v in enumerate(shares)}
        outside = [v for v, share in found.items() if _is_out(share, shares[v])]
        seen = ", ".join(f"{v} {found[v]:.1%}" for v in outside or list(found)[:3])
        gone = [v for v in outside if found[v] == 0]
        cause = "truncated delivery or lost category" if gone else None
        return FileJudgement(bool(outside), seen, cause=cause, measures=dict(found))


def _is_stuck(rule: Rule, measured: Measured) -> bool:
    least = rule.parameters.get("spread")
    low, high = (_number(measured[end]) if least is not None else None for end in _ENDS)
    return low is not None and high is not None and high - low < float(str(least))


def _quantiles(rule: Rule) -> tuple[str, ...]:
    """The quantiles that a rule needs, by name, each once."""
    asked = {**_bounds(rule), **_usual(rule)}
    needs_ends = "width" in asked or rule.parameters.get("spread") is not None
    return tuple(k for k in {**asked, **(_ENDS if needs_ends else {})} if k.startswith("q"))


def _spelled_out(rule: Rule, measured: Measured) -> Measured:
    """The statistics by name, quantiles and their distance included."""
    named = dict(measured)
    listed = named.pop(_QUANTILES, None)
    values = listed.to_list() if isinstance(listed, pl.Series) else []
    named.update(zip(_quantiles(rule), values, strict=bool(values)))
    low, high = (_number(named.get(end)) for end in _ENDS)
    return {**named, "width": None if low is None or high is None else high - low}


def _bounds(rule: Rule) -> Mapping[str, tuple[float | None, float | None]]:
    return cast("Mapping[str, tuple[float | None, float | None]]", rule.parameters["bounds"])


def _usual(rule: Rule) -> Mapping[str, Json]:
    return cast("Mapping[str, Json]", rule.parameters.get("usual") or {})


def _is_out(value: object, pair: Sequence[float | None]) -> bool:
    number = _number(value)
    if number is None:
        return False
    low, high = pair
    return (low is not None and number < low) or (high is not None and number > high)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _short(value: object) -> str:
    return "any" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


DISTRIBUTION_KINDS: tuple[FileKind, ...] = (DistributionKind(), CategoryMixKind())
