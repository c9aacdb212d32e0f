"""Instants in text as ISO 8601 and log files write them: comma fractions, the end of a day."""

import datetime as dt
import re

import pytest

from dmaic_assets.table.types.cast import apply_types
from dmaic_assets_tests.table.text_tables import infer, infer_one, text_table

UTC = dt.UTC


def values_of(texts, **options):
    table = text_table({"c": texts})
    typed = apply_types(table, infer(table, **options))
    return typed.types[0], typed.lazy.collect()["c"].to_list()


@pytest.mark.parametrize(
    ("text", "pattern", "value"),
    [
        ("2024-03-05 06:07:08,123", "iso_datetime", dt.datetime(2024, 3, 5, 6, 7, 8, 123_000)),
        ("2024-03-05T06:07:08,1", "iso_datetime", dt.datetime(2024, 3, 5, 6, 7, 8, 100_000)),
        ("2024-03-05 06:07:08,123456", "iso_datetime", dt.datetime(2024, 3, 5, 6, 7, 8, 123_456)),
        ("25.03.2024 06:07:08,5", "eu_dotted_datetime", dt.datetime(2024, 3, 25, 6, 7, 8, 500_000)),
        ("06:07:08,250", "time", dt.time(6, 7, 8, 250_000)),
        ("36:07:08,250", "clock_duration", dt.timedelta(hours=36, minutes=7, seconds=8.25)),
        (
            "2024-03-05T06:07:08,123+02:00",
            "iso_datetime_zone",
            dt.datetime(2024, 3, 5, 4, 7, 8, 123_000, UTC),
        ),
    ],
)
def test_a_comma_may_stand_before_the_fraction(text, pattern, value):
    found, values = values_of([text, text])

    assert (found.pattern, values) == (pattern, [value, value])


def test_a_format_with_a_comma_of_its_own_is_obeyed():
    said = {"c": "datetime:%d/%m/%Y %H:%M:%S,%3f"}

    _, values = values_of(["05/03/2024 06:07:08,123"], overrides=said)

    assert values == [dt.datetime(2024, 3, 5, 6, 7, 8, 123_000)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-02-28 24:00", dt.datetime(2024, 2, 29)),
        ("2024-12-31T24:00:00", dt.datetime(2025, 1, 1)),
        ("2024-12-31 24:00:00,000", dt.datetime(2025, 1, 1)),
        ("31.12.2024 24:00", dt.datetime(2025, 1, 1)),
        ("20241231T240000", dt.datetime(2025, 1, 1)),
        ("20241231240000", dt.datetime(2025, 1, 1)),
        ("2024-12-31T24:00:00Z", dt.datetime(2025, 1, 1, tzinfo=UTC)),
        ("2024-12-31T24:00:00+02:00", dt.datetime(2024, 12, 31, 22, tzinfo=UTC)),
    ],
)
def test_the_end_of_a_day_is_the_beginning_of_the_next(text, value):
    hours = [re.sub("24(?=:?00)", f"{hour:02}", text) for hour in range(13, 24)]

    found, values = values_of([*hours, text])

    assert (found.type, values[-1]) == ("datetime", value)
    assert values == sorted(set(values))


def test_an_offset_of_a_whole_day_is_no_end_of_a_day():
    _, values = values_of(["2024-01-02T10:00:00+24:00"], overrides={"c": "iso_datetime_zone"})

    assert values == [None]


def test_hours_up_to_24_are_spans_that_lose_nothing():
    found, values = values_of([f"{hour:02}:00" for hour in range(1, 25)])

    assert (found.type, values[-1]) == ("duration", dt.timedelta(hours=24))


def test_a_known_time_of_day_refuses_the_end_of_a_day_by_name():
    table = text_table({"c": ["23:00", "24:00"]})

    typed = apply_types(table, infer(table, expected=(infer_one(["22:00", "23:00"]),)))

    assert "which no time of day can hold" in typed.failed_casts["reason"][0]
