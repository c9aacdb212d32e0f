"""The rows that repairs are piloted on: text of the files that have defects, and accepted text.

What belongs here: putting the text of several files together. Only files that are text can be
repaired; in others every value has its type already.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from dmaic_assets.process.evidence import FileEvidence, SourceEvidence
from dmaic_assets.table.text_table import ROW, SourceTable

TableOf = Callable[[FileEvidence], SourceTable]
_PLACE = "_dmaic_place"
# Clean files, the newest, that a pilot takes usual values from.
_REFERENCE_FILES = 3
# Files with most failing rows that get a pilot of their own; the others share one.
_WORST_FILES = 3


@dataclass(frozen=True)
class PilotTable:
    """Rows of defective files as text, with their failing cells, and accepted rows as reference.

    `failing` lists `row` (position in the frame of `table`) and `column`. `total_rows` and
    `total_defective` count the rows that the pilot stands for: more than it has when it is a
    sample, in which defective rows come first.
    """

    table: SourceTable
    failing: pl.DataFrame
    reference: pl.DataFrame | None
    total_rows: int
    total_defective: int

    @property
    def frame(self) -> pl.DataFrame:
        """The rows as text."""
        return self.table.lazy.collect()


def pilot_tables(
    evidence: SourceEvidence, table_of: TableOf, *, max_rows: int, rng: np.random.Generator
) -> tuple[PilotTable, ...]:
    """Gathers the rows to pilot on: the worst files each alone, all others together.

    A delivery that went wrong as a whole shows what is wrong with it only beside its own rows;
    a typo that turns up now and then only beside those of many files.

    Args:
        evidence: The judged files.
        table_of: Gives a file's table as it was judged (repaired by the changes in force).
        max_rows: Rows at most in one table, shared evenly among its files.
        rng: Which rows a sample keeps.
    """
    defective = [f for f in evidence.files if f.is_readable and not f.failing.is_empty()]
    tables = [(f, t) for f in defective if (t := table_of(f)).is_text and t.row_count]
    tables.sort(key=lambda item: (-item[0].failing[ROW].n_unique(), item[0].arrival.sequence))
    groups = [[item] for item in tables[:_WORST_FILES]]
    if tables[_WORST_FILES:]:
        groups.append(tables[_WORST_FILES:])
    return tuple(_pooled(evidence, group, table_of, max_rows, rng) for group in groups)


def _pooled(
    evidence: SourceEvidence,
    tables: Sequence[tuple[FileEvidence, SourceTable]],
    table_of: TableOf,
    max_rows: int,
    rng: np.random.Generator,
) -> PilotTable:
    share = max(1, max_rows // len(tables))
    parts = [_part(file, table, share, rng) for file, table in tables]
    names = max((p for p, _ in parts), key=lambda p: p.width).columns
    kept = [(p.select(names), c) for p, c in parts if set(p.columns) == set(names)]
    starts = np.cumsum([0, *(p.height for p, _ in kept)])[:-1]
    failing = pl.concat(
        [
            cells.with_columns((pl.col("row").cast(pl.Int64) + int(start)).cast(pl.UInt32))
            for (_, cells), start in zip(kept, starts, strict=True)
        ]
    )
    frame = pl.concat([p for p, _ in kept])
    pooled = replace(
        tables[0][1],
        lazy=frame.lazy(),
        columns=tuple(frame.columns),
        row_count=frame.height,
        malformed=(),
        row_numbers=None,
        is_in_memory=True,
    )
    return PilotTable(
        table=pooled,
        failing=failing,
        reference=_reference(evidence, table_of, names, max_rows),
        total_rows=sum(t.row_count for _, t in tables),
        total_defective=sum(f.failing[ROW].n_unique() for f, _ in tables),
    )


def _part(
    file: FileEvidence, table: SourceTable, share: int, rng: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame]:
    numbers = table.data_rows()
    bad = np.flatnonzero(numbers.is_in(file.failing[ROW].unique().implode()).to_numpy())
    clean = np.setdiff1d(np.arange(table.row_count), bad, assume_unique=True)
    # Half of the room at least is for clean rows: they show what a repair harms.
    some = _some(bad, max(share // 2, share - len(clean)), rng)
    others = _some(clean, share - len(some), rng)
    kept = np.sort(np.concatenate([some, others]))
    frame = table.lazy.collect()[kept.tolist()]
    places = pl.DataFrame({ROW: numbers[kept.tolist()], _PLACE: np.arange(len(kept))})
    cells = (
        file.failing.filter(pl.col("column") != "")
        .join(places, on=ROW)
        .select(pl.col(_PLACE).cast(pl.UInt32).alias("row"), "column")
        .unique(maintain_order=True)
    )
    return frame, cells


def _some(places: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    if len(places) <= most:
        return places
    return rng.choice(places, max(0, most), replace=False)


def _reference(
    evidence: SourceEvidence, table_of: TableOf, columns: Sequence[str], max_rows: int
) -> pl.DataFrame | None:
    """Rows of the newest files that were accepted without a defect, as text."""
    clean = [f for f in evidence.files if f.failing.is_empty() and f.arrival.accepted]
    found: list[pl.DataFrame] = []
    for file in clean[-_REFERENCE_FILES:]:
        table = table_of(file)
        if table.is_text and set(table.columns) == set(columns):
            found.append(table.lazy.head(max_rows // _REFERENCE_FILES).select(columns).collect())
    return pl.concat(found) if found else None
