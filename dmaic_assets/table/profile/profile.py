"""The profile of a table: exact facts of every column and of the rows, before any judgement.

What belongs here: the order of work and its memory. A table in memory is worked on in groups of
columns, one that is not in batches of rows of one column; both give the same facts. What does
not: the facts of a column (`profile_column`) and duplicate rows (`duplicate_rows`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import ColumnProfile, ColumnType, Profile
from dmaic_assets.table.profile.column import profile_column
from dmaic_assets.table.profile.column_batches import (
    Column,
    Rows,
    batch_rows_for,
    column_in_memory,
    held,
)
from dmaic_assets.table.profile.duplicate_rows import count_duplicate_rows
from dmaic_assets.table.profile.score import table_score
from dmaic_assets.table.text_table import ROW
from dmaic_assets.table.types.cast import FAILED_CASTS_SCHEMA, TypedTable
from dmaic_assets.table.types.null_spellings import count_null_tokens

# Cells collected at a time (64 MB of 8 bytes): bounds memory for wide tables.
_GROUP_CELLS = 1 << 23


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be profiled: typed rows, the same rows as read, and casts that failed.

    `texts` names the columns that were read as text, so that their nulls have a spelling.
    """

    typed: Rows
    raw: Rows | None
    names: tuple[str, ...]
    texts: frozenset[str]
    types: Mapping[str, ColumnType]
    failed_casts: pl.DataFrame
    row_numbers: pl.Series | None
    is_in_memory: bool


def profile_table(typed: TypedTable, *, sample_rows: int | None = None, seed: int = 0) -> Profile:
    """Measures a typed table, every row of it unless a sample is asked for.

    Args:
        typed: The table under its types; values that do not fit them count as null, with a
            warning. Malformed rows are not part of it, and noted.
        sample_rows: Profile so many rows, drawn without replacement; said in the notes.
        seed: The seed of that draw.

    Raises:
        BadInputError: `sample_rows` is not positive.
    """
    table = typed.table
    schema = typed.lazy.collect_schema()
    size = table.file.size_bytes
    batch_rows = batch_rows_for(size, table.row_count)
    raw = Rows(table.lazy, table.lazy.collect_schema(), table.row_count, batch_rows)
    job = _Job(
        typed=Rows(typed.lazy, schema, table.row_count, batch_rows),
        raw=raw,
        names=tuple(name for name in table.columns if name in schema),
        texts=frozenset(
            kind.column
            for kind in typed.types
            if (table.is_text or kind.null_tokens) and raw.schema[kind.column] == pl.String
        ),
        types={kind.column: kind for kind in typed.types},
        failed_casts=typed.failed_casts,
        row_numbers=table.row_numbers,
        is_in_memory=table.is_in_memory,
    )
    profile = _profile(job, size, sample_rows, seed)
    if not table.malformed:
        return profile
    note = f"{len(table.malformed)} malformed rows are not part of the profile"
    return replace(profile, notes=(*profile.notes, note))


def profile_frame(
    frame: pl.DataFrame | pl.LazyFrame,
    types: Sequence[ColumnType] = (),
    *,
    size_bytes: int = 0,
    sample_rows: int | None = None,
    seed: int = 0,
) -> Profile:
    """Measures a frame; a lazy one is never held whole in memory.

    Args:
        frame: Typed rows; the row number column `ROW` is left out.
        types: Column types by name; a column without one takes its data type's.
        size_bytes: The size to state in the profile.
        sample_rows: As in `profile_table`.
        seed: As in `profile_table`.

    Raises:
        BadInputError: `sample_rows` is not positive.
    """
    lazy = frame.lazy()
    schema = lazy.collect_schema()
    is_in_memory = isinstance(frame, pl.DataFrame)
    rows = frame.height if is_in_memory else int(lazy.select(pl.len()).collect().item())
    job = _Job(
        typed=Rows(lazy, schema, rows, batch_rows_for(size_bytes, rows)),
        raw=None,
        names=tuple(name for name in schema if name != ROW),
        texts=frozenset(),
        types={kind.column: kind for kind in types},
        failed_casts=FAILED_CASTS_SCHEMA.to_frame(),
        row_numbers=None,
        is_in_memory=is_in_memory,
    )
    return _profile(job, size_bytes, sample_rows, seed)


def _profile(job: _Job, size_bytes: int, sample_rows: int | None, seed: int) -> Profile:
    if sample_rows is not None and sample_rows < 1:
        raise BadInputError("sample_rows", f"{sample_rows} rows", "Ask for at least one row.")
    total = job.typed.rows
    if sample_rows is None or sample_rows >= total:
        columns = tuple(_columns(job))
        duplicates = count_duplicate_rows(job.typed, columns)
        return Profile(total, size_bytes, columns, duplicates, table_score(columns))
    columns = tuple(_columns(_sampled(job, sample_rows, seed)))
    notes = (
        f"sample of {sample_rows:,} of {total:,} rows (seed {seed}): every fact is of the sample",
        "duplicate rows were not counted: a sample does not tell",
    )
    return Profile(total, size_bytes, columns, None, table_score(columns), sample_rows, notes)


def _columns(job: _Job) -> Iterator[ColumnProfile]:
    by_column = job.failed_casts.partition_by("column", as_dict=True)
    for typed, raw in _pairs(job):
        kind = job.types.get(typed.name)
        failed = by_column.get((typed.name,), job.failed_casts.clear())["raw"]
        profile = profile_column(
            typed, None if kind is None else kind.type, failed_casts=len(failed)
        )
        if raw is not None and profile.null_count:
            profile = replace(profile, null_tokens=count_null_tokens(raw, typed, failed))
        yield profile


def _pairs(job: _Job) -> Iterator[tuple[Column, Column | None]]:
    """Gives each typed column with its raw one, when that is text."""
    if not job.is_in_memory:
        for name in job.names:
            raw = job.raw if name in job.texts else None
            yield held(job.typed.column(name)), None if raw is None else raw.column(name)
        return
    width = max(1, _GROUP_CELLS // max(1, job.typed.rows))
    for start in range(0, len(job.names), width):
        names = job.names[start : start + width]
        typed = job.typed.select(names).collect()
        texts = [name for name in names if name in job.texts]
        spelt = job.raw.select(texts).collect() if job.raw and texts else pl.DataFrame()
        for name in names:
            text = column_in_memory(spelt[name]) if name in spelt.columns else None
            yield column_in_memory(typed[name]), text


def _sampled(job: _Job, sample_rows: int, seed: int) -> _Job:
    rng = np.random.default_rng(seed)
    chosen = np.sort(rng.choice(job.typed.rows, sample_rows, replace=False))
    raw = None if job.raw is None else _drawn(job.raw, job.raw.schema.names(), chosen)
    typed = _drawn(job.typed, job.names, chosen)
    numbers = pl.Series(chosen) if job.row_numbers is None else job.row_numbers.gather(chosen)
    failed = job.failed_casts.filter(pl.col(ROW).is_in(numbers.cast(pl.UInt32).implode()))
    return replace(job, typed=typed, raw=raw, failed_casts=failed, is_in_memory=True)


def _drawn(rows: Rows, names: Sequence[str], chosen: npt.NDArray[np.int64]) -> Rows:
    parts: list[pl.DataFrame] = []
    start = 0
    for batch in rows.batches(names):
        first, last = np.searchsorted(chosen, [start, start + batch.height])
        parts.append(batch[chosen[first:last] - start])
        start += batch.height
    drawn = pl.concat(parts)
    drawn.columns = list(names)
    return Rows(drawn.lazy(), drawn.schema, drawn.height)
