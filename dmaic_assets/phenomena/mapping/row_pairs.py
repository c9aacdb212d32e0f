"""Pairs of rows that agree in a column, asked at once which dependencies they contradict.

What belongs here: a first look at few pairs, which leaves few dependencies for a look at all rows.

Source: Wyss, Giannella & Robertson (2001), FastFDs: the sets of columns in which two rows differ
decide every dependency; pairs that agree in a column are where they are found.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dmaic_assets.history.baseline import History, Ints
from dmaic_assets.phenomena.mapping.echoes import within_files

# Rows that pairs are taken from.
FIRST_ROWS = 4_000
# Pairs of all determinants together: bounds the time. Each has its part of them, of which enough
# agree in a second column.
MOST_PAIRS = 12_000
# Bits of a word.
_WORD = 64


class RowPairs:
    """Pairs of the first rows, each agreeing within a file in one of the determinants.

    Args:
        history: The baseline.
        firsts: The columns that may determine others.
        targets: The columns that may be determined.
    """

    def __init__(self, history: History, firsts: Sequence[str], targets: Sequence[str]) -> None:
        names = list(dict.fromkeys([*firsts, *targets]))
        self._places = {name: place for place, name in enumerate(names)}
        columns = [history.codes(name).values[:FIRST_ROWS] for name in names]
        values = np.column_stack(columns) if columns else np.zeros((0, 0), dtype=np.int64)
        heads = {n: within_files(history, history.codes(n)).values[:FIRST_ROWS] for n in firsts}
        most = max(1, MOST_PAIRS // max(1, len(firsts)))
        pairs = [_neighbours(cases, most) for cases in heads.values()]
        one = np.concatenate([np.zeros(0, dtype=np.int64), *(a for a, _ in pairs)])
        two = np.concatenate([np.zeros(0, dtype=np.int64), *(b for _, b in pairs)])
        a, b = values[one], values[two]
        is_other = (a != b) & (a >= 0) & (b >= 0)
        self._differ = _words(is_other)
        self._agree = {n: cases[one] == cases[two] for n, cases in heads.items()}
        self._agree = {n: same & (heads[n][one] >= 0) for n, same in self._agree.items()}
        self._rows = {n: self._differ[same] for n, same in self._agree.items()}

    def uncontradicted(self, first: Sequence[str], targets: Sequence[str]) -> list[str]:
        """Those targets that differ in no pair that agrees in all columns of the determinant.

        Args:
            first: One or two of the determinants.
            targets: Columns that it may determine.
        """
        rows = self._rows[first[0]]
        if len(first) > 1:
            rows = rows[self._agree[first[1]][self._agree[first[0]]]]
        differ = np.bitwise_or.reduce(rows, axis=0)
        bits = np.unpackbits(differ.view(np.uint8), bitorder="little")
        return [name for name in targets if not bits[self._places[name]]]


def _neighbours(cases: Ints, most: int) -> tuple[Ints, Ints]:
    """Rows of one case, each with the next that has it; evenly chosen from all such pairs."""
    there = np.flatnonzero(cases >= 0)
    order = there[np.argsort(cases[there], kind="stable")]
    ends = np.flatnonzero(np.diff(cases[order]) == 0)
    ends = ends[:: max(1, len(ends) // most)]
    return order[ends], order[ends + 1]


def _words(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint64]:
    """Rows of flags as words of bits, the first flag lowest."""
    missing = -flags.shape[1] % _WORD
    padded = np.pad(flags, ((0, 0), (0, missing)))
    packed = np.packbits(padded, axis=1, bitorder="little")
    return np.ascontiguousarray(packed).view(np.uint64)
