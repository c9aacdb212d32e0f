"""Small Parquet files of every type, each written by another program than ours.

What belongs here: what pyarrow, DuckDB and Polars can write, with the values that went in. What
becomes of them is told by `type_table`.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

NOON = datetime(2024, 3, 1, 12, 0, 0, 250000)
FAR = datetime(9999, 12, 31, 23, 59, 59)
FIRST = datetime(1, 1, 1)
IDS = [uuid.UUID(int=5), uuid.UUID("3f333df6-90a4-4fda-8dd3-9485d27cee36")]


@dataclass(frozen=True)
class TypedFile:
    """A file with the columns `id` (0, 1, ...) and `column`.

    `values` are the Python values that went in, as Arrow gives them back; `viewed` the same as
    DuckDB gives them, where that differs (durations are numbers there). `is_text` compares by
    their text what Python cannot hold. Without values the file is to be refused.
    """

    writer: str
    type: str
    write: Callable[[Path], None]
    values: Sequence[Any] = ()
    viewed: Sequence[Any] | None = None
    is_text: bool = False
    column: str = "v"

    @property
    def name(self) -> str:
        """What the tests call it."""
        return f"{self.writer}: {self.type}"


def arrow(kind: str, array: pa.Array, values: Sequence[Any] | None = None, **how: Any) -> TypedFile:
    """A file by pyarrow; `viewed` and `is_text` are not for the writer."""
    given = {k: how.pop(k) for k in ("viewed", "is_text") if k in how}

    def write(path: Path) -> None:
        table = pa.table({"id": pa.array(range(len(array)), pa.int64()), "v": array})
        pq.write_table(table, path, **how)

    return TypedFile(
        "pyarrow", kind, write, array.to_pylist() if values is None else values, **given
    )


def duck(kind: str, literals: Sequence[str], values: Sequence[Any] = (), **how: Any) -> TypedFile:
    """A file by DuckDB."""

    def write(path: Path) -> None:
        rows = " UNION ALL ".join(f"SELECT {n} AS id, {v} AS v" for n, v in enumerate(literals))
        with duckdb.connect() as connection:
            connection.execute(
                f"COPY (SELECT * FROM ({rows}) ORDER BY id) TO '{path}' (FORMAT parquet)"
            )

    return TypedFile("DuckDB", kind, write, values, **how)


def polars(kind: str, series: pl.Series, values: Sequence[Any] = (), **how: Any) -> TypedFile:
    """A file by Polars."""

    def write(path: Path) -> None:
        pl.DataFrame({"id": range(len(series)), "v": series}).write_parquet(path)

    return TypedFile("Polars", kind, write, values, **how)


def int96(kind: str, stamps: Sequence[datetime], values: Sequence[Any], **how: Any) -> TypedFile:
    """A file with INT96 timestamps, as Spark wrote them for years."""
    zone = how.pop("zone", None)
    array = pa.array(stamps, pa.timestamp("us", zone))
    return arrow(kind, array, values, use_deprecated_int96_timestamps=True, **how)


def _doubled(path: Path) -> None:
    columns = [pa.array(values) for values in ([0, 1, 2], ["a", "b", "c"], [7, 8, 9])]
    pq.write_table(pa.Table.from_arrays(columns, names=["id", "v", "V"]), path)


def _extension(kind: pa.DataType, stored: pa.Array) -> pa.Array:
    return pa.ExtensionArray.from_storage(kind, stored)


def _foreign(path: Path) -> None:
    mark = {b"ARROW:extension:name": b"plant.tag", b"ARROW:extension:metadata": b""}
    schema = pa.schema([pa.field("id", pa.int64()), pa.field("v", pa.string(), metadata=mark)])
    pq.write_table(pa.table([pa.array([0, 1]), pa.array(["p", "q"])], schema=schema), path)


def _int_types() -> list[TypedFile]:
    kinds = [(s, b) for s in ("int", "uint") for b in (8, 16, 32, 64)]
    return [
        arrow(
            f"{sign}{bits}",
            pa.array([2 ** (bits - (sign == "int")) - 1, None, 1], getattr(pa, f"{sign}{bits}")()),
        )
        for sign, bits in kinds
    ]


def _times() -> list[TypedFile]:
    stamps = [NOON, None, datetime(1999, 12, 31)]
    instants = [t and t.replace(tzinfo=UTC) for t in stamps]
    offsets = ["+02:00", "-05:30", "Z", "Mars/Base"]
    spans = [timedelta(days=2, seconds=3), None, timedelta(0)]
    numbers = [172_803_000_000, None, 0]
    return [
        arrow("date32", pa.array([date(9999, 12, 31), None, date(1, 1, 1)])),
        arrow("date64", pa.array([date(2024, 2, 29), None, date(1960, 1, 1)], pa.date64())),
        *(arrow(f"timestamp[{u}]", pa.array(stamps, pa.timestamp(u))) for u in ("ms", "us", "ns")),
        arrow("timestamp[us], years 1 to 9999", pa.array([FAR, None, FIRST])),
        *(
            arrow(f"timestamp[us, {zone}]", pa.array(instants, pa.timestamp("us", zone)), instants)
            for zone in ("UTC", "Europe/Berlin", *offsets[:2])
        ),
        *(
            arrow(
                f"timestamp[us, {zone}]",
                pa.array(instants, pa.timestamp("us", "UTC")).cast(pa.timestamp("us", zone)),
                instants,
            )
            for zone in offsets[2:]
        ),
        int96("INT96", [FAR, None, FIRST], [FAR, None, FIRST], store_schema=False),
        int96("INT96, Arrow's schema kept", stamps, stamps),
        int96("INT96 of a time zone", instants, instants, zone="Europe/Berlin"),
        arrow(
            "INT96 with nanoseconds",
            pa.array([1_700_000_000_123_456_789, None, 1], pa.timestamp("ns")),
            ["2023-11-14 22:13:20.123456789", None, "1970-01-01 00:00:00.000000001"],
            is_text=True,
            use_deprecated_int96_timestamps=True,
            store_schema=False,
        ),
        *(
            arrow(f"time[{unit}]", pa.array([time(23, 59, 59), None, time(0)], kind))
            for unit, kind in (
                ("ms", pa.time32("ms")),
                ("us", pa.time64("us")),
                ("ns", pa.time64("ns")),
            )
        ),
        arrow("time[us] of 24:00:00", pa.array([86_400_000_000, 0], pa.time64("us")), ()),
        *(
            arrow(f"duration[{u}]", pa.array(spans, pa.duration(u)), spans, viewed=numbers)
            for u in ("s", "ms", "us", "ns")
        ),
        arrow("duration[ns] below a microsecond", pa.array([1, 2], pa.duration("ns")), ()),
    ]


def _nested() -> list[TypedFile]:
    pairs = [[("k", 1)], None, []]
    zoned = pa.list_(pa.timestamp("us", "+02:00"))
    instant = NOON.replace(tzinfo=UTC)
    return [
        arrow("list", pa.array([[1, None], None, []])),
        arrow("large_list", pa.array([["x"], None, []], pa.large_list(pa.string()))),
        arrow("fixed_size_list", pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int64(), 2))),
        arrow("struct", pa.array([{"a": 1, "b": [1.5]}, None, {"a": None, "b": None}])),
        arrow(
            "map",
            pa.array(pairs, pa.map_(pa.string(), pa.int64())),
            viewed=[{"k": 1}, None, {}],
        ),
        arrow(
            "list of timestamp[us, +02:00]",
            pa.array([[instant], None, []], zoned),
            [[instant], None, []],
        ),
        arrow(
            "list of decimal256", pa.array([[Decimal("1.5")], None], pa.list_(pa.decimal256(70, 1)))
        ),
        arrow(
            "list of time, one 24:00:00",
            pa.array([[0], [86_400_000]], pa.list_(pa.time32("ms"))),
            (),
        ),
        arrow("list_view", pa.array([[1], None], pa.list_view(pa.int64())), ()),
    ]


def _extensions() -> list[TypedFile]:
    raw = pa.array([IDS[0].bytes, None, IDS[1].bytes], pa.binary(16))
    texts = [str(IDS[0]), None, str(IDS[1])]
    shape = pa.fixed_shape_tensor(pa.int32(), [2])
    pair = pa.array([[1, 2], [3, 4]], pa.list_(pa.int32(), 2))
    return [
        arrow("uuid", _extension(pa.uuid(), raw), texts),
        arrow("json", _extension(pa.json_(), pa.array(['{"a": 1.10}', None, "[]"]))),
        arrow("bool8", _extension(pa.bool8(), pa.array([1, None, 0], pa.int8()))),
        arrow("fixed_shape_tensor", _extension(shape, pair), [[1, 2], [3, 4]]),
        TypedFile("pyarrow", "an extension of somebody's own", _foreign, ["p", "q"]),
        TypedFile("pyarrow", "names that differ in case only", _doubled, [7, 8, 9], column="V_2"),
    ]


def _plain() -> list[TypedFile]:
    texts = ["a", None, "ü"]
    long = [Decimal("9" * 38), None, Decimal("-1")]
    words = pa.array(texts).dictionary_encode()
    return [
        arrow("null", pa.nulls(2)),
        arrow("bool", pa.array([True, None, False])),
        *_int_types(),
        *(
            arrow(f"float{b}", pa.array([1.5, None, -0.25], t))
            for b, t in ((16, pa.float16()), (32, pa.float32()), (64, pa.float64()))
        ),
        *(
            arrow(f"decimal{b}", pa.array([Decimal("12.50"), None], t))
            for b, t in ((32, pa.decimal32(9, 2)), (64, pa.decimal64(18, 2)))
        ),
        arrow("decimal128", pa.array(long, pa.decimal128(38, 0))),
        arrow("decimal256", pa.array(long, pa.decimal256(76, 0))),
        arrow(
            "decimal256 of 39 digits", pa.array([Decimal("1" * 39), None], pa.decimal256(76, 0)), ()
        ),
        *(
            arrow(k, pa.array(texts, t))
            for k, t in (
                ("string", pa.string()),
                ("large_string", pa.large_string()),
                ("string_view", pa.string_view()),
            )
        ),
        arrow("dictionary of strings", words),
        *(
            arrow(k, pa.array([b"\x00a", None, b""], t))
            for k, t in (
                ("binary", pa.binary()),
                ("large_binary", pa.large_binary()),
                ("binary_view", pa.binary_view()),
            )
        ),
        arrow("fixed_size_binary", pa.array([b"abc", None], pa.binary(3))),
    ]


def _duckdb() -> list[TypedFile]:
    far = ["'infinity'::date", "'200000-01-01'::date", "NULL"]
    return [
        duck("HUGEINT (written as DOUBLE)", ["5::hugeint", "NULL"], [5.0, None]),
        duck("NULL", ["NULL", "NULL"], [None, None]),
        duck(
            "UUID",
            [f"'{IDS[0]}'::uuid", "NULL", f"'{IDS[1]}'::uuid"],
            [str(IDS[0]), None, str(IDS[1])],
        ),
        duck(
            "JSON", ["""'{"a": 1.10}'::json""", "NULL", "'[]'::json"], ['{"a": 1.10}', None, "[]"]
        ),
        duck("TIME", ["'12:34:56.5'::time", "NULL"], [time(12, 34, 56, 500000), None]),
        duck("TIME of 24:00:00", ["'24:00:00'::time", "NULL"]),
        duck("TIMETZ", ["'12:34:56+02'::timetz", "NULL"], [time(10, 34, 56), None]),
        duck(
            "TIME_NS",
            ["'01:02:03.123456789'::time_ns", "NULL"],
            ["01:02:03.123456789", None],
            is_text=True,
        ),
        duck(
            "TIMESTAMP",
            [f"'{FAR}'::timestamp", "NULL", f"'{FIRST}'::timestamp"],
            [FAR, None, FIRST],
        ),
        duck(
            "TIMESTAMP_NS",
            ["'2024-01-02 03:04:05.123456789'::timestamp_ns", "NULL"],
            ["2024-01-02 03:04:05.123456789", None],
            is_text=True,
        ),
        duck(
            "TIMESTAMPTZ", [f"'{NOON}+00'::timestamptz", "NULL"], [NOON.replace(tzinfo=UTC), None]
        ),
        duck(
            "DATE after the year 9999, infinity",
            far,
            ["infinity", "200000-01-01", None],
            is_text=True,
        ),
        duck(
            "TIMESTAMP, infinity",
            ["'infinity'::timestamp", "NULL"],
            ["infinity", None],
            is_text=True,
        ),
        duck("INTERVAL", ["INTERVAL 1 MONTH", "INTERVAL 2 DAY"]),
        duck("ENUM", ["'a'::enum('a', 'b')", "NULL", "'b'"], ["a", None, "b"]),
        duck("BIT", ["'101'::bit", "NULL"], ["101", None]),
        duck("BLOB", ["'\\xAA'::blob", "NULL"], [b"\xaa", None]),
        duck("DECIMAL(38, 2)", ["1.5::decimal(38,2)", "NULL"], [Decimal("1.50"), None]),
        duck("LIST", ["[1, NULL]", "NULL", "[]::int[]"], [[1, None], None, []]),
        duck("STRUCT", ["{'a': 1, 'b': 'x'}", "NULL"], [{"a": 1, "b": "x"}, None]),
        duck("MAP", ["map {'k': 1}", "NULL"], [[("k", 1)], None], viewed=[{"k": 1}, None]),
        duck(
            "UNION (written as STRUCT)",
            ["union_value(n := 1)", "union_value(n := 2)"],
            [{"element1": 0, "n": 1}, {"element1": 0, "n": 2}],
        ),
        duck("VARIANT", ["1::variant", "2::variant"]),
        duck("UUID inside LIST", [f"['{IDS[0]}'::uuid]", "NULL"]),
    ]


def _polars() -> list[TypedFile]:
    wide = [2**100, None, 5]
    return [
        polars("Int128", pl.Series(wide, dtype=pl.Int128), [Decimal(2**100), None, Decimal(5)]),
        polars("UInt128", pl.Series(wide, dtype=pl.UInt128), [Decimal(2**100), None, Decimal(5)]),
        polars("Int128 of 39 digits", pl.Series([10**38, 1], dtype=pl.Int128)),
        polars("List(Int128)", pl.Series([[2**100], None], dtype=pl.List(pl.Int128))),
        polars("Float16", pl.Series([1.5, None], dtype=pl.Float16), [1.5, None]),
        polars("Categorical", pl.Series(["a", None, "b"], dtype=pl.Categorical), ["a", None, "b"]),
        polars("Enum", pl.Series(["a", None, "b"], dtype=pl.Enum(["b", "a"])), ["a", None, "b"]),
        polars("Array", pl.Series([[1, 2], None], dtype=pl.Array(pl.Int64, 2)), [[1, 2], None]),
    ]


def typed_files() -> tuple[TypedFile, ...]:
    """All of them, in the order of the guide's table."""
    return (*_plain(), *_times(), *_nested(), *_extensions(), *_duckdb(), *_polars())
