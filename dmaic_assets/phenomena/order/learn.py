"""Learns what belongs together within a file: one value, a window, and columns in order."""

import re
from collections.abc import Mapping
from itertools import combinations

import numpy as np
import polars as pl

from dmaic_assets.history.baseline import FEWEST_FILES, Floats, History
from dmaic_assets.history.column_kinds import ColumnKind, part_quantiles
from dmaic_assets.history.proposal import NEVER_BROKEN, Proposal, Proposals
from dmaic_assets.history.tolerance import interval, rare_upper
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.phenomenon import Given

# Rows with both values.
LEAST_ROWS = 50
# Rows that would break the rule were the columns independent. A single pair breaks none of 25 once
# in exp(25) = 7e10 cases, 780 pairs of 40 columns once in 9e7: what is left is for rows that hang
# together, of which up to four may stand for one.
LEAST_SURPRISE = 25.0
# Share of clean files that may reach further; widened to 1.5 times the widest in any case.
WINDOW_ALPHA = 1e-3
# Columns of which pairs are tried: time grows with the square.
MOST_COLUMNS = 40
# Standard deviations from 0 within which a distance is near it.
NEAR = 0.1
# Standard deviations between the quartiles of a normal figure.
QUARTILES = 1.349
# Distances near 0 from which 0 is a limit and no coincidence.
LEAST_NEAR = 20
# Chance, were they even up to 0, that none is as near to it as the nearest one.
LEFT_OUT = 0.01
# Share of the rows that come near 0 in any case.
NEAR_SHARE = 0.002
# The share of a clean file's rows that an order between columns may set apart: 1 %.
APART_SHARE = 0.01
# Seconds of a day.
_DAY_S = 86_400.0
_ORDERED_WORDS = frozenset(
    {
        ("min", "max"),
        ("minimum", "maximum"),
        ("low", "high"),
        ("lower", "upper"),
        ("start", "end"),
        ("begin", "end"),
        ("from", "to"),
        ("first", "last"),
        ("open", "close"),
        ("opened", "closed"),
        ("created", "updated"),
        ("ordered", "shipped"),
        ("before", "after"),
        ("net", "gross"),
        ("birth", "death"),
    }
)


def propose_order(given: Given) -> Proposals:
    """Proposes one-value columns, windows of time-like columns, and columns in order."""
    history, kinds = given.history, given.kinds
    found: Proposals = []
    for name, kind in kinds.items():
        if kind.is_batch and kind.kind != "empty" and not _is_zero(history, name):
            evidence: dict[str, Json] = {"files": history.files, "values": kind.closure.distinct}
            found.append(Proposal("one_value", (name,), "high", evidence=evidence, row_rate=1e-5))
        elif kind.is_timelike and history.is_number(name) and not _is_sequence(history, kind):
            found.extend(_window(history, name))
    found.extend(_pairs(history, kinds))
    return found


def _is_zero(history: History, name: str) -> bool:
    """Whether the only value is 0: most often an amount that has not occurred yet."""
    return history.is_number(name) and bool((np.nan_to_num(history.numbers(name)) == 0).all())


def _is_sequence(history: History, kind: ColumnKind) -> bool:
    """Whether the window would depend on the number of rows, or cannot be known."""
    return history.is_cut or (kind.is_unique and history.dtype(kind.column).is_integer())


def _window(history: History, name: str) -> Proposals:
    x = history.numbers(name)
    lows, mids, highs = part_quantiles(history, x, (0.0, 0.5, 1.0))
    reach = np.maximum(mids - lows, highs - mids)
    reach = reach[~np.isnan(reach)]
    if len(reach) < 3:
        return []
    unit = _DAY_S if history.dtype(name).is_temporal() else 1.0
    widest = max(float(reach.max()), unit)
    fitted = interval(np.maximum(reach, 1e-9), WINDOW_ALPHA, scale="log", floor=0.1, weight=0.0)
    width = max(min(fitted.high, 20 * widest), 1.5 * widest)
    evidence: dict[str, Json] = {"files": len(reach), "widest": widest}
    parameters: dict[str, Json] = {"width": float(np.ceil(width))}
    if history.dtype(name).is_temporal():
        parameters["unit"] = "seconds"
    return [Proposal("window", (name,), "high", parameters, evidence)]


def _pairs(history: History, kinds: Mapping[str, ColumnKind]) -> Proposals:
    names = [
        n
        for n, k in kinds.items()
        if history.is_number(n) and k.kind not in {"empty", "constant"} and not k.is_batch
    ][:MOST_COLUMNS]
    pairs = [
        (first, second)
        for first, second in combinations(names, 2)
        if _family(history.dtype(first)) == _family(history.dtype(second))
    ]
    # The more pairs are tried, the more of them stand apart by chance.
    alpha = WINDOW_ALPHA / max(1, len(pairs))
    return [rule for pair in pairs for rule in _pair(history, pair, alpha)]


def _family(dtype: pl.DataType) -> str:
    return "number" if dtype.is_numeric() else str(dtype).split("(")[0]


def _pair(history: History, pair: tuple[str, str], alpha: float) -> Proposals:
    first, second = pair
    a, b = history.numbers(first), history.numbers(second)
    there = ~(np.isnan(a) | np.isnan(b))
    rows = int(there.sum())
    if rows < LEAST_ROWS:
        return []
    a, b = a[there], b[there]
    above, below = int((a > b).sum()), int((a < b).sum())
    if above and below:
        return []
    if not above and not below:
        return _rule(history, (first, second), "==", (rows, _chance_differences(a)))
    low, high, x, y = (first, second, a, b) if below else (second, first, b, a)
    if not (_is_sharp(x, y) or _is_said(low, high) or _stays_apart(history, pair, alpha)):
        return []
    return _rule(history, (low, high), "<=", (rows, _chance_violations(x, y)))


def _rule(
    history: History, columns: tuple[str, str], operator: str, seen: tuple[int, float]
) -> Proposals:
    """The rule, when chance would have broken it often; so few files only let it report.

    Unless the names say it, too: an order of two columns may be an accident of one delivery, and
    of equal ones one may just not have gone on yet.
    """
    rows, surprise = seen
    if surprise < LEAST_SURPRISE:
        return []
    is_firm = not history.is_cut or (operator == "<=" and _is_said(*columns))
    evidence: dict[str, Json] = {
        "rows": rows,
        "files": history.files,
        "expected_by_chance": round(surprise, 1),
        "violations": 0,
    }
    rule = Proposal(
        "column_pair",
        columns,
        "high" if is_firm else "low",
        {"operator": operator},
        evidence,
        tolerance=None if is_firm else NEVER_BROKEN,
        row_rate=rare_upper(0, rows),
    )
    return [rule]


def _is_said(low: str, high: str) -> bool:
    """Whether the names say so: alike but for a pair of words such as min and max.

    The data tell which way round: a speed may be greater at the start than at the end.
    """
    ours, theirs = (re.findall(r"[a-z]+|[0-9]+", n.lower()) for n in (low, high))
    if len(ours) != len(theirs):
        return False
    differing = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
    if len(differing) != 1:
        return False
    a, b = differing[0]
    return any(
        (less in a and a.replace(less, more, 1) == b)
        or (more in a and a.replace(more, less, 1) == b)
        for less, more in _ORDERED_WORDS
    )


def _is_sharp(low: Floats, high: Floats) -> bool:
    """Whether many gaps come close to 0 and none passes it: a limit rather than a coincidence.

    At a limit gaps are as many beside 0 as a little further; a tail that thins out may go on. Only
    rows that could break the order count: where the low one is no more than the high one ever is
    at least, any order holds. Two counts that are mostly 0 have no gap, which says nothing.
    """
    gaps = high - low
    # A few great amounts widen the standard deviation until most gaps lie near 0 for it.
    lower, upper = np.quantile(gaps, (0.25, 0.75)).tolist()
    reach = NEAR * ((upper - lower) / QUARTILES if upper > lower else float(gaps.std()))
    close = gaps <= reach
    wanted = max(LEAST_NEAR, NEAR_SHARE * len(gaps))
    for some in (gaps[close & (low > high.min())], gaps[close & (high < low.max())]):
        if len(some) < wanted:
            return False
        least = float(some.min())
        if least > 0 and (1.0 - least / reach) ** len(some) < LEFT_OUT:
            return False
    return True


def _stays_apart(history: History, pair: tuple[str, str], alpha: float) -> bool:
    """Whether the least gaps of one more file are expected above 0: an order without a limit.

    Each file of the history tells its gap that `APART_SHARE` of the rows go below; its prediction
    interval must stay positive, so that no more than these rows of a clean file are set apart.
    """
    if history.is_cut:
        return False
    one, other = pair
    gaps = np.abs(history.numbers(other) - history.numbers(one))
    (least,) = part_quantiles(history, gaps, (APART_SHARE,))
    least = least[~np.isnan(least)]
    return len(least) >= FEWEST_FILES and interval(least, alpha).low > 0


def _chance_differences(values: Floats) -> float:
    """Rows that would differ if two columns with these values were independent."""
    _, counts = np.unique(values, return_counts=True)
    return float(len(values) - (counts.astype(np.float64) ** 2).sum() / len(values))


def _chance_violations(low: Floats, high: Floats) -> float:
    """Rows that would be out of order if the two columns were independent."""
    ordered = np.sort(high)
    return float(np.searchsorted(ordered, low, side="left").mean())
