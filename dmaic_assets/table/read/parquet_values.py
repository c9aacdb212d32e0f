"""Reads Parquet files with columns that must be kept as another type, and checks single values.

What belongs here: values, batch by batch in bounded memory. What does not: which column is kept
as what (`parquet_types`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from dmaic_assets.model import SourceFile
from dmaic_assets.table.read.parquet_types import MAX_DIGITS, Arrow, ParquetColumn, refuse_column
from dmaic_assets.table.read.staging import FrameStore, Reading
from dmaic_assets.table.text_table import SourceTable

# Rows (2 ** 17) read at a time: bounds memory.
BATCH_ROWS = 131_072
WIDE = frozenset({"Int128", "UInt128"})  # Polars' own types
# Ticks in a day of each of Arrow's time units.
_DAY: dict[str, int] = {"s": 86_400, "ms": 86_400_000, "us": 86_400 * 10**6, "ns": 86_400 * 10**9}
# Microseconds from 1970 that 64 bits of nanoseconds reach: the years 1677 to 2262.
_NS_REACH_US = 2**63 // 1000
_WHOLE_US = "Write it with microseconds."


def read_changed(
    file: SourceFile,
    columns: Sequence[ParquetColumn],
    names: Sequence[str],
    notes: Sequence[str],
    store: FrameStore,
) -> SourceTable:
    """Reads a file by Arrow, every column cast to the type that it is kept as.

    Raises:
        UnreadableFileError: A value cannot be kept exactly; column and cause are named.
        pa.ArrowException: The file is damaged.
        StoreError: The staging folder refuses.
    """
    subject = str(file.path)
    parquet = pq.ParquetFile(
        file.path, coerce_int96_timestamp_unit=_int96_unit(file.path, columns, subject)
    )
    rows = 0
    for batch in parquet.iter_batches(BATCH_ROWS):
        frame = _frame(batch.columns, columns, names, subject)
        store.add(frame, size_bytes=int(frame.estimated_size()))
        rows += frame.height
    told = [f"column {c.name}: {c.told}" for c in columns if c.told]
    reading = Reading(tuple(names), rows, (), (*notes, *told), None, is_text=False)
    table = store.table(file, reading)
    if rows:
        return table
    none = [pa.array([], c.type) for c in parquet.schema_arrow]
    return replace(table, lazy=_frame(none, columns, names, subject).lazy())


def read_wide_integers(file: SourceFile, scan: pl.LazyFrame, store: FrameStore) -> SourceTable:
    """Reads a file with whole numbers of 128 bits, which only Polars writes, as decimals.

    Raises:
        UnreadableFileError: A number has more than 38 digits.
        pl.exceptions.PolarsError: The file is damaged.
        StoreError: The staging folder refuses.
    """
    schema = scan.collect_schema()
    wide = [name for name, dtype in schema.items() if dtype.is_integer() and str(dtype) in WIDE]
    rows = int(scan.select(pl.len()).collect().item())
    frame = pl.DataFrame()
    for start in range(0, max(rows, 1), BATCH_ROWS):
        frame = scan.slice(start, BATCH_ROWS).collect()
        frame = frame.with_columns(_as_decimal(frame[name], str(file.path)) for name in wide)
        store.add(frame, size_bytes=int(frame.estimated_size()))
    notes = tuple(f"column {c}: {schema[c]}, kept as a decimal without fraction" for c in wide)
    reading = Reading(tuple(schema), rows, (), notes, None, is_text=False)
    table = store.table(file, reading)
    return table if rows else replace(table, lazy=frame.lazy())


def refuse_impossible_times(path: Path, columns: Sequence[ParquetColumn], subject: str) -> None:
    """Refuses times of day that Polars would read as missing: 24:00, or none at all.

    Raises:
        UnreadableFileError: There is one; its column and row are named.
        pa.ArrowException: The file is damaged.
    """
    timed = sorted({c.name for c in columns if c.has_times})
    if not timed:
        return
    start = 0
    for batch in pq.ParquetFile(path).iter_batches(BATCH_ROWS, columns=timed):
        for name, array in zip(batch.schema.names, batch.columns, strict=True):
            if _is_impossible(array):
                row = next(n for n in range(len(array)) if _is_impossible(array.slice(n, 1)))
                reason = f"holds 24:00:00 or another time that is in no day (row {start + row})"
                fix = "Write 24:00:00 as 00:00:00 of the next day, or the column as text."
                raise refuse_column(subject, name, reason, fix)
        start += batch.num_rows


def _frame(
    arrays: Sequence[Arrow], columns: Sequence[ParquetColumn], names: Sequence[str], subject: str
) -> pl.DataFrame:
    cast = [_cast(array, column, subject) for array, column in zip(arrays, columns, strict=True)]
    frame = pl.DataFrame(pl.from_arrow(pa.table(cast, names=list(names))))
    uuids = [name for name, column in zip(names, columns, strict=True) if column.is_uuid]
    return frame.with_columns(_uuid_text(frame[name]) for name in uuids)


def _cast(array: Arrow, column: ParquetColumn, subject: str) -> Arrow:
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    plain = column.plain
    if column.is_int96:
        plain = pa.timestamp(array.type.unit, plain.tz)
    try:
        return array if array.type == plain else array.cast(plain)
    except pa.ArrowInvalid as error:
        reason = f"is of type {column.written} and has values that {_lack(column)}"
        raise refuse_column(subject, column.name, reason) from error
    except pa.ArrowNotImplementedError as error:
        reason = f"is of type {column.written}, which the warehouse cannot hold exactly"
        raise refuse_column(subject, column.name, reason) from error


def _lack(column: ParquetColumn) -> str:
    if pa.types.is_decimal(column.plain):
        return f"need more than {MAX_DIGITS} digits"
    return f"cannot be kept as {column.plain}"


def _uuid_text(values: pl.Series) -> pl.Series:
    digits = values.bin.encode("hex")
    cuts = ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))
    parts = [digits.str.slice(start, length).alias(str(start)) for start, length in cuts]
    text = pl.concat_str([str(start) for start, _ in cuts], separator="-")
    return pl.DataFrame(parts).select(text.alias(values.name)).to_series()


def _as_decimal(values: pl.Series, subject: str) -> pl.Series:
    try:
        return values.cast(pl.Decimal(MAX_DIGITS, 0))
    except pl.exceptions.InvalidOperationError as error:
        reason = f"is of type {values.dtype} and has values of more than {MAX_DIGITS} digits"
        raise refuse_column(subject, values.name, reason) from error


def _int96_unit(path: Path, columns: Sequence[ParquetColumn], subject: str) -> str:
    """The unit that holds every INT96 timestamp: microseconds reach all years, nanoseconds few.

    Nanoseconds beyond 64 bits wrap around, as microseconds times 1000 do; so what differs
    between the two has digits below a microsecond, in any year.
    """
    places = [n for n, column in enumerate(columns) if column.is_int96]
    if not places:
        return "us"
    fine, far = set[int](), set[int]()
    whole = pq.ParquetFile(path, coerce_int96_timestamp_unit="us").iter_batches(BATCH_ROWS)
    exact = pq.ParquetFile(path, coerce_int96_timestamp_unit="ns").iter_batches(BATCH_ROWS)
    for us, ns in zip(whole, exact, strict=True):
        for place in places:
            micros, nanos = _numbers(us.column(place)), _numbers(ns.column(place))
            if (micros * 1000 != nanos).any():
                fine.add(place)
            if (np.abs(micros) >= _NS_REACH_US).any():
                far.add(place)
    if fine and far:
        name = columns[min(fine)].name
        reason = "has INT96 timestamps with digits below a microsecond, beside years that 64 bits"
        raise refuse_column(subject, name, f"{reason} of nanoseconds do not reach", _WHOLE_US)
    return "ns" if fine else "us"


def _numbers(times: Arrow) -> npt.NDArray[np.int64]:
    whole = pa.int32() if pa.types.is_time32(times.type) else pa.int64()
    return times.drop_null().cast(whole).to_numpy(zero_copy_only=False)


def _is_impossible(array: Arrow) -> bool:
    return any(_has_impossible(leaf) for leaf in _flat(array))


def _has_impossible(leaf: Arrow) -> bool:
    if not pa.types.is_time(leaf.type):
        return False
    numbers = _numbers(leaf)
    return bool(((numbers < 0) | (numbers >= _DAY[leaf.type.unit])).any())


def _flat(array: Arrow) -> Iterator[Arrow]:
    """The values behind a nested column, without those of missing parents."""
    if pa.types.is_struct(array.type):
        for child in array.flatten():
            yield from _flat(child)
    elif pa.types.is_map(array.type):
        yield from _flat(array.drop_null().keys)
        yield from _flat(array.drop_null().items)
    elif pa.types.is_nested(array.type):
        yield from _flat(array.flatten())
    else:
        yield array
