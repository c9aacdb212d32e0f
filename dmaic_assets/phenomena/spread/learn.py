"""Learns file rules: how many rows arrive, and how numbers and categories are spread.

Too few files are judged by the periods that their times give, if they do: how numbers and
categories are spread, with bounds that one in `CUT_ALPHA` as many clean periods would break. How
many rows a file has, and how long it reaches, only files tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import cast

import numpy as np

from dmaic_assets.history.baseline import Floats, History
from dmaic_assets.history.codes import first_rows
from dmaic_assets.history.column_kinds import ColumnKind, part_quantiles
from dmaic_assets.history.facts import FileFacts, numbers_of
from dmaic_assets.history.proposal import Fit, Proposal, Proposals
from dmaic_assets.history.tolerance import ToleranceInterval, evidence_of, interval
from dmaic_assets.model import Json, Rule
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.spread.rule import AGREEING
from dmaic_assets.phenomena.volume.learn import fit_rows

STATISTICS = ("mean", "q10", "q25", "q50", "q75", "q90")
# Values of a file from which its quantiles are judged.
FEWEST_VALUES = 15
# Rows of a file from which its shares are judged.
FEWEST_MIX_ROWS = 40
# Values whose shares are bounded, the most frequent first.
MOST_MIXED = 12
# Share beyond history's that is allowed in any case.
MIX_MARGIN = 0.15
# Standard deviations of the values by which a level may move without meaning anything.
SHIFT_FLOOR = 0.4
# The same for numbers around 0, whose level has no size of its own.
CROSSING_FLOOR = 0.8
# Least standard deviation of a level's logarithm: 8 % does not matter.
LOG_FLOOR = 0.08
# Least standard deviation of a share on the logit scale: .5 may be .41 as well.
MIX_FLOOR = 0.35
# Part of the price that blocks and periods pay: they vary less than files do.
CUT_ALPHA = 0.1
# Share of the narrowest spread of history below which values are stuck.
STUCK_SHARE = 0.1
# Different values that every file must have had for a stuck one to be told.
STUCK_VALUES = 10
# Bounds that a decimal place more or less would pass say nothing, and are not kept.
_TENFOLD = (0.1, 10.0)


def propose_spreads(given: Given) -> Proposals:
    """Proposes the distribution of numbers and times, and the mix of categories."""
    history, kinds = given.history, given.kinds
    found: Proposals = []
    if history.is_cut and history.timed is None:
        return found
    for name, kind in kinds.items():
        if history.has(name) and not kind.is_batch:
            found.extend(_spread_of(history, kind))
    return found


def _spread_of(history: History, kind: ColumnKind) -> Proposals:
    name = kind.column
    if history.dtype(name).is_temporal() and not history.is_cut:
        fit = partial(_fit_span, history, name)
        return [Proposal("time_span", (name,), "critical", fit=fit)]
    if kind.is_timelike:
        return []
    if kind.kind in {"measure", "count"} or _is_graded(history, kind):
        fit = partial(_fit_spread, history, name)
        return [Proposal("distribution", (name,), "critical", fit=fit)]
    if kind.kind in {"category", "boolean", "foreign key"} and 2 <= kind.closure.distinct <= 200:
        fit = partial(_fit_mix, history, name)
        return [Proposal("category_mix", (name,), "critical", fit=fit)]
    return []


def bounds_before(rule: Rule, facts: Sequence[FileFacts]) -> Rule:
    """Fits an amount's bounds again, to older files only and at the price that the rule has.

    Args:
        rule: A learnt rule on the number of rows or on a distribution.
        facts: Accepted files without the newest ones.

    Returns:
        The rule with the bounds that it would have had; unchanged for another kind or origin.
    """
    alpha = rule.evidence.get("stop_rate")
    if rule.origin != "learnt" or not isinstance(alpha, float) or alpha <= 0:
        return rule
    history = History(facts)
    fit: Fit | None = None
    if rule.kind == "row_count":
        fit = fit_rows(history, alpha)
    elif rule.kind == "distribution":
        fit = _fit_spread(history, rule.columns[0], alpha)
    return rule if fit is None else replace(rule, parameters=fit.parameters)


def _is_graded(history: History, kind: ColumnKind) -> bool:
    """A number with few values that is still a quantity rather than a label."""
    return kind.kind == "category" and history.is_number(kind.column) and kind.closure.distinct > 12


def _fit_span(history: History, name: str, alpha: float) -> Fit | None:
    found = [n for f in history.facts if (n := numbers_of(f, name)) and n["count"] >= FEWEST_VALUES]
    spans = np.array([n["max"] - n["min"] for n in found])
    if len(spans) < 3 or float(spans.min()) <= 0:
        return None
    fitted = interval(spans, alpha, scale="log", floor=LOG_FLOOR, weight=0.0)
    low = min(fitted.low, float(spans.min()) * 0.95)
    if low < 0.2 * float(np.median(spans)):
        return None
    evidence = evidence_of(fitted) | {"least": six_digits(float(spans.min()))}
    return Fit({"min": float(np.floor(low)), "least": FEWEST_VALUES}, evidence, alpha)


def _fit_spread(history: History, name: str, alpha: float) -> Fit | None:
    found = [n for n in _summaries(history, name) if n and n["count"] >= FEWEST_VALUES]
    if len(found) < 3:
        return None
    price = alpha * CUT_ALPHA if history.is_cut else alpha
    spread = max(float(np.median([n["std"] for n in found])), 1e-12)
    is_positive = all(n["q10"] > 0 for n in found)
    crosses = abs(float(np.median([n["q50"] for n in found]))) < spread
    floor = (CROSSING_FLOOR if crosses else SHIFT_FLOOR) * spread
    bounds: dict[str, Json] = {}
    usual: dict[str, Json] = {}
    worst = 0.0
    for key in STATISTICS:
        x = np.array([n[key] for n in found])
        fitted = _fit_statistic(x, price / len(STATISTICS), floor, is_positive=is_positive)
        bounds[key] = [six_digits(fitted.low), six_digits(fitted.high)]
        usual[key] = six_digits(float(np.median(x)))
        worst = max(worst, fitted.worst)
    if not any(_is_seen(factor, usual, bounds) for factor in _TENFOLD):
        return None
    evidence = {**_counted(history, len(found)), "worst_of_history": round(worst, 2)}
    parameters: dict[str, Json] = {"bounds": bounds, "usual": usual, "least": FEWEST_VALUES}
    narrowest = min(n["q90"] - n["q10"] for n in found)
    if narrowest > 0 and _fewest_values(history, name) >= STUCK_VALUES:
        parameters["spread"] = six_digits(STUCK_SHARE * narrowest)
    return Fit(parameters, evidence, alpha)


def _is_seen(factor: float, usual: Mapping[str, Json], bounds: Mapping[str, Json]) -> bool:
    """Whether numbers that many times as large would break the rule."""
    pairs = cast("Mapping[str, tuple[float, float]]", bounds)
    moved = {key: factor * value for key, value in cast("Mapping[str, float]", usual).items()}
    outside = [key for key, (low, high) in pairs.items() if not low <= moved[key] <= high]
    return len(outside) >= AGREEING


def _fewest_values(history: History, name: str) -> int:
    """Different values of the file that has the fewest of them."""
    columns = [f.profile.column(name) for f in history.facts]
    return min((c.distinct_count for c in columns if c is not None), default=0)


def _summaries(history: History, name: str) -> list[Mapping[str, float]]:
    """Mean, spread and quantiles of a number per part; exact for files."""
    if history.timed is None:
        return [numbers_of(f, name) for f in history.facts]
    x = history.numbers(name)
    there = ~np.isnan(x)
    ids, values = history.part_ids[there], x[there]
    counts = np.bincount(ids, minlength=history.parts).astype(np.float64)
    some = np.maximum(counts, 1)
    means = np.bincount(ids, weights=values, minlength=history.parts) / some
    squares = np.bincount(ids, weights=(values - means[ids]) ** 2, minlength=history.parts)
    stds = np.sqrt(squares / np.maximum(counts - 1, 1))
    at = [float(key[1:]) / 100 for key in STATISTICS if key != "mean"]
    quantiles = part_quantiles(history, x, tuple(at))
    columns = {"count": counts, "mean": means, "std": stds}
    columns |= dict(zip((k for k in STATISTICS if k != "mean"), quantiles, strict=True))
    return [{k: float(c[p]) for k, c in columns.items()} for p in np.flatnonzero(history.is_whole)]


def _counted(history: History, parts: int) -> dict[str, Json]:
    """How many files, and periods of them, a figure was compared between."""
    if history.timed is None:
        return {"files": parts}
    return {"files": history.files, "parts": parts, "cut_by": history.timed.words}


def _fit_statistic(
    x: Floats, alpha: float, floor: float, *, is_positive: bool
) -> ToleranceInterval:
    if is_positive and float(x.min()) > 0:
        # Numbers far from 0 that vary little (a pressure, a speed) show a smaller factor.
        near = min(LOG_FLOOR, floor / float(np.median(x)))
        return interval(x, alpha, scale="log", floor=near, weight=0.0)
    return interval(x, alpha, floor=floor)


def _fit_mix(history: History, name: str, alpha: float) -> Fit | None:
    codes = history.codes(name)
    there = codes.values >= 0
    sizes = history.per_part(there)
    usable = (sizes >= FEWEST_MIX_ROWS) & history.is_whole
    if int(usable.sum()) < 3:
        return None
    held = history.held(name)
    table = np.zeros((history.parts, codes.size))
    table[held.part, held.value] = held.rows
    price = alpha * CUT_ALPHA if history.is_cut else alpha
    top = np.argsort(-table.sum(axis=0), kind="stable")[:MOST_MIXED]
    series, first = history.series(name), first_rows(codes)
    shares: dict[str, Json] = {}
    worst = 0.0
    for code in top:
        counts = table[usable, code]
        fitted = interval(
            (counts + 0.5) / (sizes[usable] + 1), price / len(top), scale="logit", floor=MIX_FLOOR
        )
        seen = counts / sizes[usable]
        low = min(fitted.low, float(seen.min()) - MIX_MARGIN) if counts.min() >= 5 else 0.0
        high = max(fitted.high, float(seen.max()) + MIX_MARGIN)
        value = series[int(first[code])]
        shares[str(value) if not isinstance(value, bool) else str(value).lower()] = [
            round(_share(low), 5),
            round(_share(high), 5),
        ]
        worst = max(worst, fitted.worst)
    evidence = {**_counted(history, int(usable.sum())), "worst_of_history": round(worst, 2)}
    return Fit({"shares": shares, "least": FEWEST_MIX_ROWS}, evidence, alpha)


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def six_digits(value: float) -> float:
    """Rounds a bound or what it rests on: more digits are none that anybody reads."""
    return float(f"{value:.6g}")
