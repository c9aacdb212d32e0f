"""The key column of a source: chosen, sampled from its accepted rows, made into workloads.

The same files give the same column, the same rows and so the same workloads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from dmaic_assets.errors import BadInputError, did_you_mean
from dmaic_assets.hashmaps.workload.column import USES, of_column
from dmaic_assets.work.laboratory.values import UseOfKeys, WorkloadValue

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.workload.workload import Workload

# Rows that are played at most: a round over all uses and kinds takes a fifth of a second.
MOST_ROWS = 200_000
# Draws the sampled rows, and the rows that a merge takes away.
SEED = 14
# Rows of the newest file in which different values are counted to choose a column.
_LOOKED_AT = 50_000


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """A chosen column and the rows of it that are played, in their order."""

    name: str
    why: str
    rows: int
    keys: pl.Series

    def workloads(self) -> "Mapping[str, Workload]":
        """The operations that each use of the column comes to."""
        column = self.keys.to_arrow()
        return {use: of_column(column, use, np.random.default_rng(SEED)) for use in USES}

    def value(self) -> WorkloadValue:
        """The facts of the column and of its workloads."""
        made = self.workloads()
        return WorkloadValue(
            column=self.name,
            why=self.why,
            rows=self.rows,
            sampled=len(self.keys),
            distinct=self.keys.n_unique(),
            is_whole=self.keys.dtype == pl.Int64,
            uses=tuple(UseOfKeys(use, len(w), w.digest) for use, w in made.items()),
        )


def key_column(
    source: str, files: Sequence[Path], wanted: str = "", keys: Sequence[str] = ()
) -> KeyColumn:
    """Takes the wanted column, else the first of the source's keys, else the most distinct one.

    Args:
        source: Whose rows they are.
        files: Its accepted rows as Parquet, the newest last; at least one.
        wanted: The column that somebody named; empty for none.
        keys: Columns that settings or rules say identify a row, the best first.

    Raises:
        BadInputError: There is no such column, none of whole numbers or text, or none with a value.
    """
    schema = pl.read_parquet_schema(files[-1])
    usable = [name for name, kind in schema.items() if _is_whole(kind) or kind == pl.String]
    if wanted and wanted not in usable:
        fix = f"Columns of whole numbers or text: {', '.join(usable) or 'none'}."
        culprit = f"has no key column {wanted!r}{did_you_mean(wanted, usable)}"
        raise BadInputError(source, culprit, fix)
    if not usable:
        fix = "Name another source."
        raise BadInputError(source, "has no column of whole numbers or of text", fix)
    if wanted:
        return _read(source, files, wanted, "it was named")
    known = next((name for name in keys if name in usable), None)
    if known:
        return _read(source, files, known, "settings or rules say that it identifies a row")
    return _read(source, files, *_most_distinct(files[-1], usable))


def _is_whole(kind: pl.DataType) -> bool:
    """Tells whether values are whole numbers that fit 64 bits with a sign."""
    return kind.is_integer() and kind not in {pl.UInt64(), pl.Int128(), pl.UInt128()}


def _most_distinct(file: Path, usable: Sequence[str]) -> tuple[str, str]:
    """The column with the most different values, the first of equals, and why it is taken."""
    head = pl.scan_parquet(file).select(usable).head(_LOOKED_AT).collect()
    counts = {name: head[name].drop_nulls().n_unique() for name in usable}
    best = max(usable, key=lambda name: counts[name])
    why = f"it has the most different values: {counts[best]:,} in {head.height:,} rows"
    return best, why


def _read(source: str, files: Sequence[Path], name: str, why: str) -> KeyColumn:
    parts = [
        pl.read_parquet(path, columns=[name])[name]
        for path in files
        if name in pl.read_parquet_schema(path)
    ]
    kind = pl.Int64 if all(_is_whole(part.dtype) for part in parts) else pl.String
    whole = pl.concat([part.cast(kind) for part in parts]).drop_nulls()
    if not len(whole):
        raise BadInputError(f"{source}.{name}", "holds no keys", "Name a column that has values.")
    rng = np.random.default_rng(SEED)
    count = min(MOST_ROWS, len(whole))
    drawn = np.sort(rng.choice(len(whole), count, replace=False, shuffle=False))
    return KeyColumn(name, why, len(whole), whole.gather(drawn) if count < len(whole) else whole)
