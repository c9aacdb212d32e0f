"""The table of patterns: its own consistency, and what each pattern reads."""

import datetime as dt
import re
import string

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.table.notation.patterns import PATTERNS, patterns_by_name, preference
from dmaic_assets.table.notation.value_parsers import (
    Recipe,
    fast_expression,
    parse_text,
    read_values,
)
from dmaic_assets_tests.table.text_tables import infer_one

MOMENT = dt.datetime(2023, 11, 25, 13, 45, 59)
NAMES = [pattern.name for pattern in PATTERNS]
# Texts that must follow the pattern, in the pattern's spelling.
EXAMPLES = {
    "true_false": ["true", "False", "TRUE"],
    "yes_no": ["yes", "No"],
    "y_n": ["Y", "n"],
    "t_f": ["T", "f"],
    "on_off": ["on", "OFF"],
    "compact_date": ["20231125", "19000101"],
    "compact_datetime": ["20231125134559", "20231125T134559"],
    "phone_digits": ["2053258100"],
    "digit_code": ["00123", "98765432109876543210"],
    "integer": ["0", "-7", "+42", "9223372036854775807", "−5"],
    "integer_trailing_minus": ["5-", "(5)", "-7", "12"],
    "one_zero": ["0", "1"],
    "scientific": ["1e5", "-2.5E-10", "6.02e+23"],
    "decimal_dot": ["1.5", ".5", "5.", "-0.25", "1e-05", "17"],
    "integer_grouped_comma": ["1,234", "12,345,678", "7"],
    "decimal_comma": ["1,5", "-1234,56", "7"],
    "integer_grouped_dot": ["1.234", "12.345.678", "7"],
    "integer_grouped_space": ["1 234", "12\u00a0345\u202f678"],
    "integer_grouped_apostrophe": ["1'234", "12’345’678"],
    "decimal_grouped_comma": ["1,234.5", "999.99"],
    "decimal_grouped_dot": ["1.234,5", "999,99"],
    "decimal_grouped_space": ["1 234,5"],
    "decimal_grouped_space_dot": ["1 234.5"],
    "decimal_grouped_apostrophe": ["1'234.5"],
    "percentage": ["12%", "12.5 %", "-3%"],
    "percentage_comma": ["12,5 %", "1.234,5%"],
    "currency": ["$1,234.50", "€ 5", "5 €", "USD 12.50", "12.50 GBP", "-$3", "($5.00)", "CHF 7"],
    "currency_comma": ["1.234,56 €", "EUR 5,10", "CHF 1'234,50"],
    "quantity": ["5 kg", "12.5ms", "10 oz.", "1,200 m²", "21.5 °C", "60 km/h"],
    "quantity_comma": ["5,5 kg", "1.200,5 m"],
    "iso_date": ["2023-11-25", "1999-1-2"],
    "year_first_date": ["2023/11/25", "2023.11.25"],
    "eu_slash_date": ["25/11/2023", "25/11/23"],
    "us_slash_date": ["11/25/2023", "1/2/24"],
    "eu_dotted_date": ["25.11.2023", "5.1.2024"],
    "us_dotted_date": ["11.25.2023"],
    "eu_dashed_date": ["25-11-2023"],
    "us_dashed_date": ["11-25-2023"],
    "eu_slash_datetime": ["25/11/2023 13:45", "25/11/2023 13:45:59"],
    "us_slash_datetime": ["11/25/2023 1:45 PM", "11/25/2023 13:45:59", "11/25/23 9:05"],
    "eu_dotted_datetime": ["25.11.2023 13:45"],
    "us_dotted_datetime": ["11.25.2023 13:45:59"],
    "eu_dashed_datetime": ["25-11-2023 13:45:59"],
    "us_dashed_datetime": ["11-25-2023 13:45:59"],
    "eu_dotted_short_date": ["25.11.23"],
    "day_month_name_date": ["25-Nov-2023", "25 Nov 2023", "5-NOV-23", "25 November 2023"],
    "month_name_day_date": ["Nov 25, 2023", "November 5, 2023", "Nov 25 2023"],
    "iso_datetime": [
        *("2023-11-25 13:45:59", "2023-11-25T13:45:59", "2023-11-25T13:45"),
        *("2023-11-25T13:45:59.123", "2023-11-25 13:45:59.123456789", "2023-11-25"),
    ],
    "iso_datetime_zone": [
        *("2023-11-25T13:45:59Z", "2023-11-25T13:45:59+02:00", "2023-11-25 13:45:59.5-0800"),
        *("2023-11-25T13:45Z", "2023-11-25T13:45:59.123Z", "2023-11-25T13:45:59,123Z"),
    ],
    "year_first_datetime": ["2023/11/25 13:45:59"],
    "day_month_name_datetime": ["25-Nov-2023 13:45:59", "Sat Nov 25 13:45:59 2023"],
    "time": ["13:45", "13:45:59", "1:45 PM", "13:45:59.125", "13:45:59,125"],
    "clock_duration": ["36:15:00", "36:15:00,5", "75:30", "2 days, 03:04:05", "-1:00:00"],
    "iso_duration": ["PT1H30M", "PT1,5S", "P1DT2H", "PT0.5S", "P2W"],
    "worded_duration": ["1h 30m", "2d 3h", "1 hour 5 min", "90s"],
    "month": ["2024-03"],
    "month_year": ["03/2024"],
    "month_name_year": ["Mar 2024", "March-2024"],
    "quarter": ["2024-Q1", "2024Q4", "Q2 2024"],
    "week": ["2024-W05", "2024W52"],
    "uuid": ["3f2504e0-4f89-11d3-9a0c-0305e82c3301"],
    "email": ["anna.b+c@mail.example.org"],
    "url": ["https://example.org/a?b=1", "www.example.org"],
    "ip_address": ["192.168.0.1", "2001:db8::1"],
    "phone": ["+49 711 2842222", "(205) 555-0101", "205-555-0101", "030-0074321"],
}
# Texts that look much like the pattern's and must not be read.
COUNTEREXAMPLES = {
    "integer": ["007", "1.0", "1e3", "9223372036854775808", "٣", "1_000", "--1", "0x1f"],
    "decimal_dot": ["inf", "-inf", "nan", "1e999", "1.2.3", "1,5", "1234567890123456.5", "."],
    "scientific": ["1.5", "1e999", "e5"],
    "integer_grouped_comma": ["1,23", "1234,567", "0,123", ",123", "1,2,3"],
    "decimal_grouped_comma": ["1,23.4", "1.234,5"],
    "iso_date": ["2023-02-30", "0000-01-01", "2023-13-01", "23-01-02", "2023-1-2-3", "10000-01-01"],
    "us_slash_date": ["25/11/2023", "2/30/2024", "1/2/3"],
    "eu_dotted_short_date": ["1.2.10", "10.10.1"],
    "compact_date": ["20231301", "18991231", "2024115", "12345678"],
    "iso_datetime": [
        "2023-11-25 24:00:01",
        "2023-11-25 24:01",
        "9999-12-31 24:00",
        "2023-11-25 13:61:00",
        "2023-11-25 13:45:59Z",
    ],
    "time": ["24:00", "13:60", "7:5:", "13"],
    "clock_duration": ["1:75", "1:2:3:4"],
    "iso_duration": ["P", "PT", "1H"],
    "worded_duration": ["h", "5", "1h later"],
    "month": ["2024-13", "1899-01"],
    "week": ["2023-W53", "2024-W54"],
    "quarter": ["2024-Q5"],
    "currency": ["12.50 XYZ", "$", "$$5"],
    "percentage": ["%", "12 percent"],
    "email": ["anna@", "@example.org", "a b@example.org", "anna@example"],
    "ip_address": ["256.1.1.1", "1.2.3", "12:30"],
    "uuid": ["3f2504e0-4f89-11d3-9a0c-0305e82c330"],
}
UNITS = {
    "percentage": "%",
    "percentage_comma": "%",
    "currency": "USD",
    "quantity": "kg",
    "currency_comma": "EUR",
    "quantity_comma": "m",
}


def recipe(name: str, unit: str | None = None) -> Recipe:
    return Recipe((patterns_by_name()[name],), unit=unit)


def is_read(name: str, text: str) -> bool:
    pattern = patterns_by_name()[name]
    if pattern.parser == "quantity":
        from dmaic_assets.table.notation.number_text import split_quantities

        return split_quantities(pl.Series([text]), pattern)["unit"][0] is not None
    return parse_text(pl.Series([text]), recipe(name))[0] is not None


def test_every_pattern_has_examples_here():
    assert set(EXAMPLES) == set(NAMES)
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_pattern_reads_its_examples_and_they_match(name):
    texts = pl.Series(EXAMPLES[name])

    matches = texts.str.contains(patterns_by_name()[name].regex)

    assert matches.all(), texts.filter(~matches).to_list()
    assert [text for text in EXAMPLES[name] if not is_read(name, text)] == []


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in COUNTEREXAMPLES.items() for text in texts]
)
def test_a_pattern_refuses_what_only_looks_like_it(name, text):
    assert not is_read(name, text)


@pytest.mark.parametrize("pattern", PATTERNS, ids=NAMES)
def test_both_expression_engines_agree_on_the_examples(pattern):
    texts = [text for examples in EXAMPLES.values() for text in examples]
    by_polars = pl.Series(texts).str.contains(pattern.regex).to_list()

    by_python = [re.match(pattern.regex, text) is not None for text in texts]

    assert by_python == by_polars


@pytest.mark.parametrize("pattern", PATTERNS, ids=NAMES)
def test_rivals_know_each_other_and_marks_are_in_every_example(pattern):
    known = patterns_by_name()

    for rival in pattern.rivals:
        assert rival in known
    for text in EXAMPLES[pattern.name]:
        for mark in pattern.needs:
            assert (re.search("[0-9]", text) if mark == "9" else mark in text) or (
                text.count(":") == 0 and mark == ":"
            ), (text, mark)


def test_preference_is_the_order_of_the_table():
    assert [name for name, _ in sorted(preference().items(), key=lambda p: p[1])] == NAMES


GARBAGE = st.text(
    alphabet=st.sampled_from(string.digits + "+-.,:/ TZeE%$€kgmsJanPMpmWQ'\u00a0\u2212\x00"),
    min_size=1,
    max_size=24,
)


@st.composite
def near_misses(draw):
    """An example of some pattern with one character changed, dropped or doubled."""
    text = draw(st.sampled_from([t for texts in EXAMPLES.values() for t in texts]))
    at = draw(st.integers(0, len(text) - 1))
    other = draw(st.sampled_from(["", " ", text[at] * 2, "0", "9", "-", "+", ".", "x", "\u2212"]))
    return text[:at] + other + text[at + 1 :]


@given(st.lists(GARBAGE | near_misses(), min_size=1, max_size=60))
@settings(max_examples=20, deadline=None)
def test_whatever_is_read_matches_and_both_ways_of_reading_agree(texts):
    raw = pl.Series("raw", texts, dtype=pl.String)
    stripped = raw.str.strip_chars()
    for pattern in PATTERNS:
        one = recipe(pattern.name, UNITS.get(pattern.name))

        exact = parse_text(stripped, one)
        fast = read_values(raw, one)

        assert (exact.is_null() | stripped.str.contains(pattern.regex)).all(), pattern.name
        assert fast.equals(exact.alias("raw")), pattern.name
        assert fast.dtype == one.dtype


def test_the_fast_cast_keeps_the_name_of_its_column():
    frame = pl.DataFrame({"my column": ["true"]})
    for pattern in PATTERNS:
        expression = fast_expression("my column", recipe(pattern.name))
        if expression is not None:
            assert frame.select(expression).columns == ["my column"]


def _formatted(values, time_format):
    return [v.strftime(time_format) for v in values]


DATES = st.lists(
    st.dates(dt.date(1950, 1, 1), dt.date(2049, 12, 31)), min_size=3, max_size=40, unique=True
).filter(lambda ds: any(d.day > 12 for d in ds) and any(d.month != d.day for d in ds))
WRITTEN = {
    "iso_date": "%Y-%m-%d",
    "us_slash_date": "%m/%d/%Y",
    "eu_slash_date": "%d/%m/%Y",
    "eu_dotted_date": "%d.%m.%Y",
    "eu_dashed_date": "%d-%m-%Y",
    "day_month_name_date": "%d-%b-%Y",
    "month_name_day_date": "%b %d, %Y",
    "year_first_date": "%Y/%m/%d",
    "compact_date": "%Y%m%d",
}


@pytest.mark.parametrize(("name", "time_format"), WRITTEN.items(), ids=WRITTEN)
@given(dates=DATES)
@settings(max_examples=8, deadline=None)
def test_dates_written_in_a_format_come_back_as_they_were(name, time_format, dates):
    texts = _formatted(dates, time_format)

    found = infer_one(texts)

    assert (found.type, found.pattern, found.is_ambiguous) == ("date", name, False)
    assert read_values(pl.Series(texts), recipe(name)).to_list() == dates


MOMENTS = st.lists(
    st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2049, 12, 31)), min_size=3, max_size=30
).filter(lambda ds: any(d.day > 12 for d in ds))


@pytest.mark.parametrize(
    ("name", "time_format"),
    [
        ("iso_datetime", "%Y-%m-%dT%H:%M:%S.%f"),
        ("iso_datetime", "%Y-%m-%d %H:%M:%S.%f"),
        ("us_slash_datetime", "%m/%d/%Y %H:%M:%S.%f"),
        ("eu_dotted_datetime", "%d.%m.%Y %H:%M:%S.%f"),
        ("iso_datetime_zone", "%Y-%m-%dT%H:%M:%S.%fZ"),
    ],
)
@given(moments=MOMENTS)
@settings(max_examples=8, deadline=None)
def test_datetimes_written_in_a_format_come_back_as_they_were(name, time_format, moments):
    texts = _formatted(moments, time_format)

    found = infer_one(texts)
    values = read_values(pl.Series(texts), recipe(name)).to_list()

    assert (found.type, found.pattern) == ("datetime", name)
    assert [v.replace(tzinfo=None) for v in values] == moments


INTEGERS = st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=50)


@given(INTEGERS)
@settings(max_examples=30, deadline=None)
def test_integers_come_back_as_they_were(numbers):
    texts = [str(n) for n in numbers]

    values = read_values(pl.Series(texts), recipe("integer"))

    assert values.to_list() == numbers


FLOATS = st.lists(
    st.floats(allow_nan=False, allow_infinity=False).filter(
        lambda x: abs(x) < 1e15 or "e" in repr(x)
    ),
    min_size=1,
    max_size=50,
)


@given(FLOATS)
@settings(max_examples=30, deadline=None)
def test_decimals_come_back_as_they_were(numbers):
    values = read_values(pl.Series([repr(n) for n in numbers]), recipe("decimal_dot"))

    assert values.to_list() == numbers


@given(st.lists(st.integers(1_000, 10**12), min_size=1, max_size=50))
@settings(max_examples=20, deadline=None)
def test_grouped_integers_come_back_as_they_were(numbers):
    for name, mark in (("comma", ","), ("dot", "."), ("space", " "), ("apostrophe", "'")):
        texts = [f"{n:,}".replace(",", mark) for n in numbers]

        values = read_values(pl.Series(texts), recipe(f"integer_grouped_{name}"))

        assert values.to_list() == numbers


@given(st.lists(st.timedeltas(dt.timedelta(0), dt.timedelta(days=400)), min_size=1, max_size=40))
@settings(max_examples=20, deadline=None)
def test_durations_come_back_as_they_were(spans):
    whole = [dt.timedelta(seconds=int(s.total_seconds())) for s in spans]
    clock = [
        f"{int(s.total_seconds()) // 3600}:{s.seconds // 60 % 60:02}:{s.seconds % 60:02}"
        for s in whole
    ]
    iso = [
        f"P{s.days}DT{s.seconds // 3600}H{s.seconds // 60 % 60}M{s.seconds % 60}S" for s in whole
    ]

    assert read_values(pl.Series(clock), recipe("clock_duration")).to_list() == whole
    assert read_values(pl.Series(iso), recipe("iso_duration")).to_list() == whole
