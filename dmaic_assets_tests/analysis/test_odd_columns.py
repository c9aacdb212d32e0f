"""A column of any type and with any values harms no analysis, neither its own table's nor others'.

Every column is one that a Parquet file may have. All of them meet in one table, too: what one
column does to a pair is seen there.
"""

import warnings
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from dmaic_assets.analysis.registry import ANALYSES
from dmaic_assets.analysis.study import ALL_TABLES, Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.working import work_analyses

NOW = datetime(2025, 2, 1, tzinfo=UTC)
# Enough for every analysis to look at what it measures.
N = 1_200
RNG = np.random.default_rng(4)
CHANCE = RNG.random(N)
NAMES = ["red", "green", "blue"]
FIRST = datetime(2024, 1, 1)


def of(dtype, values):
    return pl.Series("odd", values, dtype=dtype, strict=False)


def cycled(*values):
    return [values[at % len(values)] for at in range(N)]


ODD = {
    "duration": of(pl.Duration("us"), [timedelta(seconds=at * 7) for at in range(N)]),
    "duration_ns": of(pl.Duration("ns"), cycled(timedelta(days=90_000), timedelta(0), None)),
    "time": of(pl.Time, [time(at % 24, at % 60) for at in range(N)]),
    "uint64_high": of(pl.UInt64, [2**64 - 1 - at for at in range(N)]),
    "uint64_mixed": of(pl.UInt64, cycled(0, 1, 2**63, 2**64 - 1, None)),
    "int64_limits": of(pl.Int64, cycled(-(2**63), 2**63 - 1, 0, None)),
    "int64_span": of(pl.Int64, [(-1) ** at * (2**63 - 1 - at) for at in range(N)]),
    "int128": of(pl.Int128, [2**100 + at for at in range(N)]),
    "int8": of(pl.Int8, [at % 250 - 128 for at in range(N)]),
    "decimal": of(pl.Decimal(38, 10), [Decimal(at) / 3 for at in range(N)]),
    "decimal_wide": of(pl.Decimal(38, 0), [Decimal(at) * 10**30 for at in range(N)]),
    "float32": of(pl.Float32, CHANCE * 3e38),
    "categorical": of(pl.Categorical, cycled(*NAMES, None)),
    "enum": of(pl.Enum(NAMES), cycled(*NAMES)),
    "list": of(pl.List(pl.Int64), cycled([1, 2], [], None)),
    "array": of(pl.Array(pl.Int64, 2), cycled([1, 2], None)),
    "struct": of(pl.Struct({"a": pl.Int64, "b": pl.String}), cycled({"a": 1, "b": "x"}, None)),
    "binary": of(pl.Binary, cycled(b"\x00\xff", b"", None)),
    "not_finite": of(pl.Float64, cycled(float("nan"), float("inf"), float("-inf"), 1.5, None)),
    "only_nan": of(pl.Float64, cycled(float("nan"))),
    "some_nan": of(pl.Float64, [float("nan") if at % 9 == 0 else at / 7 for at in range(N)]),
    "greatest": of(pl.Float64, cycled(1e308, -1e308, 1.7e308, 0.0)),
    "great": of(pl.Float64, CHANCE * 1e300),
    "whole_great": of(pl.Float64, [float(at) * 1e300 for at in range(N)]),
    "least": of(pl.Float64, cycled(5e-324, 0.0, 1e-323)),
    "tiny": of(pl.Float64, CHANCE * 1e-200),
    "null": of(pl.Null, cycled(None)),
    "null_text": of(pl.String, cycled(None)),
    "null_number": of(pl.Float64, cycled(None)),
    "one_value": of(pl.Int64, cycled(7)),
    "one_present": of(pl.Int64, [7] + [None] * (N - 1)),
    "years": of(pl.Datetime("us"), cycled(datetime(1, 1, 1), datetime(9999, 12, 31, 23), None)),
    "nanoseconds": of(pl.Datetime("ns"), [FIRST + timedelta(days=at) for at in range(N)]),
    "dates": of(pl.Date, cycled(date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29))),
    "zoned": pl.Series(
        "odd", [FIRST + timedelta(hours=at) for at in range(N)]
    ).dt.replace_time_zone("Europe/Berlin", ambiguous="earliest", non_existent="null"),
    "blank_texts": of(pl.String, cycled("", " ", "\x00", "\u200b")),
}


def clean():
    rng = np.random.default_rng(5)
    return pl.DataFrame(
        {
            "id": range(N),
            "happened_at": [FIRST + timedelta(days=at) for at in range(N)],
            "kind": rng.choice(NAMES, N),
            "amount": np.round(rng.gamma(3, 10, N), 2),
        }
    )


def all_analyses(**frames):
    tables = {name: table_of_frame(name, frame) for name, frame in frames.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        found = work_analyses(Study(tables, NOW), [entry.name for entry in ANALYSES])
    return {(piece.analysis, piece.table): outcome for piece, outcome in found.items()}


def pieces(*tables):
    each = {(e.name, t) for e in ANALYSES if e.scope == "source" for t in tables}
    return each | {(e.name, ALL_TABLES) for e in ANALYSES if e.scope == "run"}


@pytest.fixture(scope="module")
def alone():
    return all_analyses(sales=clean())


@pytest.mark.parametrize("name", ODD)
def test_an_odd_column_harms_neither_its_own_table_nor_another(name, alone):
    found = all_analyses(odd=clean().with_columns(ODD[name].alias("odd")), sales=clean())

    assert set(found) == pieces("odd", "sales")
    for analysis, table in pieces("sales"):
        if table:
            assert found[analysis, table] == alone[analysis, table]
    keys = found["relationships", ALL_TABLES].value.keys
    assert {("odd", ("id",)), ("sales", ("id",))} <= {(key.table, key.columns) for key in keys}


def test_all_odd_columns_together_harm_no_analysis():
    frame = pl.DataFrame([series.alias(name) for name, series in ODD.items()])

    assert set(all_analyses(odd=frame)) == pieces("odd")


def test_hashes_of_64_bits_without_a_sign_are_keys_that_others_refer_to():
    ids = pl.Series(range(300)).hash(7)
    users = pl.DataFrame({"user_id": ids, "age": [20 + at % 50 for at in range(300)]})
    orders = pl.DataFrame(
        {"order_id": range(900), "user_id": ids.gather([at % 290 for at in range(900)])}
    )
    found = all_analyses(users=users, orders=orders)["relationships", ALL_TABLES].value

    (one,) = found.foreign_keys
    assert (one.table, one.columns, one.ref_table, one.orphans) == (
        "orders",
        ("user_id",),
        "users",
        0,
    )


@pytest.mark.parametrize("size", [1e-200, 1e-308, 1e250, 1e307])
def test_the_size_of_numbers_changes_no_correlation(size):
    x = np.random.default_rng(6).normal(size=200)
    y = x + np.random.default_rng(7).normal(size=200) / 2

    def strength(by):
        value = all_analyses(t=pl.DataFrame({"x": x * by, "y": y}))["correlations", "t"].value
        (one,) = value.associations
        return one.measure, one.effect, value.condition_index

    measure, effect, index = strength(size)
    assert measure == strength(1.0)[0] == "pearson"
    assert (effect, index) == pytest.approx(strength(1.0)[1:])


@pytest.mark.parametrize("name", ["great", "tiny"])
def test_a_measure_that_cannot_be_squared_is_said_to_be_left_out(name):
    frame = clean().with_columns(ODD[name].alias("amount"))
    found = all_analyses(sales=frame)

    told = [f.text for f in found["statistics", "sales"].findings if f.metric == "std"]
    assert len(told) == 1
    assert "sales.amount" in told[0]


def test_tiny_numbers_do_not_follow_from_each_other():
    rng = np.random.default_rng(8)
    frame = pl.DataFrame({name: rng.random(N) * 1e-12 for name in "abc"})

    assert all_analyses(t=frame)["correlations", "t"].value.derived == ()
