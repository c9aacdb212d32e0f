"""How wide a number inside texts may become: `ORD-9870` is followed by `ORD-10012` one day.

What belongs here: telling numbers that count on from codes whose width is the rule. A number
counts on where its greatest value rises from file to file; a postal code, a telephone number or a
padded number spreads over all that its width can hold, from the first file on. Only the upper
end moves, by one digit, and only when the next files may reach it: a number cut short is one as
before, and a digit too many is one until then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from dmaic_assets.history.baseline import FEWEST_FILES, Bools, Floats, History
from dmaic_assets.history.codes import Held, Ints

# Chance that greatest values of files in random order rise as these do: one number in a hundred
# counts on by accident, and then has to be near a power of ten too.
CHANCE_RISE = 0.01
# The same for numbers that look like codes: padded, or spread over all that their width can hold.
CHANCE_RISE_OF_CODES = 0.001
# Files that are looked ahead, each with the greatest rise so far. Rules are learnt anew with every
# file; some are late, and some days are busy.
FILES_AHEAD = 5
# Share of the numbers of one width that a file's reach over, from which they look like a code.
CODE_SPREAD = 0.5
# Share of the numbers between least and greatest that are there where rows of one file count on.
LEAST_DENSITY = 0.25
# Digits that 64 bits hold in any case.
MOST_DIGITS = 18
# What years in front of a number are; numbers of a new one begin at 1 again.
YEARS = (1990, 2100)
# Different years that history may hold: more are no years of delivery.
MOST_YEARS = 5


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the numbers of one form may become, one entry per run of digits.

    `widths` has the greatest number of digits of numbers that count on, None for all others;
    `is_padded` tells where zeros fill them up.
    `year` is the place of a run that holds the year of delivery, and the year that comes next.
    """

    widths: tuple[int | None, ...]
    is_padded: tuple[bool, ...]
    year: tuple[int, int] | None = None


class Growth:
    """The numbers inside the different texts of a column, and which files hold them."""

    def __init__(self, history: History, held: Held, values: pl.Series) -> None:
        self._history = history
        self._held = held
        self._digits = values.str.extract_all("[0-9]+")

    def outlook(self, of_form: Ints) -> Outlook:
        """Tells what the numbers of texts of one form may become.

        Args:
            of_form: The codes of the texts: all have as many runs of digits.
        """
        digits = self._digits.gather(of_form)
        count = digits.list.len().max()
        runs = [_run(digits.list.get(k)) for k in range(count if isinstance(count, int) else 0)]
        pairs = np.flatnonzero(np.isin(self._held.value, of_form))
        place = np.searchsorted(of_form, self._held.value[pairs])
        part = self._held.part[pairs]
        year = next((k for k, run in enumerate(runs[:-1]) if _is_year(run, place, part)), None)
        if year is not None:
            # In a new year numbers begin again: only those of this one show how they rise.
            now = runs[year].numbers == runs[year].numbers.max()
            place, part = place[now[place]], part[now[place]]
        widths = [
            self._width(run, place, part) if year is None or k > year else None
            for k, run in enumerate(runs)
        ]
        padded = tuple(run.is_padded for run in runs)
        if year is None or not any(widths):
            return Outlook(tuple(widths), padded)
        return Outlook(tuple(widths), padded, (year, int(runs[year].numbers.max()) + 1))

    def _width(self, run: "_Run", place: Ints, part: Ints) -> int | None:
        if run.widest > MOST_DIGITS or not len(place):
            return None
        low, high = _ends(run.numbers[place], part, self._history.parts)
        if self._history.is_cut:
            numbers = np.unique(run.numbers[place])
            span = int(numbers[-1] - numbers[0]) + 1
            if not _is_in_sequence(low, high) or len(numbers) < LEAST_DENSITY * span:
                return None
            step = span / self._history.files
        else:
            if len(high) < FEWEST_FILES or not _rises(run, low, high):
                return None
            step = float(np.diff(np.maximum.accumulate(high)).max())
        reach = float(high.max()) + FILES_AHEAD * step
        return min(run.widest + 1, max(run.widest, len(str(int(reach)))))


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of digits of every text of a form: its number, and how it is written."""

    numbers: Ints
    narrowest: int
    widest: int
    is_padded: bool


def _run(digits: pl.Series) -> _Run:
    widths = digits.str.len_chars().to_numpy()
    widest = int(widths.max())
    numbers = digits.str.slice(0, MOST_DIGITS).cast(pl.Int64).to_numpy()
    is_padded = bool((digits.str.starts_with("0").to_numpy() & (widths > 1)).any())
    return _Run(numbers, int(widths.min()), widest, is_padded)


def _ends(numbers: Ints, part: Ints, parts: int) -> tuple[Ints, Ints]:
    """The least and the greatest number of every part that has any, in their order."""
    low = np.full(parts, np.iinfo(np.int64).max)
    high = np.full(parts, -1)
    np.minimum.at(low, part, numbers)
    np.maximum.at(high, part, numbers)
    there: Bools = high >= 0
    return low[there], high[there]


def _is_in_sequence(low: Ints, high: Ints) -> bool:
    """Whether every part begins above the end of the one before."""
    return len(high) > 1 and bool((low[1:] > high[:-1]).all())


def _rises(run: _Run, low: Ints, high: Ints) -> bool:
    """Whether greatest values rise from file to file, beyond what chance does to a code."""
    if _is_in_sequence(low, high):
        return True
    decade = 10**run.widest - (0 if run.is_padded else 10 ** (run.widest - 1))
    is_code = run.narrowest == run.widest and (
        run.is_padded or float(np.median(high - low)) >= CODE_SPREAD * decade
    )
    not_rising = int((np.triu(high[np.newaxis, :] <= high[:, np.newaxis], 1)).sum())
    chance = float(_chances(len(high))[not_rising])
    return chance <= (CHANCE_RISE_OF_CODES if is_code else CHANCE_RISE)


@lru_cache(maxsize=64)
def _chances(count: int) -> Floats:
    """By number of pairs out of order: the chance of as few or fewer in a random order.

    Source: Mann (1945), Nonparametric tests against trend; Kendall (1938).
    """
    density = np.ones(1)
    for size in range(2, count + 1):
        density = np.convolve(density, np.full(size, 1 / size))
    return np.cumsum(density)


def _is_year(run: _Run, place: Ints, part: Ints) -> bool:
    """Whether a run holds the year of delivery: it only ever moves on."""
    if run.narrowest != 4 or run.widest != 4 or not len(place):
        return False
    years = np.unique(run.numbers)
    if years[0] < YEARS[0] or years[-1] > YEARS[1] or len(years) > MOST_YEARS:
        return False
    low, high = _ends(run.numbers[place], part, int(part.max()) + 1)
    return bool((np.diff(high) >= 0).all() and (low[1:] >= high[:-1] - 1).all())


def widest_of(outlook: Outlook | None, place: int) -> int | None:
    """The greatest number of digits of the number at a place, if it counts on."""
    return None if outlook is None else outlook.widths[place]


def of_forms(growth: Growth | None, ids: Ints, count: int) -> Sequence[Outlook | None]:
    """The outlook of every form, in the order of their ids."""
    if growth is None:
        return [None] * count
    return [growth.outlook(np.flatnonzero(ids == i)) for i in range(count)]
