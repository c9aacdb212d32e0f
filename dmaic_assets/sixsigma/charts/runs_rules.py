"""Runs rules of control charts: the eight of Nelson and the four of Western Electric.

What belongs here: which points complete which pattern, one boolean row per rule, so that no rule
hides another. A pattern belongs to the point that completes it and to every later point at which
it still holds. Beyond is strict, within one sigma is inclusive; a value on the centre line is on
neither side; equal neighbours break trends and alternations; a gap (NaN) cuts every run.

Sources: Nelson 1984 (J. Qual. Tech. 16:237), Western Electric 1956.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from dmaic_assets.errors import BadInputError

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]
_Nelson: TypeAlias = Literal[
    "nelson1",
    "nelson2",
    "nelson3",
    "nelson4",
    "nelson5",
    "nelson6",
    "nelson7",
    "nelson8",
]
_WesternElectric: TypeAlias = Literal["we1", "we2", "we3", "we4"]
RuleName: TypeAlias = Literal[_Nelson, _WesternElectric]

NELSON: tuple[RuleName, ...] = get_args(_Nelson)
WESTERN_ELECTRIC: tuple[RuleName, ...] = get_args(_WesternElectric)


@dataclass(frozen=True, slots=True)
class RuleOptions:
    """The points in which implementations differ.

    Attributes:
        partial_windows: Whether k of m fires on the k-th point although m points do not exist yet
            (qcc waits for a full window).
        either_side: Whether Nelson 8 takes eight points outside one sigma on one side only, as
            Minitab does; Nelson and qcc want both sides among the eight.
        window_zones: Which zones the values of a window of k of m are held against where limits
            vary: each value's `own`, or those of the `last` point, as qcc does.
    """

    partial_windows: bool = True
    either_side: bool = False
    window_zones: Literal["own", "last"] = "own"


@dataclass(frozen=True, slots=True)
class Signals:
    """Which rules hold at which points: `flags` has shape (rules, ..., points)."""

    rules: tuple[RuleName, ...]
    flags: Flags

    def points(self, rule: RuleName) -> list[int]:
        """0-based places, ascending, at which `rule` holds on a chart of one series."""
        return [int(i) for i in np.flatnonzero(self.flags[self.rules.index(rule)])]

    def at(self, point: int) -> tuple[RuleName, ...]:
        """Every rule that holds at a 0-based point, in the order of `rules`."""
        return tuple(r for r, row in zip(self.rules, self.flags, strict=True) if row[point])

    @property
    def any(self) -> Flags:
        """Whether some rule holds, per point."""
        return np.asarray(self.flags.any(axis=0), dtype=np.bool_)


def apply_rules(
    x: Floats,
    center: float | Floats,
    sigma: float | Floats,
    *,
    rules: Sequence[RuleName] = NELSON,
    options: RuleOptions | None = None,
) -> Signals:
    """Tells which rules hold at which points.

    Args:
        x: Plotted values, shape (..., points); NaN is a missing point.
        center: Centre line, a number or anything that broadcasts against `x`.
        sigma: Standard error of a plotted value, the same way; each point's own for varying n.
        rules: Rules to apply; the order of the rows of the result.
        options: Conventions; those of `RuleOptions` when not given.

    Returns:
        One row of flags per rule; missing points never signal.

    Raises:
        BadInputError: A rule's name is unknown.
    """
    unknown = [rule for rule in rules if rule not in _RULES]
    if unknown:
        raise BadInputError("runs rules", f"{unknown[0]!r} is none", f"Use {', '.join(_RULES)}.")
    zones = _Zones(np.asarray(x, dtype=np.float64), center, sigma, options or RuleOptions())
    flags = np.empty((len(rules), *zones.x.shape), dtype=np.bool_)
    for row, rule in enumerate(rules):
        flags[row] = _RULES[rule](zones)
    return Signals(tuple(rules), flags)


class _Zones:
    """The comparisons that several rules share, made once."""

    def __init__(
        self, x: Floats, center: float | Floats, sigma: float | Floats, options: RuleOptions
    ) -> None:
        self.x, self.options = x, options
        self._center, self._sigma = center, sigma
        self._kept: dict[float, tuple[Flags, Flags]] = {}

    def beyond(self, k: float) -> tuple[Flags, Flags]:
        """Strictly above centre + k sigma and strictly below centre - k sigma."""
        if k not in self._kept:
            high, low = self._center + k * self._sigma, self._center - k * self._sigma
            self._kept[k] = (self.x > high, self.x < low)
        return self._kept[k]

    def limits(self, k: float) -> tuple[Floats, Floats]:
        """Centre + k sigma and centre - k sigma at every point."""
        high, low = self._center + k * self._sigma, self._center - k * self._sigma
        return np.broadcast_to(high, self.x.shape), np.broadcast_to(low, self.x.shape)

    @property
    def gaps(self) -> Flags | None:
        """Where points are missing, or None when none is (the rule for most charts)."""
        missing = np.isnan(self.x)
        return missing if missing.any() else None

    def steps(self) -> tuple[Flags, Flags]:
        """Whether each point lies strictly above, or below, the point before it."""
        up, down = np.zeros(self.x.shape, np.bool_), np.zeros(self.x.shape, np.bool_)
        np.greater(self.x[..., 1:], self.x[..., :-1], out=up[..., 1:])
        np.less(self.x[..., 1:], self.x[..., :-1], out=down[..., 1:])
        return up, down


def all_of_last(flags: Flags, m: int) -> Flags:
    """Whether the last `m` flags up to each place are all set (doubling, log2 m passes)."""
    held, length = flags, 1
    while length < m:
        step = min(length, m - length)
        longer = np.zeros(flags.shape, np.bool_)
        np.logical_and(held[..., step:], held[..., :-step], out=longer[..., step:])
        held, length = longer, length + step
    return held


def _count_of_last(flags: Flags, m: int) -> NDArray[np.int8]:
    counts = flags.astype(np.int8)
    total = counts.copy()
    for lag in range(1, m):
        total[..., lag:] += counts[..., :-lag]
    return total


def _run_of_side(m: int) -> "Callable[[_Zones], Flags]":
    def rule(zones: _Zones) -> Flags:
        above, below = zones.beyond(0.0)
        return all_of_last(above, m) | all_of_last(below, m)

    return rule


def _beyond_limits(zones: _Zones) -> Flags:
    above, below = zones.beyond(3.0)
    return above | below


def _trend(zones: _Zones) -> Flags:
    up, down = zones.steps()
    return all_of_last(up, 5) | all_of_last(down, 5)


def _alternation(zones: _Zones) -> Flags:
    up, down = zones.steps()
    turns = np.zeros(zones.x.shape, np.bool_)
    turns[..., 1:] = (up[..., 1:] & down[..., :-1]) | (down[..., 1:] & up[..., :-1])
    return all_of_last(turns, 12)


def _k_of_m(k: int, m: int, width: float) -> "Callable[[_Zones], Flags]":
    def rule(zones: _Zones) -> Flags:
        if zones.options.window_zones == "last":
            out = _k_of_m_by_last(zones, k, m, width)
            return out if zones.options.partial_windows else out & _full_window(zones, m)
        out = np.zeros(zones.x.shape, np.bool_)
        gaps = zones.gaps
        for side in zones.beyond(width):
            # Most points are in no zone, so only those in one are counted.
            out |= _k_of_m_side(side, k, m) if gaps is None else _cut(side, gaps, k, m)
        return out if zones.options.partial_windows else out & _full_window(zones, m)

    return rule


def _k_of_m_by_last(zones: _Zones, k: int, m: int, width: float) -> Flags:
    """The window's plain values against the zones of the point that completes it; gaps count 0."""
    high, low = zones.limits(width)
    above, below = zones.beyond(width)
    counts = np.zeros((2, *zones.x.shape), np.int8)
    counts[0] += above
    counts[1] += below
    for lag in range(1, m):
        counts[0][..., lag:] += zones.x[..., :-lag] > high[..., lag:]
        counts[1][..., lag:] += zones.x[..., :-lag] < low[..., lag:]
    return (above & (counts[0] >= k)) | (below & (counts[1] >= k))


def _k_of_m_side(side: Flags, k: int, m: int) -> Flags:
    return side & (_count_of_last(side, m) >= k)


def _cut(side: Flags, gaps: Flags, k: int, m: int) -> Flags:
    """As `_k_of_m_side`, counting only points after the last gap."""
    usable = ~gaps
    total, reach = side.astype(np.int8), usable.copy()
    for lag in range(1, m):
        shifted = np.zeros(side.shape, np.bool_)
        shifted[..., lag:] = usable[..., :-lag]
        reach &= shifted
        counted = np.zeros(side.shape, np.int8)
        counted[..., lag:] = side[..., :-lag]
        total += np.where(reach, counted, 0).astype(np.int8)
    return side & (total >= k)


def _full_window(zones: _Zones, m: int) -> Flags:
    usable = np.ones(zones.x.shape, np.bool_) if zones.gaps is None else ~zones.gaps
    return all_of_last(usable, m)


def _stratification(zones: _Zones) -> Flags:
    above, below = zones.beyond(1.0)
    high, low = zones.limits(1.0)
    # Without spread there is no zone to lie in, and equal values are no stratification.
    inside = ~(above | below) & (high > low)
    if zones.gaps is not None:
        inside &= ~zones.gaps
    return all_of_last(inside, 15)


def _mixture(zones: _Zones) -> Flags:
    above, below = zones.beyond(1.0)
    eight = all_of_last(above | below, 8)
    if zones.options.either_side:
        return eight
    return eight & ~all_of_last(above, 8) & ~all_of_last(below, 8)


_RULES: "dict[RuleName, Callable[[_Zones], Flags]]" = {
    "nelson1": _beyond_limits,
    "nelson2": _run_of_side(9),
    "nelson3": _trend,
    "nelson4": _alternation,
    "nelson5": _k_of_m(2, 3, 2.0),
    "nelson6": _k_of_m(4, 5, 1.0),
    "nelson7": _stratification,
    "nelson8": _mixture,
    "we1": _beyond_limits,
    "we2": _k_of_m(2, 3, 2.0),
    "we3": _k_of_m(4, 5, 1.0),
    "we4": _run_of_side(8),
}
