"""Tells of each column of a Parquet file what it is kept as, by the file's own schema.

What belongs here: which types pass as they are, which are kept as another type that holds the
same values, and which are refused by name. What does not: reading values (`parquet_values`).

A column passes as it is only where Polars, DuckDB and Arrow read the same values of it: what is
profiled and judged is then what every reader of the warehouse sees.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeAlias

import polars as pl
import pyarrow as pa

from dmaic_assets.errors import UnreadableFileError

# Objects of pyarrow, which has no stubs: a type, a schema, a field, an array.
Arrow: TypeAlias = Any

MAX_DIGITS = 38  # of a decimal: what 128 bits hold, in Polars and in DuckDB
# Bytes of a UUID (RFC 9562).
_UUID_BYTES = 16
_INT96_IN_UTC = "INT96 timestamp with a time zone, kept as UTC"
_REWRITE = "Write the column as text or another plain type, or leave it out."


@dataclass(frozen=True, slots=True)
class ParquetColumn:
    """One column: what the file says it is, and the Arrow type that it is kept as.

    `told` is empty for a column that passes as it is. UUIDs are kept as their text, which is made
    of `plain`, their bytes.
    """

    name: str
    written: Arrow
    plain: Arrow
    told: str
    is_int96: bool
    is_uuid: bool

    @property
    def has_times(self) -> bool:
        """Whether there are times of day in it, which may be none that Polars knows."""
        return any(pa.types.is_time(leaf) for leaf in _leaves(self.plain))


class _NoPlaceError(Exception):
    """A type that nothing here can hold; the text names it."""


def refuse_column(subject: str, name: str, reason: str, fix: str = _REWRITE) -> UnreadableFileError:
    """Builds the refusal of a file for one column of it, named with its cause."""
    return UnreadableFileError(subject, f"the column {name!r} {reason}", fix)


def describe_columns(parquet: Arrow, subject: str) -> tuple[ParquetColumn, ...]:
    """Describes the columns of an open Parquet file in order; names may be doubled.

    Raises:
        UnreadableFileError: A column is of a type that cannot be kept exactly.
    """
    schema = parquet.schema
    said = parquet.metadata.metadata or {}
    zones, shapes = _int96_zones(said), _geometries(said)
    columns: list[ParquetColumn] = []
    place = 0
    for field in parquet.schema_arrow:
        width = len(_leaves(field.type))
        leaves = [schema.column(place + n) for n in range(width)]
        place += width
        try:
            column = _describe(field, leaves)
        except _NoPlaceError as problem:
            reason = f"is of type {problem}, which the warehouse cannot hold exactly"
            raise refuse_column(subject, field.name, reason) from None
        if column.is_int96 and field.name in zones:
            column = replace(column, plain=pa.timestamp("us", "UTC"), told=_INT96_IN_UTC)
        if field.name in shapes:
            column = replace(column, told="geometry, kept as its bytes")
        columns.append(column)
    return tuple(columns)


def _int96_zones(said: Mapping[bytes, bytes]) -> frozenset[str]:
    """The columns that a schema of Arrow's own gives a time zone, which INT96 cannot tell."""
    stored = said.get(b"ARROW:schema")
    if stored is None:
        return frozenset()
    fields = pa.ipc.read_schema(pa.BufferReader(base64.b64decode(stored)))
    return frozenset(f.name for f in fields if pa.types.is_timestamp(f.type) and f.type.tz)


def _geometries(said: Mapping[bytes, bytes]) -> frozenset[str]:
    """The columns of geometries, which only some readers tell from other bytes (GeoParquet)."""
    try:
        columns = json.loads(said.get(b"geo", b"{}")).get("columns", {})
    except (ValueError, AttributeError):
        return frozenset()
    return frozenset(columns)


def _describe(field: Arrow, leaves: Sequence[Arrow]) -> ParquetColumn:
    """Combines what Arrow makes of a column with what only Parquet's own schema tells."""
    is_nested = pa.types.is_nested(field.type)
    is_int96 = any(leaf.physical_type == "INT96" for leaf in leaves)
    is_uuid = any(leaf.logical_type.type == "UUID" for leaf in leaves)
    if any(leaf.converted_type == "INTERVAL" for leaf in leaves):
        raise _NoPlaceError("interval")
    if is_nested and (is_int96 or is_uuid):
        kind = "INT96 timestamp" if is_int96 else "UUID"
        raise _NoPlaceError(f"{kind} inside {field.type}")
    told: list[str] = []
    if is_uuid:
        return ParquetColumn(
            field.name, field.type, pa.binary(_UUID_BYTES), "UUID, kept as text", False, True
        )
    plain = _plain(field, told)
    if is_int96:
        told.append("INT96 timestamp, kept as a plain one")
    if any(leaf.logical_type.type == "JSON" for leaf in leaves):
        told.append("JSON, kept as text")
    if any(_is_time_of_utc(leaf) for leaf in leaves):
        told.append("time of day in UTC, kept as a plain one")
    return ParquetColumn(field.name, field.type, plain, "; ".join(told), is_int96, False)


def _is_time_of_utc(leaf: Arrow) -> bool:
    return leaf.logical_type.type == "TIME" and '"isAdjustedToUTC":true' in (
        leaf.logical_type.to_json().replace(" ", "")
    )


def _plain(field: Arrow, told: list[str]) -> Arrow:
    dtype = field.type
    extension = (field.metadata or {}).get(b"ARROW:extension:name")
    if isinstance(dtype, pa.BaseExtensionType):
        return _storage(dtype.extension_name, pa.field(field.name, dtype.storage_type), told)
    if extension is not None:
        name = extension.decode(errors="replace")
        return _storage(name, pa.field(field.name, dtype), told)
    if pa.types.is_nested(dtype):
        return _plain_nested(dtype, told)
    for belongs, keep in _KEPT_AS.items():
        if belongs(dtype):
            return keep(dtype, told)
    return dtype


def _storage(extension: str, field: Arrow, told: list[str]) -> Arrow:
    if extension == "arrow.bool8":
        told.append("booleans of 8 bits, kept as booleans")
        return pa.bool_()
    if extension != "arrow.json":
        told.append(f"{extension}, kept as the {field.type} that it is stored as")
    return _plain(field, told)


def _plain_timestamp(dtype: Arrow, told: list[str]) -> Arrow:
    if dtype.tz is None or dtype.tz == _polars_zone(dtype.tz):
        return dtype
    told.append(f"time zone {dtype.tz}, kept as UTC")
    return pa.timestamp(dtype.unit, "UTC")


def _plain_decimal(dtype: Arrow, told: list[str]) -> Arrow:
    if dtype.precision <= MAX_DIGITS:
        return dtype
    if dtype.scale > MAX_DIGITS:
        raise _NoPlaceError(str(dtype))
    told.append(f"{dtype}, kept with {MAX_DIGITS} digits")
    return pa.decimal128(MAX_DIGITS, dtype.scale)


def _plain_duration(dtype: Arrow, told: list[str]) -> Arrow:
    # Parquet has no durations: other readers see the number alone, so its unit is one for all.
    if dtype.unit != "us":
        told.append(f"{dtype}, kept in microseconds")
    return pa.duration("us")


def _polars_zone(zone: str) -> str | None:
    """What Polars calls a zone: itself, another name for an offset, or nothing."""
    try:
        dtype = pl.Series([0]).cast(pl.Datetime("us", zone)).dtype
    except pl.exceptions.PolarsError:
        return None
    return dtype.time_zone if isinstance(dtype, pl.Datetime) else None


def _plain_nested(dtype: Arrow, told: list[str]) -> Arrow:
    types = pa.types
    if types.is_struct(dtype):
        fields = [dtype.field(n) for n in range(dtype.num_fields)]
        return pa.struct([pa.field(f.name, _plain(f, told)) for f in fields])
    if types.is_map(dtype):
        return pa.map_(_plain(dtype.key_field, told), _plain(dtype.item_field, told))
    if types.is_fixed_size_list(dtype):
        return pa.list_(_plain(dtype.value_field, told), dtype.list_size)
    if types.is_list(dtype):
        return pa.list_(_plain(dtype.value_field, told))
    if types.is_large_list(dtype):
        return pa.large_list(_plain(dtype.value_field, told))
    raise _NoPlaceError(str(dtype))


def _leaves(dtype: Arrow) -> list[Arrow]:
    """The types of the Parquet columns behind a column, in their order."""
    if isinstance(dtype, pa.BaseExtensionType):
        return _leaves(dtype.storage_type)
    if not pa.types.is_nested(dtype):
        return [dtype]
    children = (dtype.field(n).type for n in range(dtype.num_fields))
    return [leaf for child in children for leaf in _leaves(child)]


_KEPT_AS: Mapping[Callable[[Arrow], bool], Callable[[Arrow, list[str]], Arrow]] = MappingProxyType(
    {
        pa.types.is_timestamp: _plain_timestamp,
        pa.types.is_decimal: _plain_decimal,
        pa.types.is_duration: _plain_duration,
    }
)
