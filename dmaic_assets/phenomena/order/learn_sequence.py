"""Learns sequences within a file: the column that rows are sorted by, and numbers without gaps."""

from functools import partial

import numpy as np

from dmaic_assets.history.baseline import Floats, History
from dmaic_assets.history.proposal import SET_APART, Fit, Proposal, Proposals
from dmaic_assets.history.tolerance import interval, rare_upper
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.phenomenon import Given

# Files that must have the order.
FEWEST_FILES = 4
# Falls that a random order would have had: e^-25 is left.
LEAST_CHANCE = 25.0
# Different numbers of a file from which gaps are counted.
LEAST_ROWS = 20
# Share of numbers that may be gone in history: with more it is no sequence.
MOST_LOST = 0.05
# Share of lost numbers beyond history's that is allowed in any case.
SHARE_FLOOR = 0.02


def propose_sequences(given: Given) -> Proposals:
    """Proposes the order of rows and the step of numbers, where every file of history had them.

    The order only reports: rows in another order are the same rows, but single rows out of place
    are set apart. Gaps between numbers that
    had none are lost rows, and stop a file from a share on that the budget pays for.
    """
    history, kinds = given.history, given.kinds
    if history.is_cut or history.files < FEWEST_FILES:
        return []
    found: Proposals = []
    for name, kind in kinds.items():
        if kind.kind in {"empty", "constant", "boolean"} or not history.is_number(name):
            continue
        if not kind.is_batch:
            found.extend(_order(history, name))
        if kind.is_unique and history.dtype(name).is_integer():
            found.extend(_step(history, name))
    return found


def _order(history: History, name: str) -> Proposals:
    """One direction that no place of any file broke, though chance would have many times."""
    # Neighbours of a sample are not neighbours of the file.
    if history.is_sampled:
        return []
    x = history.numbers(name)
    there = ~np.isnan(x)
    values, parts = x[there], history.part_ids[there]
    steps = np.diff(values)[parts[1:] == parts[:-1]]
    falls, rises = int((steps < 0).sum()), int((steps > 0).sum())
    if bool(falls) == bool(rises):
        return []
    expected = _falls_by_chance(history, name)
    if expected < LEAST_CHANCE:
        return []
    evidence: dict[str, Json] = {
        "files": history.files,
        "places": len(steps),
        "expected_by_chance": round(expected, 1),
        "violations": 0,
    }
    direction: dict[str, Json] = {"direction": "descending" if falls else "ascending"}
    rate = rare_upper(0, len(steps))
    return [
        Proposal("row_order", (name,), "low", direction, evidence),
        Proposal(
            "in_sequence",
            (name,),
            "medium",
            direction,
            evidence,
            tolerance=SET_APART,
            row_rate=rate,
        ),
    ]


def _falls_by_chance(history: History, name: str) -> float:
    """Places out of order over all files, were the rows of each file in random order.

    Two rows of a file fall in random order with half the chance that their values differ.
    """
    held = history.held(name)
    rows = held.per_part(held.rows)
    same = held.per_part(held.rows.astype(np.float64) ** 2)
    differ = 1 - np.divide(same, rows**2, out=np.ones(history.parts), where=rows > 0)
    return float((np.maximum(rows - 1, 0) * differ / 2).sum())


def _step(history: History, name: str) -> Proposals:
    """The step of numbers that fill their span in every file, up to a few that are lost."""
    spans = _spans(history, name)
    if len(spans) < FEWEST_FILES:
        return []
    widths, values = spans[:, 0], spans[:, 1]
    step = max(1, round(float(np.median(widths / (values - 1)))))
    lost = widths / step + 1 - values
    if step > 1 and bool((lost != 0).any()):
        return []
    if bool((lost < 0).any()) or float(lost.sum()) > MOST_LOST * float(values.sum()):
        return []
    evidence: dict[str, Json] = {
        "files": len(values),
        "values": int(values.sum()),
        "lost": int(lost.sum()),
    }
    report = Proposal("number_step", (name,), "low", {"step": step}, evidence, variant="every")
    fit = partial(_fit_lost, lost, values, step)
    stop = Proposal("number_step", (name,), "critical", evidence=evidence, fit=fit, weight=0.5)
    return [stop, report] if not lost.any() else [stop]


def _spans(history: History, name: str) -> Floats:
    """Per file with enough values: greatest minus least, and how many values (exact)."""
    found: list[tuple[float, float]] = []
    for facts in history.facts:
        known = facts.profile.column(name)
        if known is None or known.distinct_count < LEAST_ROWS:
            continue
        low, high = known.minimum, known.maximum
        if isinstance(low, int) and isinstance(high, int):
            found.append((float(high - low), float(known.distinct_count)))
    return np.array(found, dtype=np.float64).reshape(-1, 2)


def _fit_lost(lost: Floats, values: Floats, step: int, alpha: float) -> Fit:
    shares = lost / (lost + values)
    noise = 0.5 / float(np.sqrt(np.median(values)))
    found = interval((lost + 0.375) / (lost + values + 0.75), alpha, scale="arcsine", floor=noise)
    most = min(1.0, max(found.high, float(shares.max()) + SHARE_FLOOR))
    evidence: dict[str, Json] = {
        "usual": round(float(np.median(shares)), 5),
        "greatest": round(float(shares.max()), 5),
        "multiplier": round(found.multiplier, 2),
    }
    return Fit({"step": step, "max": round(most, 5)}, evidence, alpha)
