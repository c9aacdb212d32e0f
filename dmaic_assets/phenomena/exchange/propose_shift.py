"""Proposes to move rows back whose cells stand one column too far.

What belongs here: what the values of each column look like, and from which column on rows break.
Applying it is `shift`'s.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.repair_kind import Repair, repair_id
from dmaic_assets.phenomena.exchange.shift import LEFT, WAYS, fits, is_shifted, shape_of

# Shifted rows from which a repair is worth a proposal.
LEAST_ROWS = 3
# Columns that must fit after moving: fewer fit by chance.
LEAST_COLUMNS = 3
# Columns up to which rows are tried: bounds the time.
MOST_COLUMNS = 60
# Broken rows that are tried: bounds the time.
MOST_TRIED = 1_000
# Share of a column's rows that its words or looks must cover to tell what belongs in it.
_COVERED = 0.98
_MOST_VALUES, _MOST_SHAPES = 50, 12
# Share of a column's values that would fit into the next one, beyond which a shift cannot be
# told.
_ALIKE = 0.05


def shift_proposals(evidence: Evidence) -> Iterator[Repair]:
    """Proposes a repair for every column and way in which several rows are shifted."""
    names = evidence.frame.columns
    if not LEAST_COLUMNS <= len(names) <= MOST_COLUMNS:
        return
    suspects = np.flatnonzero(~evidence.whole_rows)[:MOST_TRIED]
    if len(suspects) < LEAST_ROWS:
        return
    known = _known(evidence)
    rows = evidence.frame[suspects.tolist()].rows()
    counts: Counter[tuple[str, int]] = Counter()
    for cells in rows:
        unbroken = _unbroken(names, cells, known)
        found = [
            (way, first)
            for way in WAYS
            for first in range(unbroken + 1)
            if is_shifted(names[first:], cells[first:], (way, known))
        ]
        # A row that fits in two ways tells nothing.
        counts.update(found if len(found) == 1 else ())
    for (way, first), count in sorted(counts.items()):
        if count >= LEAST_ROWS and not _is_blurred(evidence, known, way, first):
            columns = tuple(names[first:])
            parameters: dict[str, Json] = {"way": way, **_of(known, columns)}
            yield Repair(
                repair_id("shift", (columns[0],), way),
                "shift",
                columns,
                parameters,
                {"rows": count},
            )


def _unbroken(names: Sequence[str], cells: Sequence[str | None], known: Mapping[str, Json]) -> int:
    """How many columns from the left stand before the row breaks; some are left to be moved."""
    most = len(names) - LEAST_COLUMNS
    broken = (i for i in range(most) if fits(names[i], cells[i], known) is False)
    return next(broken, most)


def _known(evidence: Evidence) -> dict[str, Json]:
    """What fits each column: its values when they are few, else what they look like."""
    values: dict[str, Json] = {}
    shapes: dict[str, Json] = {}
    for part in evidence.text.parts:
        present = evidence.values_of_whole_rows(part.name)
        total = sum(present.values())
        if not total:
            continue
        words = {v.strip() for v, n in present.items() if n > 1}
        if len(words) <= _MOST_VALUES and _share(present, words) >= _COVERED:
            values[part.name] = [*sorted(words)]
            continue
        looks: Counter[str] = Counter()
        for value, n in present.items():
            looks[shape_of(value)] += n
        usual = [shape for shape, n in looks.most_common(_MOST_SHAPES) if n > 1]
        if sum(looks[s] for s in usual) >= _COVERED * total:
            shapes[part.name] = [*sorted(usual)]
    return {"values": values, "shapes": shapes}


def _share(present: Mapping[str, int], words: set[str]) -> float:
    return sum(n for v, n in present.items() if v.strip() in words) / sum(present.values())


def _is_blurred(evidence: Evidence, known: Mapping[str, Json], way: str, first: int) -> bool:
    """Whether the break could as well be one column earlier: the two columns look alike."""
    names = evidence.frame.columns
    place = first if way == LEFT else first - 1
    if place < 0:
        return False
    part = evidence.part(names[place])
    alike = [fits(names[place + 1], v, known) is not False for v in part.values]
    return bool(alike) and float(np.average(alike, weights=np.maximum(part.counts, 1))) > _ALIKE


def _of(known: Mapping[str, Json], columns: tuple[str, ...]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, entries in known.items():
        if isinstance(entries, dict):
            found[key] = {name: entries[name] for name in columns if name in entries}
    return found
