import datetime as dt
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from dmaic_assets.model import ValueCount
from dmaic_assets.table.profile.profile import profile_frame

DAY = dt.date(2024, 1, 1)


def profiled(values, dtype=None):
    series = pl.Series("x", values, dtype=dtype)
    (column,) = profile_frame(series.to_frame()).columns
    return column


def test_integers():
    column = profiled([3, -1, 3, None, 0])

    assert (column.type, column.physical) == ("integer", "Int64")
    assert (column.rows, column.null_count) == (5, 1)
    assert (column.distinct_count, column.once_count) == (3, 2)
    assert (column.minimum, column.maximum) == (-1, 3)
    assert isinstance(column.minimum, int)
    assert column.mean == pytest.approx(1.25)
    assert column.std == pytest.approx(np.std([3, -1, 3, 0], ddof=1))
    assert (column.zero_count, column.negative_count) == (1, 1)
    assert column.quantiles["p50"] == 1.5
    assert column.top_values[0] == ValueCount("3", 2)
    assert sum(column.histogram.counts) == 4
    assert column.length_max is None
    assert column.shapes == ()


@pytest.mark.parametrize(
    "dtype",
    [
        pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.Int128,
        pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64, pl.Float32, pl.Float64,
        pl.Decimal(10, 2), pl.Decimal(38, 2),
    ],
)  # fmt: skip
def test_numbers_of_every_width_have_the_same_facts(dtype):
    column = profiled([4, 1, None, 4, 100], dtype)

    assert (column.distinct_count, column.once_count, column.null_count) == (3, 2, 1)
    assert (column.minimum, column.maximum) == (1, 100)
    assert column.mean == pytest.approx(27.25)
    assert column.quantiles["p25"] == pytest.approx(3.25)
    assert column.top_values[0].count == 2
    assert float(column.top_values[0].value) == 4
    assert column.is_sorted == "no"


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([2**100, 1, 1], pl.Int128),
        (
            [Decimal("12345678901234567890123.45"), Decimal("0.10"), Decimal("0.10")],
            pl.Decimal(38, 2),
        ),
    ],
)
def test_numbers_beyond_64_bits_are_counted_exactly(values, dtype):
    column = profiled(values, dtype)

    assert (column.distinct_count, column.once_count) == (2, 1)
    assert column.top_values == (ValueCount(str(values[1]), 2), ValueCount(str(values[0]), 1))
    assert column.maximum == pytest.approx(float(values[0]))
    assert column.mean == pytest.approx(float(sum(values)) / 3)
    assert column.is_sorted == "descending"


def test_large_integers_stay_whole():
    column = profiled([2**63 - 1, 2**63 - 2, -(2**63)])

    assert column.maximum == 2**63 - 1
    assert column.minimum == -(2**63)
    assert column.distinct_count == 3


def test_decimals_keep_their_places():
    column = profiled([Decimal("1.10"), Decimal("-2.25"), Decimal("1.10")])

    assert column.type == "decimal"
    assert (column.minimum, column.maximum) == (-2.25, 1.1)
    assert column.top_values == (ValueCount("1.10", 2), ValueCount("-2.25", 1))


def test_nan_and_infinities_are_values_but_no_numbers():
    column = profiled([1.0, 3.0, float("nan"), float("nan"), float("inf"), None])

    assert (column.null_count, column.nonfinite_count) == (1, 3)
    assert (column.distinct_count, column.once_count) == (4, 3)
    assert (column.minimum, column.maximum, column.mean) == (1.0, 3.0, 2.0)
    assert column.top_values[0] == ValueCount("NaN", 2)
    assert {top.value for top in column.top_values} == {"NaN", "1.0", "3.0", "inf"}
    assert sum(column.histogram.counts) == 2
    assert column.is_sorted == "no"
    assert column.warnings[0].startswith("nonfinite: 3 ")


def test_nothing_but_nan_has_no_numeric_facts():
    column = profiled([float("nan")] * 3)

    assert (column.distinct_count, column.nonfinite_count) == (1, 3)
    assert column.minimum is column.mean is column.histogram is None
    assert column.quantiles == {}


def test_minus_zero_is_zero():
    column = profiled([0.0, -0.0, -1.0])

    assert column.distinct_count == 2
    assert column.top_values[0] == ValueCount("0.0", 2)
    assert (column.zero_count, column.negative_count) == (2, 1)


def test_float32_is_written_as_short_as_it_is():
    assert profiled([1.1], pl.Float32).top_values == (ValueCount("1.1", 1),)


def test_text():
    column = profiled(["Ab-1", "x", "Ab-1", None, ""])

    assert column.type == "text"
    assert (column.distinct_count, column.once_count) == (3, 2)
    assert (column.minimum, column.maximum) == ("", "x")
    assert (column.length_min, column.length_max, column.length_mean) == (0, 4, 2.25)
    assert column.top_values == (ValueCount("Ab-1", 2), ValueCount("", 1), ValueCount("x", 1))
    assert column.shapes == (ValueCount("Aa-9", 2), ValueCount("", 1), ValueCount("a", 1))
    assert column.shape_count == 3
    assert column.mean is None
    assert column.histogram is None


def test_lengths_are_characters():
    column = profiled(["é", "漢字", "😀x"])

    assert (column.length_min, column.length_max) == (1, 2)
    assert column.maximum == "😀x"


def test_giant_text_is_measured_whole_and_shown_cut():
    column = profiled(["a" * 300_000, "b"])

    assert column.length_max == 300_000
    assert len(column.minimum) == 1000
    assert column.minimum.endswith("…")
    assert len(column.shapes[0].value) <= 200 or len(column.shapes[1].value) <= 200


@pytest.mark.parametrize("dtype", [pl.Categorical, pl.Enum(["b", "a", "unused"])])
def test_categories_are_text(dtype):
    column = profiled(["b", "a", "b", None], dtype)

    assert column.type == "text"
    assert (column.distinct_count, column.minimum, column.maximum) == (2, "a", "b")
    assert column.top_values == (ValueCount("b", 2), ValueCount("a", 1))
    assert column.shapes == (ValueCount("a", 3),)


def test_booleans():
    column = profiled([False, False, None, True])

    assert column.type == "boolean"
    assert (column.minimum, column.maximum) == (False, True)
    assert (column.distinct_count, column.once_count) == (2, 1)
    assert column.top_values == (ValueCount("false", 2), ValueCount("true", 1))
    assert column.is_sorted == "ascending"
    assert column.mean is None


@pytest.mark.parametrize(("values", "ends"), [([True], (True, True)), ([False], (False, False))])
def test_one_sided_booleans(values, ends):
    column = profiled(values)

    assert (column.minimum, column.maximum) == ends


def test_dates():
    column = profiled([dt.date(2024, 2, 29), None, dt.date(1, 1, 1), dt.date(2024, 2, 29)])

    assert column.type == "date"
    assert (column.minimum, column.maximum) == ("0001-01-01", "2024-02-29")
    assert column.top_values == (ValueCount("2024-02-29", 2), ValueCount("0001-01-01", 1))
    assert column.histogram.edges[-1] == dt.datetime(2024, 2, 29, tzinfo=dt.UTC).timestamp()
    assert sum(column.histogram.counts) == 3
    assert column.mean is None
    assert column.quantiles == {}


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_datetimes_are_iso_text_of_their_unit(unit):
    values = [dt.datetime(2024, 1, 1, 12), dt.datetime(2024, 1, 1, 12, 0, 0, 500_000)]

    column = profiled(values, pl.Datetime(unit))

    assert column.type == "datetime"
    assert column.minimum == "2024-01-01T12:00:00"
    assert dt.datetime.fromisoformat(column.maximum) == values[1]
    assert column.histogram.edges[-1] - column.histogram.edges[0] == pytest.approx(0.5)
    assert column.is_sorted == "ascending"


def test_datetimes_with_a_zone_carry_their_offset():
    series = pl.Series("x", [dt.datetime(2024, 7, 1)]).dt.replace_time_zone("Europe/Berlin")

    (column,) = profile_frame(series.to_frame()).columns

    assert column.minimum == "2024-07-01T00:00:00+02:00"
    assert column.histogram.edges[0] == dt.datetime(2024, 6, 30, 22, tzinfo=dt.UTC).timestamp()


@pytest.mark.parametrize(
    ("dtype", "number"),
    [
        (pl.Date, 2**31 - 1),
        (pl.Datetime("ms"), 2**62),
        (pl.Datetime("ms", "Europe/Berlin"), -(2**62)),
        (pl.Datetime("us"), 2**63 - 1),
        (pl.Datetime("us"), -(2**63)),
    ],
)
def test_times_that_no_calendar_has_are_written_as_numbers(dtype, number):
    physical = pl.Int32 if dtype == pl.Date else pl.Int64
    series = pl.Series("x", [0, number], dtype=physical).cast(dtype)

    (column,) = profile_frame(series.to_frame()).columns

    assert column.distinct_count == 2
    assert str(number) in (column.minimum + column.maximum)


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63)])
def test_long_durations_are_written(number):
    series = pl.Series("x", [number], dtype=pl.Int64).cast(pl.Duration("us"))

    (column,) = profile_frame(series.to_frame()).columns

    assert column.maximum.lstrip("-").startswith("P")


def test_times_of_day():
    column = profiled([dt.time(1, 2, 3), dt.time(23, 0, 0, 5)])

    assert column.type == "time"
    assert (column.minimum, column.maximum) == ("01:02:03", "23:00:00.000005")
    assert column.histogram.edges[0] == 3723.0


def test_durations():
    column = profiled([dt.timedelta(days=1), dt.timedelta(0), None])

    assert column.type == "duration"
    assert (column.minimum, column.maximum) == ("PT0S", "P1D")
    assert column.histogram.edges == pytest.approx(tuple(np.linspace(0, 86400, 21)))
    assert column.is_sorted == "descending"


def test_binary():
    column = profiled([b"\xff\x00", b"a", b"a", None])

    assert column.type == "binary"
    assert (column.distinct_count, column.once_count) == (2, 1)
    assert column.top_values == (ValueCount("0x61", 2), ValueCount("0xff00", 1))
    assert (column.length_min, column.length_max) == (1, 2)
    assert column.shapes == ()


@pytest.mark.parametrize(
    ("values", "dtype", "top"),
    [
        ([[1, 2], [1, 2], None, []], None, "[1, 2]"),
        ([["ä"], ["ä"], None, ["b", "c"]], None, '["ä"]'),
        ([{"a": 1}, {"a": 1}, None, {"a": None}], None, '{"a": 1}'),
        ([[1, 2], [1, 2], None, [3, 4]], pl.Array(pl.Int64, 2), "[1, 2]"),
        ([[{"d": DAY}], [{"d": DAY}], None, []], None, '[{"d": "2024-01-01"}]'),
    ],
)
def test_nested_values_are_counted_whole(values, dtype, top):
    column = profiled(values, dtype)

    assert column.type == "nested"
    assert (column.distinct_count, column.once_count, column.null_count) == (2, 1, 1)
    assert column.top_values[0] == ValueCount(top, 2)


@pytest.mark.parametrize(
    "dtype",
    [
        pl.Null, pl.Int64, pl.Int128, pl.Float64, pl.Decimal(38, 2), pl.String, pl.Boolean, pl.Date,
        pl.Datetime("us", "UTC"), pl.Time, pl.Duration, pl.Binary, pl.Categorical,
        pl.List(pl.Int64), pl.Struct({"a": pl.Int64}), pl.Array(pl.Int64, 2),
    ],
)  # fmt: skip
@pytest.mark.parametrize("rows", [0, 3])
def test_columns_without_values_have_counts_only(dtype, rows):
    column = profiled([None] * rows, dtype)

    assert (column.rows, column.null_count) == (rows, rows)
    assert (column.distinct_count, column.once_count) == (0, 0)
    assert column.minimum is column.maximum is column.mean is column.histogram is None
    assert column.top_values == ()
    assert column.is_sorted == "no"
    assert column.uniqueness == 0.0
    assert bool(column.warnings) == (rows > 0)


def test_python_objects_are_counted_as_text():
    column = profiled([{1}, {1}, None], pl.Object)

    assert (column.distinct_count, column.null_count) == (1, 1)
    assert column.top_values == (ValueCount("{1}", 2),)
