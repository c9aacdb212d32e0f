"""Proposes repairs of dates that are written in another format than most of their column.

What belongs here: which formats the others are in. Where two formats read the same texts, only the
order of the rows, or the period of the file, tells which is meant; else they stay as they are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.cell_frame import Column
from dmaic_assets.phenomena.contract.repair_kind import LEAST_CELLS, Repair, repair_id
from dmaic_assets.phenomena.notation.propose import rows_of, told_of
from dmaic_assets.phenomena.notation.repair import moment_of

# Share of one format from which others are exceptions.
MAIN_FORMAT = 0.8
# Share of values that must be dates in one of the formats.
DATES = 0.95
# Share of steps in one direction from which rows are in order; one late row makes two steps.
ORDERED = 0.98
# Share of the dates that must lie where their rows stand, for a reading to be the right one.
PLACED = 0.95
# The same for the other reading, at most: that much happens to lie right in a long period.
MISPLACED = 0.5
_DATE_LIKE = re.compile(r"(?=.*\d).{6,30}")
DATE_FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%B %d, %Y",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M",
)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Readings:
    """The texts of a column, by position, that each format reads; `main` reads most rows."""

    part: Column
    texts: Sequence[str]
    of: Mapping[str, frozenset[int]]
    main: str

    def rest(self, time_format: str) -> frozenset[int]:
        """The texts that a format reads and the main one does not."""
        return self.of[time_format] - self.of[self.main]

    def times(self, time_format: str, places: frozenset[int]) -> Floats:
        """Row by row the second that a format reads; nan where the text is none of `places`."""
        found = np.full(len(self.texts) + 2, np.nan)
        for place in places:
            moment = moment_of(self.texts[place], time_format)
            if moment is not None:
                found[place] = (moment - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001
        return found[self.part.codes]


def date_proposals(evidence: Evidence) -> Iterator[Repair]:
    """Proposes date format repairs for every column."""
    for part in evidence.text.parts:
        if part.known >= LEAST_CELLS:
            yield from _dates(part)


def _dates(part: Column) -> Iterator[Repair]:
    read = _readings(part)
    if read is None:
        return
    sources = [f for f in read.of if f != read.main and _is_meant(read, f)]
    moved = frozenset[int]().union(*(read.rest(f) for f in sources))
    rows, others = rows_of(part, tuple(read.of[read.main])), rows_of(part, tuple(moved))
    if others < LEAST_CELLS or rows + others < DATES * told_of(part):
        return
    yield Repair(
        repair_id("date_format", (part.name,)),
        "date_format",
        (part.name,),
        {"from": [*sources], "to": read.main},
        {"main_rows": rows, "other_rows": others},
    )


def _readings(part: Column) -> _Readings | None:
    """How the texts of a column can be read; None where no format is that of most of them."""
    texts = [v.strip() for v in part.values]
    if not texts or not _DATE_LIKE.fullmatch(texts[0]):
        return None
    reads = {
        f: frozenset(i for i, t in enumerate(texts) if moment_of(t, f) is not None)
        for f in _apt(texts)
    }
    if not reads:
        return None
    main = max(reads, key=lambda f: (rows_of(part, tuple(reads[f])), -DATE_FORMATS.index(f)))
    is_main = rows_of(part, tuple(reads[main])) >= MAIN_FORMAT * told_of(part)
    is_exact = is_main and _is_padded([texts[i] for i in reads[main]], main)
    return _Readings(part, texts, reads, main) if is_exact else None


def _is_meant(read: _Readings, time_format: str) -> bool:
    """Whether texts are surely in a format: no other reads them all, or it would misplace them."""
    rest = read.rest(time_format)
    rivals = [r for r in read.of if r not in (read.main, time_format) and rest <= read.of[r]]
    return bool(rest) and all(
        read.rest(rival) == rest and _is_placed(read, time_format, rival) for rival in rivals
    )


def _is_placed(read: _Readings, chosen: str, rival: str) -> bool:
    """Whether dates lie where their rows stand as one format reads them, and not as the other."""
    low, high = _limits(read.times(read.main, read.of[read.main]))
    shares: list[float] = []
    for time_format in (chosen, rival):
        times = read.times(time_format, read.rest(time_format))
        told = ~np.isnan(times)
        inside = (low[told] <= times[told]) & (times[told] <= high[told])
        shares.append(float(inside.mean()) if told.any() else 0.0)
    return shares[0] >= PLACED and shares[1] <= MISPLACED


def _limits(times: Floats) -> tuple[Floats, Floats]:
    """Row by row the first and the last second that a date may say there.

    In a table in order the dates before and after it are the limits, else those of the table.
    """
    known = np.flatnonzero(~np.isnan(times))
    first, last = float(np.min(times[known])), float(np.max(times[known]))
    low, high = np.full(len(times), first), np.full(len(times), last)
    if first == last:
        return low, high
    steps = np.diff(times[known])
    rises, falls = float((steps >= 0).mean()), float((steps <= 0).mean())
    if max(rises, falls) < ORDERED:
        return low, high
    places = np.searchsorted(known, np.arange(len(times)))
    before = np.where(places > 0, times[known[np.maximum(places - 1, 0)]], np.nan)
    after = np.where(places < len(known), times[known[np.minimum(places, len(known) - 1)]], np.nan)
    if rises < falls:
        before, after = after, before
    # In the first and last rows nothing stands on one side: time went on beyond the known dates.
    return np.where(np.isnan(before), -np.inf, before), np.where(np.isnan(after), np.inf, after)


def _apt(texts: Sequence[str]) -> Sequence[str]:
    """The formats that read at least one of some of the values."""
    some = [*texts[:50], *texts[-50:], *texts[:: max(1, len(texts) // 200)]]
    return [f for f in DATE_FORMATS if any(moment_of(t, f) for t in some)]


def _is_padded(texts: Sequence[str], time_format: str) -> bool:
    """Whether writing the dates again gives the same texts."""
    return all((m := moment_of(t, time_format)) and m.strftime(time_format) == t for t in texts)
