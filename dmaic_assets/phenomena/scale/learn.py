"""Learns in which unit a number comes: how its logarithm is spread, alone or given another column.

What belongs here: which column narrows a number most, the histogram, and how large a share of a
clean file each factor seems to explain. The arithmetic is in `mixture`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from dmaic_assets.history.baseline import Floats, History, Ints
from dmaic_assets.history.column_kinds import ColumnKind
from dmaic_assets.history.proposal import SET_APART, Fit, Proposal, Proposals
from dmaic_assets.history.tolerance import interval
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.scale.mixture import (
    FACTORS,
    LEAST_EVIDENCE,
    spread_of,
)
from dmaic_assets.phenomena.scale.replay import replay_of
from dmaic_assets.phenomena.scale.rule import SCALE_MIX

# Files from which usual shares are bounded.
FEWEST_PARTS = 6
# Values of a file from which it is judged.
LEAST_VALUES = 30
# Values of history from which a spread is drawn.
LEAST_ROWS = 300
# Share of scaled values below which a file is not called mixed.
LEAST_SHARE = 0.02
# Bound beyond which a mixture could not be told, and the factor is left out.
MOST_SHARE = 0.20
# Columns of which pairs are tried: time grows with the square.
MOST_COLUMNS = 16
# Values of a column that a rule file may list.
MOST_CASES = 400
# Rows per case on the mean.
LEAST_PER_CASE = 20.0
# Rows from which a case has a centre.
LEAST_CASE = 8
# Share of the standard deviation that another column must leave at most to be used.
NARROWED = 0.75
# Rows that candidates are compared on.
PROBE_ROWS = 6_000
# Bins per standard deviation of the histogram: fine enough for a factor of 1.1 at most spreads.
BINS_PER_SPREAD = 6.0
# Bins of a histogram: bounds the size of a rule.
MOST_BINS = 120
# Narrowest and widest bin, in logarithms: 1 % and 16 % apart.
WIDTHS = (0.01, 0.15)
# Times the evidence that a clean file of history had for a mixture.
EVIDENCE_MARGIN = 1.5
# Times the largest distance of a file of history from the others.
DISTANCE_MARGIN = 1.1
# Distance (total variation) beyond which a spread explains nothing.
MOST_DISTANCE = 0.20
# The same for the usual file: files that differ more have no spread in common.
MOST_USUAL_DISTANCE = 0.15
# Share of values at either end that the histogram need not hold.
_OUTER = 0.001
_CALENDAR = frozenset({"year", "quarter", "month", "week", "day", "hour", "minute", "of"})


@dataclass(frozen=True, slots=True)
class _Given:
    """What narrows a number: a column, by its values' centres or as a power."""

    column: str
    narrowed: float
    slope: float | None = None


@dataclass(frozen=True, slots=True)
class _Replayed:
    """What the rule finds in history itself.

    `shares` has what each factor seems to explain of each part, 0 where it explains the part too
    badly to count: further away than `limit`. `evidence` is the greatest that any has for it,
    `distances` tell how far each part lies from the others.
    """

    shares: Floats
    evidence: float
    distances: Floats
    limit: float

    def told(self) -> dict[str, Json]:
        """The figures that stand beside the rule."""
        return {
            "greatest_share": round(float(self.shares.max()), 4),
            "greatest_evidence": round(self.evidence, 1),
            "usual_distance": round(float(np.median(self.distances)), 4),
        }


def propose_scale(given: Given) -> Proposals:
    """Proposes that no part of a number's values comes in another unit.

    A column that a rule so far computes or maps is passed over; parts of too few files say
    little, and nothing is proposed then.

    Returns:
        At most one rule per number.
    """
    history, kinds = given.history, given.kinds
    if history.is_cut or history.parts < FEWEST_PARTS:
        return []
    known = {_target(p) for p in given.proposed if isinstance(p, Proposal)}
    logs = {n: _logs(history, n) for n, k in kinds.items() if _is_quantity(history, k)}
    logs = {n: x for n, x in logs.items() if int((~np.isnan(x)).sum()) >= LEAST_ROWS}
    logs = dict(list(logs.items())[:MOST_COLUMNS])
    firsts = [n for n, k in kinds.items() if _can_determine(history, k)][:MOST_COLUMNS]
    rules: Proposals = []
    used: set[frozenset[str]] = set()
    for name, x in logs.items():
        if name in known:
            continue
        other = _best_given(history, name, logs, firsts, used)
        if other is not None:
            used.add(frozenset({name, other.column}))
        fit = partial(_fit, history, x, logs, other)
        columns = (name,) if other is None else (other.column, name)
        rules.append(Proposal(SCALE_MIX, columns, "high", tolerance=SET_APART, fit=fit))
    return rules


def _target(found: Proposal) -> str | None:
    if found.kind in {"mapping", "functional_dependency"}:
        return found.columns[-1]
    return found.columns[0] if found.kind == "derived" else None


def _is_quantity(history: History, kind: ColumnKind) -> bool:
    is_number = history.is_number(kind.column) and history.dtype(kind.column).is_numeric()
    is_graded = kind.kind == "category" and kind.closure.distinct > 12
    is_quantity = kind.kind in {"measure", "count"} or is_graded
    # A day of the month is a place in a calendar and comes in no unit.
    is_place = set(re.findall(r"[a-z]+", kind.column.lower())) <= _CALENDAR
    return is_number and is_quantity and not (kind.is_batch or kind.is_timelike or is_place)


def _can_determine(history: History, kind: ColumnKind) -> bool:
    return (
        history.has(kind.column)
        and not (kind.is_batch or kind.is_timelike)
        and 2 <= kind.closure.distinct <= MOST_CASES
        and kind.per_value >= LEAST_PER_CASE
        and not history.dtype(kind.column).is_float()
    )


def _logs(history: History, name: str) -> Floats:
    """Logarithms of the values without their signs; NaN for zeros and missing values."""
    x = np.abs(history.numbers(name))
    return np.log(np.where(x > 0, x, np.nan))


def _best_given(
    history: History,
    name: str,
    logs: Mapping[str, Floats],
    firsts: Sequence[str],
    used: set[frozenset[str]],
) -> _Given | None:
    """The column that narrows the number most; None when none does by enough."""
    step = max(1, len(logs[name]) // PROBE_ROWS)
    y = logs[name][::step]
    found: list[_Given] = []
    for first in firsts:
        if first != name:
            codes = history.codes(first).values[::step]
            found.append(_Given(first, _narrowed_by_cases(codes, y)))
    for other, logs_of_other in logs.items():
        if other != name and frozenset({name, other}) not in used:
            slope, narrowed = _narrowed_by_power(logs_of_other[::step], y)
            found.append(_Given(other, narrowed, slope))
    best = min(found, key=lambda g: g.narrowed, default=None)
    return best if best is not None and best.narrowed <= NARROWED else None


def _narrowed_by_cases(codes: Ints, y: Floats) -> float:
    """The standard deviation within cases, as a share of the whole one."""
    there = (codes >= 0) & ~np.isnan(y)
    if int(there.sum()) < LEAST_ROWS:
        return 1.0
    c, x = codes[there], _without_tails(y[there])
    counts = np.bincount(c)
    cases = int((counts > 0).sum())
    means = np.bincount(c, weights=x) / np.maximum(counts, 1)
    within = float(((x - means[c]) ** 2).sum()) / max(1, len(x) - cases)
    return float(np.sqrt(within / max(float(x.var()), 1e-12)))


def _narrowed_by_power(a: Floats, y: Floats) -> tuple[float, float]:
    """The power of another number that fits, and what is left of the standard deviation."""
    there = ~(np.isnan(a) | np.isnan(y))
    if int(there.sum()) < LEAST_ROWS:
        return 0.0, 1.0
    u, x = _without_tails(a[there]), _without_tails(y[there])
    if float(u.std()) < 1e-9 or float(x.std()) < 1e-9:
        return 0.0, 1.0
    r = float(np.corrcoef(u, x)[0, 1])
    return r * float(x.std() / u.std()), float(np.sqrt(max(0.0, 1.0 - r * r)))


def _without_tails(x: Floats) -> Floats:
    return np.clip(x, *np.quantile(x, (0.01, 0.99)))


def _fit(
    history: History, x: Floats, logs: Mapping[str, Floats], given: _Given | None, alpha: float
) -> Fit | None:
    x, compared = _compared(history, x, logs, given)
    there = ~np.isnan(x)
    counts = history.per_part(there)
    usable = np.flatnonzero(counts >= LEAST_VALUES)
    if len(usable) < FEWEST_PARTS or int(there.sum()) < LEAST_ROWS:
        return None
    start, width, bins = _grid(x[there])
    places = np.floor((x[there] - start) / width).astype(np.int64)
    seen = _replayed(places, history.part_ids[there], usable, (start, width, bins))
    if seen is None:
        return None
    noise = 0.5 / float(np.sqrt(np.median(counts[usable])))
    limits = _limits(seen.shares, alpha / seen.shares.shape[1], noise=noise)
    most = {f: s for f, s in zip(FACTORS, limits, strict=False) if s <= MOST_SHARE}
    if not most:
        return None
    inside = (places >= 0) & (places < bins)
    whole = spread_of(np.bincount(places[inside], minlength=bins).astype(float), start, width)
    parameters: dict[str, Json] = {
        "factors": {f"{factor:.7g}": share for factor, share in most.items()},
        **({"other": limits[-1]} if limits[-1] <= MOST_SHARE else {}),
        **compared,
        "start": float(f"{whole.start:.8g}"),
        "width": float(f"{whole.width:.8g}"),
        "shares": [float(f"{share:.3g}") for share in whole.shares],
        "distance": round(seen.limit, 4),
        "evidence": round(LEAST_EVIDENCE + EVIDENCE_MARGIN * max(0.0, seen.evidence), 1),
        "least": max(LEAST_VALUES, int(counts[usable].min() / 2)),
    }
    evidence = {"files": len(usable), "values": int(there.sum()), **seen.told(), **_told(given)}
    return Fit(parameters, evidence, alpha)


def _told(given: _Given | None) -> dict[str, Json]:
    return {} if given is None else {"narrowed_to": round(given.narrowed, 3)}


def _compared(
    history: History, x: Floats, logs: Mapping[str, Floats], given: _Given | None
) -> tuple[Floats, dict[str, Json]]:
    """What is compared: the logarithms, or what another column leaves of them, and how."""
    if given is None:
        return x, {}
    if given.slope is not None:
        slope = float(f"{given.slope:.4g}")
        return x - logs[given.column] * slope, {"slope": slope}
    centres, x = _centred(history, given.column, x)
    return x, {"centres": centres}


def _centred(history: History, first: str, x: Floats) -> tuple[dict[str, Json], Floats]:
    """The median logarithm per value of another column, and what is left; NaN for rare values."""
    codes = history.codes(first).values
    there = (codes >= 0) & ~np.isnan(x)
    order = np.lexsort((x[there], codes[there]))
    c, y = codes[there][order], x[there][order]
    size = history.codes(first).size
    begins, ends = np.searchsorted(c, np.arange(size)), np.searchsorted(c, np.arange(size), "right")
    middle = np.minimum((begins + ends) // 2, max(0, len(y) - 1))
    centres = np.where(ends - begins >= LEAST_CASE, y[middle] if len(y) else np.nan, np.nan)
    centres = np.round(centres, 5)
    known = zip(history.cases(first), centres.tolist(), strict=True)
    named: dict[str, Json] = {case: centre for case, centre in known if not np.isnan(centre)}
    return named, np.where(codes >= 0, x - centres[np.maximum(codes, 0)], np.nan)


def _grid(x: Floats) -> tuple[float, float, int]:
    """Where bins start, how wide they are and how many: fine enough for how the values vary."""
    low, lower, upper, high = np.quantile(x, (_OUTER, 0.16, 0.84, 1 - _OUTER)).tolist()
    width = float(np.clip((upper - lower) / 2 / BINS_PER_SPREAD, *WIDTHS))
    width = max(width, (high - low) / MOST_BINS)
    return low - width / 2, width, int((high - low) / width) + 1


def _replayed(
    places: Ints, parts: Ints, usable: Ints, grid: tuple[float, float, int]
) -> _Replayed | None:
    """Asks of every usable part what the rule will ask of a file; None when parts differ a lot."""
    asked = replay_of(places, parts, usable.tolist(), grid)
    if float(np.median(asked.distances)) > MOST_USUAL_DISTANCE:
        return None
    limit = min(MOST_DISTANCE, DISTANCE_MARGIN * float(asked.distances.max()))
    shares, evidence = asked.shares(limit, least=LEAST_SHARE)
    return _Replayed(shares, evidence, asked.distances, limit)


def _limits(seen: Floats, alpha: float, *, noise: float) -> list[float]:
    """The greatest usual share per factor; the last is that of a factor not listed."""
    # Most factors explain nothing of any part: their limit is the same, and found once.
    fitted = {
        x.tobytes(): interval(x, alpha, scale="arcsine", floor=noise).high
        for x in {x.tobytes(): x for x in seen.T}.values()
    }
    return [round(max(LEAST_SHARE, fitted[x.tobytes()]), 4) for x in seen.T]
