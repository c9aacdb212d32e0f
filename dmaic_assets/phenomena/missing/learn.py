"""Learns where values may be missing: never, rarely, or depending on another column."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from dmaic_assets.history.baseline import FEWEST_FILES, Bools, Floats, History, Ints
from dmaic_assets.history.column_kinds import ColumnKind
from dmaic_assets.history.proposal import Fit, Proposal, Proposals
from dmaic_assets.history.tolerance import interval, rare_upper
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.missing.by_chance import greatest_by_chance
from dmaic_assets.phenomena.missing.by_value import LEAST_SURPRISE, by_value

# Missing values from which they can go together with those of another column.
LEAST_SUPPORT = 12
# Share of missing values beyond history's that is allowed in any case.
NULL_FLOOR = 0.10
# What the rule takes of the budget beside others: missing values are the commonest damage.
WEIGHT = 3.0
# Columns kept per column, the best supported first.
MOST_PAIRS = 3
# Share of the usual missing values up to which another column makes a difference.
GIVEN_SHARE = 0.5
# Rows with the other column from which a file is judged.
GIVEN_ROWS = 15
# Share by which the bound must be below the plain one to be worth a rule.
TIGHTER = 0.05
# Share of a file's rows beyond which a broken relation counts: as much as a clean file may lose.
LOST_ROWS = 0.01
# Share of further files that break a relation above which none of its kind is learnt: as many as
# may have more than 1 % of their rows set apart.
BROKEN_FILE_RATE = 0.02


def propose_missing(given: Given) -> Proposals:
    """Proposes never-missing columns, bounds of null shares and conditional nulls."""
    history, kinds = given.history, given.kinds
    found: Proposals = []
    for name in history.columns:
        nulls, rows = _nulls(history, name)
        if not len(rows):
            continue
        if nulls.sum() == 0:
            evidence = {"rows": int(rows.sum()), "files": len(rows), "missing": 0}
            rate = rare_upper(0, float(rows.sum()))
            found.append(Proposal("not_null", (name,), "high", evidence=evidence, row_rate=rate))
        elif kinds[name].kind != "empty":
            fit = partial(_fit_share, nulls, rows)
            found.append(Proposal("null_share", (name,), "critical", fit=fit, weight=WEIGHT))
    found.extend(_conditional(history, kinds))
    return found


def _nulls(history: History, name: str) -> tuple[Floats, Floats]:
    found = [c for f in history.facts if (c := f.profile.column(name)) is not None]
    nulls = np.array([c.null_count for c in found], dtype=np.float64)
    return nulls, np.array([c.rows for c in found], dtype=np.float64)


def _fit_share(nulls: Floats, rows: Floats, alpha: float) -> Fit | None:
    shares = (nulls + 0.375) / (rows + 0.75)
    raw = nulls / rows
    if len(rows) < 2:
        most = min(1.0, float(raw[0]) * 3 + 0.2)
        wide = {"files": 1, "usual": round(float(raw[0]), 4), "note": "one file: wide bound"}
        return Fit({"max": round(most, 4)}, wide, alpha) if most < 1 else None
    noise = 0.5 / float(np.sqrt(np.median(rows)))
    found = interval(shares, alpha, scale="arcsine", floor=noise)
    most = max(found.high, float(raw.max()) + NULL_FLOOR)
    if most >= 0.995:
        return None
    evidence = {
        "files": found.files,
        "usual": round(found.centre, 5),
        "greatest": round(float(raw.max()), 5),
        "multiplier": round(found.multiplier, 2),
        "worst_of_history": round(found.worst, 2),
    }
    return Fit({"max": round(most, 5)}, evidence, alpha)


def _conditional(history: History, kinds: Mapping[str, ColumnKind]) -> Proposals:
    gone = {
        n: m
        for n in history.columns
        if history.has(n) and kinds[n].kind != "empty" and (m := history.missing(n)).any()
    }
    # Among many pairs some never contradict by accident; a third of what chance gives is trusted.
    least = max(LEAST_SURPRISE, 3 * float(np.log(max(1, len(gone) ** 2))))
    supported = {name: _ranked(history, gone, name, least) for name in gone}
    unbroken = sum(map(len, supported.values()))
    holds = unbroken and _broken_rate(history, gone, least, unbroken) <= BROKEN_FILE_RATE
    found: Proposals = []
    for name, missing in gone.items():
        ranked = supported[name] if holds else []
        if ranked:
            others = [there for other, there in gone.items() if other != name]
            chance = greatest_by_chance(history, missing, partial(_greatest, others))
            ranked = [pair for pair in ranked if pair[0] > chance]
        for support, other in ranked[:MOST_PAIRS]:
            found.append(_pair(history, name, other, support))
        if not ranked:
            found.extend(by_value(history, kinds, name) or _given(history, gone, name))
    return found


def _ranked(
    history: History, gone: Mapping[str, Bools], name: str, least: float
) -> list[tuple[float, str]]:
    """The columns without which this one is never missing, the best supported first."""
    rows = np.flatnonzero(gone[name])
    pairs = (
        (support, other)
        for other in gone
        if other != name and (support := _support(rows, gone[other])) >= least
    )
    return sorted(pairs, key=lambda pair: (-pair[0], history.columns.index(pair[1])))


def _broken_rate(history: History, gone: Mapping[str, Bools], least: float, unbroken: int) -> float:
    """The share of further files that break a relation which no file has broken yet.

    Relations that one file alone broke tell it: those that held until the last file were such
    before it. Robbins (1956), An empirical Bayes approach to statistics: of things seen k times in
    n draws the rate is (k + 1) f(k + 1) / f(k) / n, where f(k) are seen k times.
    """
    if history.is_cut:
        return 0.0
    lost = np.maximum(LOST_ROWS * history.part_rows, 1)
    once = 0
    for missing in gone.values():
        rows = np.flatnonzero(missing)
        if len(rows) < LEAST_SUPPORT:
            continue
        for other in gone.values():
            breaks = rows[~other[rows]]
            parts = history.part_ids[breaks]
            if not len(parts) or parts[0] != parts[-1] or len(parts) < lost[parts[0]]:
                continue
            once += len(rows) * float((~other).mean()) >= least
    return once / (unbroken * history.parts)


def _greatest(others: Sequence[Bools], rows: Ints) -> float:
    return max(_support(rows, other) for other in others)


def _given(history: History, gone: Mapping[str, Bools], name: str) -> Proposals:
    """A bound among the rows that have another column, where values are missing far less often."""
    if history.is_cut:
        return []
    usual = GIVEN_SHARE * float(gone[name].mean())
    shares = {
        other: float(gone[name][~missing].mean())
        for other, missing in gone.items()
        if other != name and missing.mean() <= GIVEN_SHARE
    }
    if not shares or min(shares.values()) > usual:
        return []
    other = min(shares, key=lambda o: (shares[o], history.columns.index(o)))
    rows, nulls = (history.per_part(m) for m in (~gone[other], gone[name] & ~gone[other]))
    judged = rows >= GIVEN_ROWS
    if int(judged.sum()) < FEWEST_FILES:
        return []
    fit = partial(_fit_given, _nulls(history, name), (nulls[judged], rows[judged]))
    return [Proposal("null_share_given", (name, other), "critical", fit=fit)]


def _fit_given(
    every: tuple[Floats, Floats], given: tuple[Floats, Floats], alpha: float
) -> Fit | None:
    """The bound, unless that among all rows is about as narrow."""
    plain, fitted = _fit_share(*every, alpha), _fit_share(*given, alpha)
    if fitted is None:
        return None
    most = float(str(fitted.parameters["max"]))
    if plain is not None and float(str(plain.parameters["max"])) < most + TIGHTER:
        return None
    parameters: dict[str, Json] = {**fitted.parameters, "least": GIVEN_ROWS}
    return Fit(parameters, fitted.evidence, alpha)


def _support(missing: Ints, other: Bools) -> float:
    """How surprising it is that a value is never missing without `other`; 0 when it is."""
    if len(missing) < LEAST_SUPPORT or not other[missing].all():
        return 0.0
    expected = len(missing) * float((~other).mean())
    return expected if expected >= LEAST_SURPRISE else 0.0


def _pair(history: History, name: str, other: str, support: float) -> Proposal:
    missing = int(history.missing(name).sum())
    there = int((~history.missing(other)).sum())
    return Proposal(
        "conditional_null",
        (name, other),
        "high",
        {"state": "present", "when": "present"},
        {
            "rows": there,
            "missing_together": missing,
            "expected_by_chance": round(support, 1),
            "files": history.files,
        },
        row_rate=rare_upper(0, there),
    )
