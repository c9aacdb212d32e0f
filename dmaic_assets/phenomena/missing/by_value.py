"""Learns with which values of another column a value is never missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from dmaic_assets.history.baseline import Bools, Codes, History, Ints
from dmaic_assets.history.column_kinds import ColumnKind
from dmaic_assets.history.proposal import Proposal
from dmaic_assets.history.tolerance import rare_upper
from dmaic_assets.phenomena.missing.by_chance import greatest_by_chance

# Missing values expected with one value of the other column, at the share of all rows: that by
# accident none of them is, independent rows show once in exp(10) = 22,000 cases.
LEAST_SURPRISE = 10.0
# The same over all such values together: rows are not independent, and columns are many.
_LEAST_IN_ALL = 3 * LEAST_SURPRISE
# Values of the other column; of more, each is seen too rarely to be sure of it.
_MOST_VALUES = 40


@dataclass(frozen=True, slots=True)
class _Cases:
    """The values of another column: the code of every pooled row, and the rows of each code."""

    codes: Codes
    rows: Ints

    def never(self, share: float, gone: Ints) -> Bools:
        """The values with which nothing is missing, though many would be at the share of all."""
        nulls = _counted(self.codes.values[gone], self.codes.size)
        return (nulls == 0) & (self.rows * share >= LEAST_SURPRISE)

    def support(self, share: float, gone: Ints) -> float:
        """Missing values expected with these values."""
        return float(self.rows[self.never(share, gone)].sum()) * share


def by_value(history: History, kinds: Mapping[str, ColumnKind], name: str) -> list[Proposal]:
    """Proposes the values of a category with which the column has never been missing.

    Returns:
        One rule, on the column that says most; none where gaps like these seem to depend as much
        on some column wherever they lie.
    """
    others = [n for n, k in kinds.items() if n != name and _is_telling(k)]
    if not others:
        return []
    missing = history.missing(name)
    gone, share = np.flatnonzero(missing), float(missing.mean())
    cases = [_cases(history.codes(other)) for other in others]
    said = [case.support(share, gone) for case in cases]
    best = int(np.argmax(said))
    if said[best] <= _LEAST_IN_ALL:
        return []
    chance = greatest_by_chance(history, missing, partial(_greatest, cases, share))
    if said[best] <= chance:
        return []
    never = cases[best].never(share, gone)
    return [_rule(history, (name, others[best]), never, (said[best], chance))]


def _is_telling(kind: ColumnKind) -> bool:
    is_category = kind.kind in {"category", "boolean", "foreign key"}
    return is_category and kind.closure.distinct <= _MOST_VALUES


def _cases(codes: Codes) -> _Cases:
    return _Cases(codes, _counted(codes.values, codes.size))


def _counted(values: Ints, size: int) -> Ints:
    return np.bincount(values[values >= 0], minlength=size)


def _greatest(cases: Sequence[_Cases], share: float, gone: Ints) -> float:
    return max(case.support(share, gone) for case in cases)


def _rule(
    history: History, columns: tuple[str, str], never: Bools, support: tuple[float, float]
) -> Proposal:
    codes, series = history.codes(columns[1]).values, history.series(columns[1])
    wanted = [series[int(np.flatnonzero(codes == c)[0])] for c in np.flatnonzero(never)]
    rows = int(never[codes[codes >= 0]].sum())
    return Proposal(
        "conditional_null",
        columns,
        "high",
        {"state": "present", "values": wanted},
        {
            "rows": rows,
            "files": history.files,
            "expected_by_chance": round(support[0], 1),
            "seen_elsewhere": round(support[1], 1),
        },
        row_rate=rare_upper(0, float(rows)),
    )
