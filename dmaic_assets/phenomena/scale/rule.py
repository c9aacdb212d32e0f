"""The row kind about values in another unit than the others: scale_mix.

The last column is the number; a column before it says which values are to be expected.
"""

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

import numpy as np
import polars as pl
from typing_extensions import override

from dmaic_assets.model import Rule
from dmaic_assets.phenomena.contract.rule_kind import (
    FrameContext,
    Obstacle,
    Parameter,
    RowKind,
    bad_rule,
)
from dmaic_assets.phenomena.mapping.rule import joined
from dmaic_assets.phenomena.scale.causes import unit_of
from dmaic_assets.phenomena.scale.mixture import (
    LEAST_EVIDENCE,
    Floats,
    LogSpread,
    Mixture,
    mixture_of,
)
from dmaic_assets.table.text_table import column

SCALE_MIX = "scale_mix"
# Factors named in a sentence.
_SHOWN = 4


class ScaleMixKind(RowKind):
    """No more values than usual are a constant times what history has.

    Compared are logarithms of the number without its sign: as they are, or less the centre that
    they have for the first column's value (`centres`), or less `slope` times the first column's
    logarithm. `shares` are those of history per bin of `width` from `start` on. When the share of
    values that one of the `factors` explains exceeds its limit, and what is left is as like
    history as files are (`distance`), the rows that rather are scaled ones fail.

    Zeros, missing values and unknown cases pass; a file with fewer than `least` values is not
    judged.
    """

    name: ClassVar[str] = SCALE_MIX
    summary: ClassVar[str] = "no share of the values is a constant times what history has"
    arity: ClassVar[tuple[int, int | None]] = (1, 2)
    is_elementwise: ClassVar[bool] = False
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "factors": Parameter((dict,), "factor -> greatest share of values", is_required=True),
        "start": Parameter((int, float), "where the first bin starts", is_required=True),
        "width": Parameter(
            (int, float),
            "width of the bins",
            is_required=True,
            complaint=lambda v: None if v > 0 else "is not positive",
        ),
        "shares": Parameter((list, tuple), "share of history per bin", is_required=True),
        "centres": Parameter((dict,), "the first column's value -> usual logarithm"),
        "slope": Parameter((int, float), "or: power of the first column that the number follows"),
        "other": Parameter((int, float), "greatest share of values for a factor not listed"),
        "distance": Parameter(
            (int, float), "greatest difference in rank between a file, factors undone, and history"
        ),
        "evidence": Parameter((int, float), "least gain in log-likelihood by scaled values"),
        "least": Parameter((int,), "fewest values that are judged"),
    }

    @override
    def validate(self, rule: Rule) -> None:
        """Refuses factors that scale nothing, shares of nothing, and a column without a use."""
        super().validate(rule)
        for key in cast("Mapping[str, object]", rule.parameters["factors"]):
            if not _is_factor(key):
                raise bad_rule(rule, f"factors: {key!r} is no factor", "Give a positive number.")
        shares = cast("Sequence[float]", rule.parameters["shares"])
        if not shares or min(shares) < 0 or not sum(shares):
            raise bad_rule(rule, "shares: none is positive", "Give the share of every bin.")
        uses = sum(rule.parameters.get(key) is not None for key in ("centres", "slope"))
        if uses != len(rule.columns) - 1:
            fix = "Give centres or slope with two columns, and neither with one."
            raise bad_rule(rule, f"{uses} of centres and slope given", fix)

    @override
    def describe(self, rule: Rule) -> str:
        """Names the number and the first factors with their limits."""
        factors = _factors(rule)
        shown = [f"{unit_of(f) or f'{f:g} times'} {most:.0%}" for f, most in factors.items()]
        *given, target = rule.columns
        by = f" for its {given[0]}" if given else ""
        more = ", ..." if len(shown) > _SHOWN else ""
        return f"{target}{by} is in one unit: at most {', '.join(shown[:_SHOWN])}{more}"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Numbers; the column before may be of any type when it is looked up (see `obstacle`)."""
        is_looked_up = rule.parameters.get("centres") is not None and not dtype.is_nested()
        return dtype.is_numeric() or is_looked_up

    @override
    def obstacle(self, rule: Rule, ctx: FrameContext) -> Obstacle | None:
        """Missing columns, or a last one that is no number."""
        found = super().obstacle(rule, ctx)
        target = rule.columns[-1]
        if found or ctx.schema[target].is_numeric():
            return found
        detail = f"column {target} arrived as {ctx.schema[target]}"
        return Obstacle("incompatible", target, detail)

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for rows that rather are scaled, in a file with more of them than usual."""

        def scaled(logs: pl.Series) -> pl.Series:
            found = mixture_in(rule, logs)
            rows = np.zeros(len(logs), dtype=np.bool_)
            if found is not None:
                rows[logs.is_not_null().to_numpy()] = found.is_scaled
            return pl.Series(logs.name, rows)

        return logarithms(rule).map_batches(scaled, return_dtype=pl.Boolean())

    @override
    def blamed_columns(self, rule: Rule) -> tuple[str, ...]:
        """The number."""
        return rule.columns[-1:]


def logarithms(rule: Rule) -> pl.Expr:
    """Builds what a scale_mix rule compares, null where a row is not judged."""
    x = _log(rule.columns[-1])
    slope = rule.parameters.get("slope")
    if slope is not None:
        x = x - _log(rule.columns[0]) * float(str(slope))
    elif len(rule.columns) > 1:
        centres = cast("Mapping[str, float]", rule.parameters["centres"])
        cases = pl.Series(list(centres), dtype=pl.String)
        values = pl.Series([float(v) for v in centres.values()], dtype=pl.Float64)
        case = joined(rule.columns[:1])
        x = x - case.replace_strict(cases, values, default=None, return_dtype=pl.Float64)
    return pl.when(x.is_finite()).then(x)


def mixture_in(rule: Rule, logs: pl.Series) -> Mixture | None:
    """What a scale_mix rule finds among a file's logarithms; None when nothing is unusual."""
    known = _known(logs)
    if len(known) < int(str(rule.parameters.get("least") or 1)):
        return None
    return mixture_of(
        _spread(rule),
        known,
        _factors(rule),
        other=float(str(rule.parameters.get("other") or 1.0)),
        distance=float(str(rule.parameters.get("distance") or 1.0)),
        least=float(str(rule.parameters.get("evidence") or LEAST_EVIDENCE)),
    )


def factor_cause(found: Mixture) -> str:
    """Names the unit change, or the constant, behind scaled values; two units when both may be."""
    units = list(dict.fromkeys(name for f in found.factors if (name := unit_of(f))))
    if units:
        return f"unit change ({' or '.join(units[:2])})"
    return f"change of scale (about {found.factors[0]:.3g} times)"


def _known(logs: pl.Series) -> Floats:
    return logs.drop_nulls().to_numpy().astype(np.float64)


def _log(name: str) -> pl.Expr:
    return column(name).cast(pl.Float64).abs().log()


def _spread(rule: Rule) -> LogSpread:
    p = rule.parameters
    shares = np.array(cast("Sequence[float]", p["shares"]), dtype=np.float64)
    return LogSpread(float(str(p["start"])), float(str(p["width"])), shares / shares.sum())


def _factors(rule: Rule) -> dict[float, float]:
    given = cast("Mapping[str, float]", rule.parameters["factors"])
    return {float(factor): float(most) for factor, most in given.items()}


def _is_factor(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and float(text) > 0
    except ValueError:
        return False


SCALE_KINDS: tuple[RowKind, ...] = (ScaleMixKind(),)
