"""Run lengths of Shewhart charts with runs rules: exact Markov chains, simulation for the rest.

What belongs here: the chain of Champ & Woodall (Technometrics 29:393, 1987) for every rule that
looks only at zones, and a simulation for trends and alternations, which look at the values.

The mean run length is not the reciprocal of the share of points that signal: signals of rules
come in clusters.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.arguments import at_least, takes
from dmaic_assets.sixsigma.charts.runs_rules import NELSON, RuleName, apply_rules

# Zones by their lower edges: below -3, (-3,-2), (-2,-1), (-1,0), (0,1), (1,2), (2,3), above 3.
_EDGES = np.array([-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0])
# Points in a row on one side of the centre (Nelson 1984; Western Electric 1956).
_SIDE_RUNS: dict[RuleName, int] = {"nelson2": 9, "we4": 8}
# So many of so many points beyond so many sigma on one side (same sources).
_WINDOWS: dict[RuleName, tuple[int, int, int]] = {
    "nelson5": (2, 3, 2),
    "nelson6": (4, 5, 1),
    "we2": (2, 3, 2),
    "we3": (4, 5, 1),
}
ZONE_RULES: tuple[RuleName, ...] = (
    *("nelson1", "nelson2", "nelson5", "nelson6", "nelson7", "nelson8"),
    *("we1", "we2", "we3", "we4"),
)


@dataclass(frozen=True, slots=True)
class RunLength:
    """A simulated mean with its standard error."""

    mean: float
    standard_error: float


@takes()
def runs_arl(rules: Sequence[RuleName], *, shift: float = 0.0) -> float:
    """Computes the average run length of a chart under zone rules, exactly.

    Args:
        rules: Rules that look at zones only (not nelson3, nelson4); windows count from their
            k-th point on, as on a chart that has just begun.
        shift: Mean of the plotted values, in standard errors.

    Raises:
        BadInputError: A rule is not one of `ZONE_RULES`, or none is given.
    """
    unfit = [rule for rule in rules if rule not in ZONE_RULES]
    if unfit or not rules:
        raise BadInputError(
            "exact run length",
            f"{unfit[0]!r} looks at values" if unfit else "no rule is given",
            "Use simulated_run_length.",
        )
    from scipy.sparse import coo_matrix, identity
    from scipy.sparse.linalg import spsolve
    from scipy.special import ndtr

    moves = _moves(tuple(sorted(set(rules))))
    edges = np.concatenate([[0.0], ndtr(_EDGES - shift), [1.0]])
    # Differences of Phi above the centre are taken from the other tail, which keeps their digits.
    upper = np.concatenate([[1.0], ndtr(shift - _EDGES), [0.0]])
    chances = np.where(np.arange(8) < 4, np.diff(edges), -np.diff(upper))
    rows, columns, zones = moves
    count = int(rows.max()) + 1
    chain = coo_matrix((chances[zones], (rows, columns)), shape=(count, count))
    lengths = cast(
        "NDArray[np.float64]", spsolve((identity(count) - chain).tocsc(), np.ones(count))
    )
    return float(lengths.reshape(-1)[0])


@takes(charts=at_least(2), block=at_least(1))
def simulated_run_length(
    rules: Sequence[RuleName] = NELSON,
    *,
    rng: np.random.Generator,
    shift: float = 0.0,
    charts: int = 20_000,
    block: int = 256,
) -> RunLength:
    """Simulates the average run length of a chart under any rules.

    Args:
        rules: Rules that are all watched.
        rng: Random generator.
        shift: Mean of the plotted values, in standard errors.
        charts: How many charts are run to their first signal.
        block: How many points are drawn for every chart at once.
    """
    overlap = 15  # no rule looks further back
    lengths = np.zeros(charts)
    alive = np.arange(charts)
    tail = np.full((charts, overlap), np.nan)
    seen = 0
    while alive.size:
        x = np.concatenate([tail, shift + rng.standard_normal((alive.size, block))], axis=1)
        hit = apply_rules(x, 0.0, 1.0, rules=rules).any[:, overlap:]
        done = hit.any(axis=1)
        lengths[alive[done]] = seen + hit[done].argmax(axis=1) + 1
        alive, tail = alive[~done], x[~done, -overlap:]
        seen += block
    error = float(lengths.std(ddof=1)) / math.sqrt(charts)
    return RunLength(float(lengths.mean()), error)


def _moves(rules: tuple[RuleName, ...]) -> tuple[NDArray[np.int64], ...]:
    """Walks all histories that do not signal; a state is what the rules still remember."""
    start = tuple(_blank(rule) for rule in rules)
    place, queue = {start: 0}, deque([start])
    rows: list[int] = []
    columns: list[int] = []
    zones: list[int] = []
    while queue:
        state = queue.popleft()
        for zone in range(8):
            following = _step(rules, state, zone)
            if following is None:
                continue
            if following not in place:
                place[following] = len(place)
                queue.append(following)
            rows.append(place[state])
            columns.append(place[following])
            zones.append(zone)
    return tuple(np.array(part, np.int64) for part in (rows, columns, zones))


_Memory = tuple[int, int]


def _blank(rule: RuleName) -> _Memory:
    del rule
    return (0, 0)


def _step(
    rules: tuple[RuleName, ...], state: tuple[_Memory, ...], zone: int
) -> tuple[_Memory, ...] | None:
    """What every rule remembers after one more point, or None when one signals."""
    # -4..-1 below the centre, 1..4 above it; the size says how many sigmas begin before it.
    signed = zone - 4 if zone < 4 else zone - 3
    following: list[_Memory] = []
    for rule, memory in zip(rules, state, strict=True):
        after = _remember(rule, memory, signed)
        if after is None:
            return None
        following.append(after)
    return tuple(following)


def _remember(rule: RuleName, memory: _Memory, signed: int) -> _Memory | None:
    if rule in ("nelson1", "we1"):
        return None if abs(signed) == 4 else memory
    if rule in _SIDE_RUNS:
        return _side_run(memory, signed, _SIDE_RUNS[rule])
    if rule in _WINDOWS:
        k, m, width = _WINDOWS[rule]
        return _window(memory, signed, k, m, width)
    if rule == "nelson7":
        count = memory[0] + 1 if abs(signed) == 1 else 0
        return None if count == 15 else (count, 0)
    return _mixture(memory, signed)


def _side_run(memory: _Memory, signed: int, length: int) -> _Memory | None:
    """The run on the present side, signed."""
    run = memory[0]
    run = (max(run, 0) + 1) if signed > 0 else (min(run, 0) - 1)
    return None if abs(run) == length else (run, 0)


def _window(memory: _Memory, signed: int, k: int, m: int, width: int) -> _Memory | None:
    """The last m - 1 points above, and below, as bits; trailing ones alone cannot matter."""
    high = (memory[0] << 1) | (signed > width)
    low = (memory[1] << 1) | (signed < -width)
    for bits, now in ((high, signed > width), (low, signed < -width)):
        if now and bits.bit_count() >= k:
            return None
    mask = (1 << (m - 1)) - 1
    return (high & mask, low & mask)


def _mixture(memory: _Memory, signed: int) -> _Memory | None:
    """Points outside one sigma in a row, 8 at most, and how many of the last are on one side."""
    if abs(signed) == 1:
        return (0, 0)
    outside = min(memory[0] + 1, 8)
    side = (max(memory[1], 0) + 1) if signed > 0 else (min(memory[1], 0) - 1)
    side = max(min(side, 8), -8)
    if outside == 8 and abs(side) < 8:
        return None
    return (outside, side)
