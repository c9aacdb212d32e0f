"""Learns that two or three columns together identify a row, where no single column does.

Many combinations are unique by accident. One counts as a key only when random rows with the same
values in each column would have repeated it many times over, and none ever did. A combination that
comes again in other files is no identity: a later file may well repeat it, so it only reports.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from dmaic_assets.history.baseline import Bools, Floats, History, Ints
from dmaic_assets.history.codes import Codes, densely, distinct
from dmaic_assets.history.column_kinds import ColumnKind
from dmaic_assets.history.proposal import Proposal, Proposals
from dmaic_assets.history.tolerance import rare_upper
from dmaic_assets.model import Json

# Files that must agree on a key of several columns: there are many combinations.
FEWEST_FILES = 8
# Copies that chance would have made: e^-50 is left after all combinations are tried.
LEAST_CHANCE = 50.0
# Rows of the mean file from which it can show what identifies a row.
LEAST_ROWS = 20
# Columns tried for keys of two and of three: 120 pairs, 84 triples.
MOST_COLUMNS = {2: 16, 3: 9}
# Share of rows with a repeated key that are set apart; beyond it the file is held.
TOLERANCE = 0.02
_KINDS = frozenset({"category", "key", "foreign key", "code", "identifier", "time", "growing"})


@dataclass(frozen=True, slots=True)
class _Key:
    """Columns that no file repeats, the copies that chance would have made, and their reach."""

    columns: tuple[str, ...]
    chance: float
    is_identity: bool


def propose_composite_key(history: History, kinds: Mapping[str, ColumnKind]) -> Proposals:
    """Proposes the columns that together identify a row.

    Args:
        history: The baseline. A sample of the rows cannot show that none repeats, and parts of
            a file cannot show that the file does not: nothing is proposed from either.
        kinds: The kinds of its columns; the caller knows that none of them is a key by itself.

    Returns:
        At most one rule, of as few columns as will do. Among those of a length: one whose values
        never come again in another file, and of these the one that chance would have repeated
        most. Without such a one the rule reports only.
    """
    if history.is_cut or history.is_sampled or history.files < FEWEST_FILES:
        return []
    if float(history.file_rows.mean()) < LEAST_ROWS:
        return []
    names = [n for n, k in kinds.items() if _may_be_part(history, k)]
    ranked = sorted(names, key=lambda n: -kinds[n].closure.distinct)
    agreeing = {name: _agreeing(history, name) for name in ranked[: MOST_COLUMNS[2]]}
    for size, most in MOST_COLUMNS.items():
        listed = [n for n in kinds if n in ranked[:most]]
        found = list(_keys(history, listed, size, agreeing))
        if found:
            best = max(found, key=lambda k: (k.is_identity, k.chance))
            return [_proposal(history, best)]
    return []


def _keys(
    history: History, names: list[str], size: int, agreeing: Mapping[str, Floats]
) -> Iterator[_Key]:
    rows = history.file_rows
    for columns in combinations(names, size):
        agree = np.prod([agreeing[name] for name in columns], axis=0)
        chance = float((rows * (rows - 1) / 2 * agree).sum())
        if chance < LEAST_CHANCE:
            continue
        # The first file is asked first, and nearly always enough.
        if not _is_unique(_joined(history, columns, history.part_ids == 0)):
            continue
        codes = _joined(history, columns)
        if _copies(history, codes).sum() == 0:
            chance = min(_needed(history, columns, n, agreeing) for n in columns)
            if chance >= LEAST_CHANCE:
                yield _Key(columns, chance, _is_unique(codes))


def _needed(
    history: History, columns: tuple[str, ...], name: str, agreeing: Mapping[str, Floats]
) -> float:
    """Copies that the other columns have made and that would remain if this one were chance.

    Few where the others hardly ever repeat: then it adds an accident and no identity.
    """
    others = _joined(history, tuple(c for c in columns if c != name))
    return float((_copies(history, others) * agreeing[name]).sum())


def _copies(history: History, codes: Ints) -> Floats:
    """Per file, how many pairs of its rows agree."""
    held = history.held_of(Codes(codes, int(codes.max()) + 1))
    return held.per_part(held.rows * (held.rows - 1.0) / 2)


def _may_be_part(history: History, kind: ColumnKind) -> bool:
    return (
        kind.kind in _KINDS
        and not kind.is_batch
        and history.has(kind.column)
        and not history.dtype(kind.column).is_float()
        and not history.missing(kind.column).any()
    )


def _agreeing(history: History, name: str) -> Floats:
    """Per file, the chance that two of its rows have the same value."""
    rows = history.part_rows
    held = history.held(name)
    return held.per_part(held.rows * (held.rows - 1.0)) / np.maximum(1, rows * (rows - 1))


def _joined(history: History, columns: tuple[str, ...], where: Bools | None = None) -> Ints:
    """The rows' values of several columns as one code; of all rows, or of those where it says."""
    joined = np.zeros(1, dtype=np.int64)
    for name in columns:
        codes = history.codes(name)
        dense, _ = densely(joined, int(joined.max(initial=-1)) + 1)
        joined = dense * codes.size + (codes.values if where is None else codes.values[where])
    return joined


def _is_unique(codes: Ints) -> bool:
    return len(distinct(codes)) == len(codes)


def _proposal(history: History, key: _Key) -> Proposal:
    evidence: dict[str, Json] = {
        "files": history.files,
        "rows": history.rows,
        "repeated": 0,
        "expected_by_chance": round(key.chance, 1),
        "comes_again": not key.is_identity,
    }
    return Proposal(
        "unique",
        key.columns,
        "critical" if key.is_identity else "low",
        evidence=evidence,
        tolerance=TOLERANCE if key.is_identity else 1.0,
        row_rate=rare_upper(0, history.rows),
    )
