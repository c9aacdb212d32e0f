"""Learns numbers that other columns determine but for little: by value, or as a power law.

What belongs here: dependencies that hold within a small part of how the number varies, because
of rounding or because the determined figure is renewed now and then. Exact ones are in
`mapping` and `derived`.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from dmaic_assets.history.baseline import Floats, History, Ints
from dmaic_assets.history.column_kinds import ColumnKind
from dmaic_assets.history.proposal import SET_APART, Proposal, Proposals
from dmaic_assets.history.tolerance import rare_upper
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.phenomenon import Given

# Rows from which a number is said to be determined by other columns.
LEAST_ROWS = 200
# Rows per case on the mean.
LEAST_PER_CASE = 20.0
# Rows from which a case has a range.
LEAST_CASE = 5
# Cases from which a column tells anything.
LEAST_CASES = 3
# Cases that a rule file may list.
MOST_CASES = 1_000
# Share of the other rows that a case's range must leave outside on the mean.
LEAST_TELLING = 0.85
# Share of clean rows that may be outside the ranges of the older half of history.
MOST_LOST = 0.002
# Times as much that all files know as the older half does.
GROWN = 2.0
# Widths of a case's range that are added on either side.
MARGIN = 1.0
# Times the largest deviation of history from a power law.
POWER_MARGIN = 1.5
# Share of the logarithm's standard deviation that a power law may be off.
NEAR_SHARE = 0.1
# Columns of which pairs are tried: time grows with the square.
MOST_COLUMNS = 16
# Rows that exponents are told from.
PROBE_ROWS = 256
# Powers that physical and geometric formulas have.
EXPONENTS = (-3, -2, -1, 1, 2, 3)
# How far a fitted exponent may be from a whole number.
EXPONENT_SLACK = 0.1
# Relative deviation beyond which a power law is not one but for rounding.
MOST_OFF = 0.03


def propose_near(given: Given) -> Proposals:
    """Proposes near dependencies of numbers that have no exact one yet.

    A column that a rule so far computes or maps is passed over.

    Returns:
        At most one rule per column: a range for each value of another column when those of the
        older files hold for the newer ones, or else a power law that history never broke.
    """
    history, kinds = given.history, given.kinds
    known = {_target(p) for p in given.proposed if isinstance(p, Proposal)}
    targets = [n for n, k in kinds.items() if _can_be_target(history, k) and n not in known]
    firsts = [n for n, k in kinds.items() if _can_determine(history, k)]
    numbers = [n for n, k in kinds.items() if _is_positive_measure(history, k)][:MOST_COLUMNS]
    ranges = {t: next(_by_value(history, t, firsts, kinds), None) for t in targets}
    by_value = [rule for rule in ranges.values() if rule is not None]
    left = [n for n in numbers if n in ranges and ranges[n] is None]
    return [*by_value, *_power_laws(history, left, numbers)]


def _power_laws(history: History, targets: Sequence[str], numbers: Sequence[str]) -> list[Proposal]:
    """One law per set of columns: what computes is written before what is computed, mostly."""
    found: list[Proposal] = []
    for target in reversed(targets):
        law = next(_by_power(history, target, [n for n in numbers if n != target]), None)
        if law is not None and all(set(law.columns) != set(other.columns) for other in found):
            found.append(law)
    return found


def _target(found: Proposal) -> str | None:
    if found.kind in {"mapping", "functional_dependency"}:
        return found.columns[-1]
    return found.columns[0] if found.kind == "derived" else None


def _can_be_target(history: History, kind: ColumnKind) -> bool:
    return (
        kind.kind in {"measure", "count"}
        and not kind.is_timelike
        and history.is_number(kind.column)
        and history.dtype(kind.column).is_numeric()
    )


def _can_determine(history: History, kind: ColumnKind) -> bool:
    return (
        history.has(kind.column)
        and not (kind.is_batch or kind.is_timelike)
        and LEAST_CASES <= kind.closure.distinct <= MOST_CASES
        and kind.per_value >= LEAST_PER_CASE
        and not history.dtype(kind.column).is_float()
    )


def _is_positive_measure(history: History, kind: ColumnKind) -> bool:
    if not _can_be_target(history, kind):
        return False
    x = history.numbers(kind.column)
    known = x[~np.isnan(x)]
    return len(known) >= LEAST_ROWS and float(known.min()) > 0


def _by_value(
    history: History, target: str, firsts: Sequence[str], kinds: Mapping[str, ColumnKind]
) -> Iterator[Proposal]:
    """A column each of whose values goes with a narrow part of the number's range."""
    y = history.numbers(target)
    is_known = ~np.isnan(y)
    known = np.sort(y[is_known])
    for first in sorted(firsts, key=lambda n: -kinds[n].closure.distinct):
        codes = history.codes(first).values
        there = (codes >= 0) & is_known
        rows = int(there.sum())
        if first == target or rows < LEAST_ROWS:
            continue
        cases, x = codes[there], y[there]
        ranges = _ranges(cases, x)
        if _telling(ranges, cases, known if rows == len(known) else np.sort(x)) < LEAST_TELLING:
            continue
        lost, judged = _replayed(cases, x, history.part_ids[there], history.parts)
        # All files know about twice as much as the older half, so that half as many rows are lost.
        if judged >= LEAST_ROWS and lost <= GROWN * MOST_LOST * judged:
            yield _range_rule(history, (first, target), ranges, (lost, int(GROWN * judged)))


def _ranges(codes: Ints, y: Floats) -> tuple[Floats, Floats]:
    """The least and greatest number of each case, with a margin; NaN for a case of few rows.

    The margin is the case's own width or the usual case's, whichever is more: a case of a dozen
    rows has not shown how wide it is.
    """
    size = int(codes.max()) + 1
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, codes, y)
    np.maximum.at(high, codes, y)
    is_known = np.bincount(codes, minlength=size) >= LEAST_CASE
    if not is_known.any():
        return np.full(size, np.nan), np.full(size, np.nan)
    width = np.where(is_known, high - low, np.nan)
    usual = float(np.nanmean(width[codes]))
    margin = MARGIN * np.maximum(width, usual)
    return np.where(is_known, low, np.nan) - margin, np.where(is_known, high, np.nan) + margin


def _telling(ranges: tuple[Floats, Floats], codes: Ints, ordered: Floats) -> float:
    """The share of rows whose range would not hold a number drawn from any row."""
    low, high = ranges
    if not (high > low).any():
        return 0.0
    inside = np.searchsorted(ordered, high, side="right") - np.searchsorted(ordered, low)
    held = np.where(np.isnan(low), 1.0, inside / len(ordered))
    return float(1 - held[codes].mean())


def _replayed(codes: Ints, y: Floats, parts: Ints, count: int) -> tuple[int, int]:
    """How many rows of the newer half the ranges of the older half set apart, and judge."""
    is_old = parts < max(1, count // 2)
    if not is_old.any():
        return 0, 0
    low, high = _ranges(codes[is_old], y[is_old])
    new = ~is_old & (codes < len(low))
    a, b, x = low[codes[new]], high[codes[new]], y[new]
    return int(((x < a) | (x > b)).sum()), int((~np.isnan(a)).sum())


def _range_rule(
    history: History, columns: tuple[str, str], ranges: tuple[Floats, Floats], seen: tuple[int, int]
) -> Proposal:
    lost, rows = seen
    cases = history.cases(columns[0])
    bounds: dict[str, Json] = {}
    for case, low, high in zip(cases, ranges[0].tolist(), ranges[1].tolist(), strict=False):
        if not np.isnan(low):
            bounds[case] = [float(f"{end:.6g}") for end in (low, high)]
    evidence = _evidence(history, rows) | {"cases": len(bounds), "lost_on_replay": lost}
    return Proposal(
        "range_by",
        columns,
        "high",
        {"bounds": bounds},
        evidence,
        tolerance=SET_APART,
        row_rate=rare_upper(lost, rows),
    )


def _by_power(history: History, target: str, inputs: Sequence[str]) -> Iterator[Proposal]:
    """The number as constant x a^p x b^q with small whole p and q, but for rounding."""
    y = history.numbers(target)
    for a, b in combinations(inputs, 2):
        parts = (history.numbers(a), history.numbers(b))
        exponents = _exponents(y[:PROBE_ROWS], [p[:PROBE_ROWS] for p in parts])
        if exponents is None:
            continue
        values = parts[0] ** exponents[0] * parts[1] ** exponents[1]
        ratios = (y / values)[~np.isnan(y / values)]
        constant = float(f"{np.median(ratios):.9g}")
        off = float(np.abs(ratios / constant - 1).max())
        varies = float(np.log(y[~np.isnan(y)]).std())
        if len(ratios) >= LEAST_ROWS and off <= min(MOST_OFF, NEAR_SHARE * varies):
            parameters: dict[str, Json] = {
                "form": "power",
                "exponents": list(exponents),
                "constant": constant,
                "within_share": float(f"{max(off * POWER_MARGIN, 1e-9):.3g}"),
            }
            evidence = _evidence(history, len(ratios))
            yield Proposal(
                "derived",
                (target, a, b),
                "high",
                parameters,
                evidence,
                tolerance=SET_APART,
                row_rate=rare_upper(0, len(ratios)),
            )


def _exponents(y: Floats, inputs: Sequence[Floats]) -> tuple[float, float] | None:
    """The exponents that least squares on logarithms give, when both are small whole numbers."""
    logs = np.log(np.stack([y, *inputs]))
    logs = logs[:, ~np.isnan(logs).any(axis=0)]
    if logs.shape[1] < LEAST_ROWS // 4:
        return None
    centred = logs - logs.mean(axis=1, keepdims=True)
    gram = centred[1:] @ centred[1:].T
    if np.linalg.det(gram) <= 1e-4 * gram[0, 0] * gram[1, 1]:
        return None
    p, q = np.linalg.solve(gram, centred[1:] @ centred[0])
    whole = (round(float(p)), round(float(q)))
    is_near = abs(p - whole[0]) <= EXPONENT_SLACK and abs(q - whole[1]) <= EXPONENT_SLACK
    return whole if is_near and set(whole) <= set(EXPONENTS) else None


def _evidence(history: History, rows: int) -> dict[str, Json]:
    return {"files": history.files, "rows_checked": rows, "violations": 0}
