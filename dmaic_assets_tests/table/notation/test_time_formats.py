"""The language of formats: what it accepts, and what it refuses."""

import re

import pytest

from dmaic_assets.table.notation.time_formats import check_format, format_regex, has_zone


@pytest.mark.parametrize(
    ("time_format", "text", "expected"),
    [
        ("%Y-%m-%d", "2024-01-31", True),
        ("%Y-%m-%d", "2024-1-5", True),
        ("%Y-%m-%d", "24-01-31", False),
        ("%d.%m.%Y", "31.01.2024", True),
        ("%d.%m.%Y", "31x01x2024", False),
        ("%d-%b-%y", "31-JAN-24", True),
        ("%d-%b-%y", "31-Foo-24", False),
        ("%d %B %Y", "31 January 2024", True),
        ("%H:%M:%S%.f", "10:11:12", True),
        ("%H:%M:%S%.f", "10:11:12.123456", True),
        ("%I:%M %p", "1:05 pm", True),
        ("%Y-%m-%dT%H:%M:%S%#z", "2024-01-31T10:00:00Z", True),
        ("%Y-%m-%dT%H:%M:%S%z", "2024-01-31T10:00:00+02:00", True),
        ("%Y(%m)%d", "2024(01)31", True),
    ],
)
def test_the_expression_of_a_format_accepts_its_texts(time_format, text, expected):
    assert (re.match(format_regex(time_format), text) is not None) is expected


@pytest.mark.parametrize(
    ("time_format", "type_name"),
    [
        ("%d/%m/%Y", "date"),
        ("%Y%j", "date"),
        ("%d %b %y", "date"),
        ("%d/%m/%Y %H:%M", "datetime"),
        ("%m/%d/%Y %I:%M %p", "datetime"),
        ("%Y-%m-%dT%H:%M:%S%#z", "datetime"),
        ("%H:%M", "time"),
    ],
)
def test_complete_formats_pass(time_format, type_name):
    assert check_format(time_format, type_name) is None


@pytest.mark.parametrize(
    ("time_format", "type_name", "complaint"),
    [
        ("%Q", "date", "%Q"),
        ("%d/%m", "date", "year"),
        ("%d/%m/%Y %H:%M", "date", "no hour"),
        ("%d/%m/%Y", "datetime", "hour"),
        ("%d/%m/%Y %I:%M", "datetime", "hour"),
        ("%d/%m/%Y %H", "datetime", "minutes"),
        ("%H:%M%.f", "time", "seconds"),
        ("%Y", "time", "hour and minute"),
        ("%Y", "integer", "no time format"),
        ("", "date", "year"),
    ],
)
def test_incomplete_formats_are_refused_with_the_reason(time_format, type_name, complaint):
    assert complaint in check_format(time_format, type_name)


def test_zones_are_told_from_letters():
    assert has_zone("%Y-%m-%dT%H:%M:%SZ")
    assert has_zone("%Y-%m-%d %H:%M%#z")
    assert not has_zone("%Y-%m-%d %H:%M")
