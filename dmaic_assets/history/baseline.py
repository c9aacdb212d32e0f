"""A baseline as one object: per-file series of facts, and the pooled sample of rows.

What belongs here: looking at several files' facts together. A baseline of fewer than
`FEWEST_FILES` files is cut into parts, so that some variation can be seen: by its times where
they allow it (`time_parts`), else into blocks of rows. It is then marked as such, because parts
of one delivery vary less than deliveries do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np
import numpy.typing as npt
import polars as pl

from dmaic_assets.history.codes import Codes, Floats, Held, Ints, encode, first_rows, held_of
from dmaic_assets.history.facts import FileFacts
from dmaic_assets.history.number_of import as_number, is_measurable
from dmaic_assets.history.time_parts import TimeParts, split_by_time
from dmaic_assets.model import ColumnType
from dmaic_assets.store.once import once
from dmaic_assets.table.text_table import column

PART = "_dmaic_part"
# Files from which variation is measured between files: three give a spread with two degrees of
# freedom.
FEWEST_FILES = 4
# Beyond this a number's square is no double (1.8e308).
GREATEST = 1e150
# Blocks of rows that a file is cut into where files are too few to vary.
PARTS_PER_FILE = 8
# Rows that combinations of columns are learnt from: bounds memory and time, whatever the window.
POOLED_ROWS = 60_000
# Rows of a block: fewer show chance and not the file.
LEAST_PART_ROWS = 20
# Share of the usual rows below which a first or last period is cut short by the file's end.
WHOLE_SHARE = 0.5

Bools = npt.NDArray[np.bool_]


class History:
    """The facts of a baseline, seen together.

    `parts` counts the pieces between which variation is measured: the files, or blocks of rows
    when there are too few files (`is_cut`), or the periods that their times give (`timed`).
    `time_column` is the one that configuration declares.
    """

    def __init__(self, baseline: Sequence[FileFacts], *, time_column: str | None = None) -> None:
        self.facts = tuple(f for f in baseline if f.rows > 0)
        self.all_facts = tuple(baseline)
        self.time_column = time_column
        self._codes: dict[str, Codes] = {}
        self._held: dict[str, Held] = {}

    @property
    def files(self) -> int:
        """Files with rows."""
        return len(self.facts)

    @property
    def is_cut(self) -> bool:
        """Whether parts are pieces of files rather than files."""
        return self.files < FEWEST_FILES

    @once
    def timed(self) -> TimeParts | None:
        """The periods that too few files are cut into; None when parts are files or blocks."""
        return split_by_time(self._samples, self.time_column) if self.is_cut else None

    @once
    def _samples(self) -> tuple[pl.DataFrame, ...]:
        per_file = max(500, POOLED_ROWS // max(1, self.files))
        return tuple(f.thinned(per_file) for f in self.facts)

    @property
    def is_sampled(self) -> bool:
        """Whether some file's facts on combinations of columns rest on a sample."""
        return any(f.is_sampled for f in self.facts) or self.pooled.height < sum(
            f.rows for f in self.facts
        )

    @once
    def types(self) -> Mapping[str, ColumnType]:
        """The newest type of every column that a file of the baseline has."""
        found: dict[str, ColumnType] = {}
        for facts in self.all_facts:
            for type_ in facts.types:
                known = found.get(type_.column)
                if known is None or not _is_narrower(type_, known, facts):
                    found[type_.column] = type_
        return {name: self._widened(type_) for name, type_ in found.items()}

    def _widened(self, type_: ColumnType) -> ColumnType:
        """A number that was never anything but 0 may have decimals when it comes."""
        if type_.type != "integer" or type_.decided_by in {"override", "native"}:
            return type_
        known = [c for f in self.facts if (c := f.profile.column(type_.column)) is not None]
        if not known or any(
            c.minimum not in {0, None} or c.maximum not in {0, None} for c in known
        ):
            return type_
        return replace(type_, type="decimal", physical="Float64", pattern="decimal_dot")

    @once
    def columns(self) -> tuple[str, ...]:
        """The newest file's columns in its order, then those only older files have."""
        names: dict[str, None] = {}
        for facts in reversed(self.all_facts):
            names.update(dict.fromkeys(c.column for c in facts.profile.columns))
        return tuple(names)

    def presence(self, name: str) -> float:
        """The share of files that have the column."""
        have = sum(f.profile.column(name) is not None for f in self.all_facts)
        return have / len(self.all_facts) if self.all_facts else 0.0

    @once
    def beyond(self) -> tuple[str, ...]:
        """The columns of numbers that 64 bits cannot hold, which `pooled` leaves out."""
        found = {
            name
            for frame in self._samples
            for name, dtype in frame.schema.items()
            if (dtype == pl.UInt64 or dtype.is_decimal()) and _is_beyond(frame.get_column(name))
        }
        return tuple(name for name in self.columns if name in found)

    @once
    def pooled(self) -> pl.DataFrame:
        """The sampled rows of all files in arrival order, with the part of each row in `PART`.

        Columns of numbers that 64 bits cannot hold are left out: rounded, they would show values
        as equal, or missing, that are not.
        """
        if not self._samples:
            return pl.DataFrame(schema={PART: pl.Int64})
        ids = np.concatenate(self.timed.ids if self.timed else self._blocks())
        frames = [
            _aligned(f.drop(self.beyond, strict=False), self.types) for f in _stacked(self._samples)
        ]
        wanted = _common(frames)
        frames = [
            f.select(column(n).cast(wanted[n], strict=False) for n in f.columns) for f in frames
        ]
        whole = pl.concat(frames, how="diagonal", rechunk=True)
        return whole.with_columns(pl.Series(PART, ids, dtype=pl.Int64))

    def _blocks(self) -> tuple[Ints, ...]:
        """One part per file, or several blocks of rows of each when there are too few."""
        found: list[Ints] = []
        start = 0
        for frame in self._samples:
            pieces = _pieces(frame.height) if self.is_cut else 1
            found.append(np.arange(frame.height) * pieces // max(1, frame.height) + start)
            start += pieces
        return tuple(found)

    @once
    def _schema(self) -> Mapping[str, pl.DataType]:
        """The pooled columns' types; Polars builds a schema anew each time it is asked."""
        return dict(self.pooled.schema)

    @once
    def part_ids(self) -> Ints:
        """The part of every pooled row."""
        return self.pooled.get_column(PART).to_numpy().astype(np.int64)

    @once
    def parts(self) -> int:
        """How many parts the pooled rows come in."""
        return int(self.part_ids.max()) + 1 if len(self.part_ids) else 0

    @once
    def part_rows(self) -> Ints:
        """Pooled rows per part."""
        return np.bincount(self.part_ids, minlength=self.parts)

    @once
    def is_whole(self) -> Bools:
        """Which parts stand for what they are: not a period that a file's end cuts short."""
        whole = np.ones(self.parts, dtype=np.bool_)
        if self.timed is not None:
            ends = {int(end) for ids in self.timed.ids for end in (ids.min(), ids.max())}
            least = WHOLE_SHARE * float(np.median(self.part_rows))
            whole[[end for end in ends if self.part_rows[end] < least]] = False
        return whole

    @once
    def file_rows(self) -> Floats:
        """Rows per file, in arrival order."""
        return np.array([f.rows for f in self.facts], dtype=np.float64)

    @once
    def rows(self) -> int:
        """Rows of all files together."""
        return int(self.file_rows.sum())

    @property
    def sampling(self) -> float:
        """Pooled rows among all rows."""
        return self.pooled.height / self.rows if self.rows else 1.0

    def dtype(self, name: str) -> pl.DataType:
        """The Polars type of a pooled column; Null for one that is not in the sample."""
        return self._schema.get(name, pl.Null())

    def has(self, name: str) -> bool:
        """Whether the column is in the sample (nested, binary and `beyond` ones are not)."""
        return name in self._schema

    def series(self, name: str) -> pl.Series:
        """The pooled values of one column, under a name that is no pattern ("^a$" is one)."""
        return self.pooled.get_column(name).alias("values")

    def codes(self, name: str) -> Codes:
        """The pooled values of one column as integer codes."""
        if name not in self._codes:
            self._codes[name] = encode(self.series(name))
        return self._codes[name]

    def cases(self, name: str) -> list[str]:
        """The different pooled values of one column as rules spell them, by code."""
        rows = first_rows(self.codes(name))
        return self.series(name).gather(rows).cast(pl.String).to_list()

    def held(self, name: str) -> Held:
        """Which part holds which value of one column, in how many pooled rows."""
        if name not in self._held:
            self._held[name] = self.held_of(self.codes(name))
        return self._held[name]

    def held_of(self, codes: Codes) -> Held:
        """Which part holds which value of codes that were made from pooled columns."""
        return held_of(codes, self.part_ids, self.parts)

    @once
    def _numbers(self) -> dict[str, Floats]:
        # One select for all: nearly every column of numbers is asked for.
        names = [name for name in self._schema if name != PART and self.is_number(name)]
        exprs = [as_number(name, self.dtype(name)).alias(f"{at}") for at, name in enumerate(names)]
        found: dict[str, Floats] = {}
        for name, series in zip(names, self.pooled.select(exprs).iter_columns(), strict=True):
            values = series.fill_null(float("nan")).to_numpy()
            # What is infinite, or becomes so when it is squared, has no mean and no spread.
            found[name] = np.where(np.abs(values) < GREATEST, values, np.nan)
        return found

    def numbers(self, name: str) -> Floats:
        """The pooled values as floats (times in seconds); NaN where missing or beyond all use."""
        return self._numbers[name]

    def is_number(self, name: str) -> bool:
        """Whether `numbers` can be asked for the column."""
        return self.has(name) and is_measurable(self.dtype(name))

    def missing(self, name: str) -> Bools:
        """Where the pooled values of a column are missing."""
        return self.codes(name).values < 0

    def per_part(self, counted: Bools) -> Floats:
        """Counts the true rows of every part."""
        return np.bincount(self.part_ids[counted], minlength=self.parts).astype(np.float64)

    @once
    def _place_in_part(self) -> Ints:
        """The place of every pooled row among those of its part."""
        order = np.argsort(self.part_ids, kind="stable")
        starts = np.cumsum(self.part_rows) - self.part_rows
        places = np.empty(len(order), dtype=np.int64)
        places[order] = np.arange(len(order)) - np.repeat(starts, self.part_rows)
        return places

    def by_part(self, figure: Floats) -> Floats:
        """Puts a figure of every pooled row into a row per part, with NaN behind the last."""
        table = np.full((self.parts, int(self.part_rows.max(initial=1))), np.nan)
        table[self.part_ids, self._place_in_part] = figure
        return table


def _is_narrower(new: ColumnType, known: ColumnType, facts: FileFacts) -> bool:
    profile = facts.profile.column(new.column)
    is_empty = profile is not None and profile.null_count == profile.rows
    return is_empty or (new.type, known.type) in {("integer", "decimal"), ("date", "datetime")}


def _pieces(rows: int) -> int:
    return max(1, min(PARTS_PER_FILE, rows // LEAST_PART_ROWS))


def _stacked(frames: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """Files of the same columns and types that arrived one after another, as one frame."""
    runs = groupby(frames, key=lambda frame: list(frame.schema.items()))
    return [pl.concat(run, rechunk=True) for _, run in runs]


def _common(frames: Sequence[pl.DataFrame]) -> dict[str, pl.DataType]:
    """One type per column that holds the values of all files; files without values have no say."""
    found: dict[str, pl.DataType] = {}
    for frame in reversed(frames):
        for series in frame.iter_columns():
            known = found.get(series.name)
            is_empty = series.null_count() == len(series)
            if known is None or (known != series.dtype and not is_empty):
                both = {known, series.dtype}
                found[series.name] = (
                    series.dtype
                    if known is None or _is_void(series.name, known, frames)
                    else pl.Float64()
                    if all(d is not None and d.is_numeric() for d in both)
                    else pl.String()
                )
    return found


def _is_void(name: str, dtype: pl.DataType, frames: Sequence[pl.DataFrame]) -> bool:
    """Whether all files that have the column as this type have no value in it."""
    held = [f.get_column(name) for f in frames if f.schema.get(name) == dtype]
    return bool(held) and all(s.null_count() == len(s) for s in held)


def _is_beyond(series: pl.Series) -> bool:
    """Whether unsigned or decimal numbers are lost when `_aligned` makes 64 bits of them."""
    if series.dtype == pl.UInt64:
        return series.cast(pl.Int64, strict=False).null_count() > series.null_count()
    back = series.cast(pl.Float64).cast(series.dtype, strict=False)
    return not back.equals(series, null_equal=True)


def _aligned(frame: pl.DataFrame, types: Mapping[str, ColumnType]) -> pl.DataFrame:
    """Casts numbers to the newest file's kind of number, so that parts can be stacked."""
    casts: list[pl.Expr] = []
    for name, dtype in frame.schema.items():
        wanted = types.get(name)
        if dtype.is_decimal() or (dtype.is_integer() and wanted and wanted.type == "decimal"):
            casts.append(column(name).cast(pl.Float64))
        elif dtype.is_integer():
            casts.append(column(name).cast(pl.Int64, strict=False))
        elif dtype.is_float():
            casts.append(column(name).cast(pl.Float64).fill_nan(None))
    return frame.with_columns(casts)
