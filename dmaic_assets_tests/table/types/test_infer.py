"""Which type a column gets, from what, and what it says about it."""

import random

import polars as pl
import pytest

from dmaic_assets.errors import SettingsError
from dmaic_assets.settings.project import NullTokenSettings
from dmaic_assets.table.types.null_tokens import null_tokens
from dmaic_assets_tests.table.text_tables import (
    TOKENS,
    infer,
    infer_one,
    staged_table,
    table_of,
    text_table,
)

# (values, type, pattern, unit): every row is here because somebody's inference gets it wrong.
AWKWARD = {
    "zip codes with one leading zero": (["70174", "10115", "01067"], "text", "digit_code", None),
    "padded ids": (["00123", "00124", "00125"], "text", "digit_code", None),
    "ids beyond 64 bits": (["12345678901234567890"] * 3, "text", "digit_code", None),
    "64-bit ids": (["9223372036854775807", "1"], "integer", "integer", None),
    "a lone minus sign": (["1", "-", "3", "4"], "integer", "integer", None),
    "zero and one": (["0", "1", "1"], "integer", "integer", None),
    "years": (["2013", "2014", "1999"], "integer", "integer", None),
    "epoch seconds": (["1700000000", "1700000001"], "integer", "integer", None),
    "whole decimals": (["1.0", "2.0"], "decimal", "decimal_dot", None),
    "integers with one decimal": (["1"] * 99 + ["1.5"], "decimal", "decimal_dot", None),
    "python floats": (["0.1", "1e-05", "12"], "decimal", "decimal_dot", None),
    "scientific": (["1e5", "2.5e-3"], "decimal", "scientific", None),
    "versions": (["1.2.10", "1.2.11", "1.10.3"], "text", "text", None),
    "IP addresses": (["10.0.0.1", "192.168.1.254"], "text", "ip_address", None),
    "US thousands": (["1,234", "12", "1,234,567"], "integer", "integer_grouped_comma", None),
    "US money": (["1,234.50", "12.00"], "decimal", "decimal_grouped_comma", None),
    "German money": (["1.234,50", "12,00"], "decimal", "decimal_grouped_dot", None),
    "Swiss numbers": (["1'234.50", "12.00"], "decimal", "decimal_grouped_apostrophe", None),
    "French numbers": (
        ["1\u202f234,50", "12,00", "5 000,10"],
        "decimal",
        "decimal_grouped_space",
        None,
    ),
    "decimal comma": (["1,5", "12,25"], "decimal", "decimal_comma", None),
    "percent": (["12%", "7.5 %"], "decimal", "percentage", "%"),
    "dollars": (["$12.50", "$1,200"], "decimal", "currency", "USD"),
    "euros": (["12,50 €", "1.200,00 €"], "decimal", "currency_comma", "EUR"),
    "pounds": (["£5.99", "£7"], "decimal", "currency", "GBP"),
    "francs": (["CHF 5.00", "CHF 1,200.50"], "decimal", "currency", "CHF"),
    "kilograms": (["5 kg", "7 kg"], "decimal", "quantity", "kg"),
    "milliseconds": (["12.5ms", "3ms"], "decimal", "quantity", "ms"),
    "ounces in four spellings": (
        ["12.0 oz", "16.0 oz.", "8.4 ounce", "12 OZ"],
        "decimal",
        "quantity",
        "oz",
    ),
    "widgets": (["1 widget", "12 widgets", "7 widgets"], "decimal", "quantity", "widget"),
    "seats": (["12A", "13B", "14C"], "text", "text", None),
    "ordinals": (["1st", "2nd", "3rd"], "text", "text", None),
    "streets": (["12 Main St", "14 Oak Ave"], "text", "text", None),
    "yes and no": (["yes", "No", "YES"], "boolean", "yes_no", None),
    "only yes": (["yes", "yes"], "text", "text", None),
    "Norway": (["NO", "SE", "DK"], "text", "text", None),
    "only true": (["true", "true"], "boolean", "true_false", None),
    "sexes": (["m", "f", "f"], "text", "text", None),
    "Y and N": (["Y", "N", "Y"], "boolean", "y_n", None),
    "ISO dates": (["2024-01-31", "2024-02-01"], "date", "iso_date", None),
    "compact dates": (["20240131", "20240201"], "date", "compact_date", None),
    "eight digits that are no dates": (["20241331", "20240231"], "integer", "integer", None),
    "US dates": (["01/31/2024", "02/01/2024"], "date", "us_slash_date", None),
    "EU dates": (["31/01/2024", "01/02/2024"], "date", "eu_slash_date", None),
    "dates in Excel's Germany": (["31.01.24", "01.02.24"], "date", "eu_dotted_short_date", None),
    "named months": (["31-Jan-24", "1-Feb-24"], "date", "day_month_name_date", None),
    "dates and one timestamp": (
        ["2024-01-31", "2024-02-01 12:00:00"],
        "datetime",
        "iso_datetime",
        None,
    ),
    "isoformat drops zero microseconds": (
        ["2024-01-31T12:00:00", "2024-01-31T12:00:00.000123"],
        "datetime",
        "iso_datetime",
        None,
    ),
    "offsets": (
        ["2024-01-31T12:00:00+01:00", "2024-07-31T12:00:00+02:00"],
        "datetime",
        "iso_datetime_zone",
        None,
    ),
    "times": (["09:30", "17:45"], "time", "time", None),
    "more than a day": (["09:30:00", "36:15:00"], "duration", "clock_duration", None),
    "months": (["2024-01", "2024-12"], "period", "month", "month"),
    "school years": (["2009-10", "2010-11", "2011-12"], "text", "text", None),
    "one month": (["2011-12", "2011-12"], "period", "month", "month"),
    "question marks": (["12", "?", "17", "?"], "integer", "integer", None),
    "quarters": (["2024-Q1", "2024-Q4"], "period", "quarter", "quarter"),
    "UUIDs": (["3f2504e0-4f89-11d3-9a0c-0305e82c3301"] * 2, "text", "uuid", None),
    "e-mails": (["a@b.org", "c.d@e.co.uk"], "text", "email", None),
    "URLs": (["https://a.b/c", "http://d.e"], "text", "url", None),
    "phones": (["+49 711 123456", "(205) 555-0101"], "text", "phone", None),
    "words": (["alpha", "beta"], "text", "text", None),
    "NULs and controls": (["a\x00b", "\x1b[0m"], "text", "text", None),
    "a giant field": (["1" * 100_000, "2"], "text", "digit_code", None),
}


@pytest.mark.parametrize(("values", "type_name", "pattern", "unit"), AWKWARD.values(), ids=AWKWARD)
def test_awkward_columns_get_the_type_that_a_person_would_give(values, type_name, pattern, unit):
    found = infer_one(values)

    assert (found.type, found.pattern, found.unit) == (type_name, pattern, unit)


def test_column_names_say_nothing():
    values = ["12 Main St", "14 Oak Ave"]

    for name in ("date", "id", "price", "is_open"):
        assert infer(text_table({name: values}))[0].type == "text"


@pytest.mark.parametrize(
    ("bad", "expected"),
    [(0, "integer"), (10, "integer"), (15, "integer"), (16, "text"), (30, "text")],
)
def test_a_type_needs_85_percent_of_all_values(bad, expected):
    values = [str(n) for n in range(100 - bad)] + [f"x{n}" for n in range(bad)]

    found = infer_one(values)

    assert found.type == expected
    assert found.decided_by == ("automatic" if expected == "integer" else "fallback")


def test_shares_are_of_every_value_of_a_long_column():
    values = [str(n) for n in range(9_000)] + ["x"] * 1_000
    random.Random(1).shuffle(values)

    found = infer_one(values)

    assert found.type == "integer"
    assert found.candidates[0].parse_share == 0.9
    assert found.confidence == 0.9


def test_a_value_that_only_looks_right_counts_for_the_match_share():
    values = ["2024-02-28"] * 8 + ["2024-02-30"] * 2

    found = infer_one(values)

    candidate = found.candidates[0]
    assert (candidate.match_share, candidate.parse_share) == (1.0, 0.8)
    assert found.confidence == 0.9


def test_what_is_only_seen_late_in_a_long_file_still_counts():
    values = [str(n) for n in range(20_000)] + ["00017"] * 1_000

    assert infer_one(values).pattern == "digit_code"


def test_a_nearly_empty_column_is_typed_by_its_few_values():
    values = [None] * 30_000 + ["2024-01-31", "2024-02-01", "NA"]

    found = infer_one(values)

    assert (found.type, found.null_tokens) == ("date", ("NA",))


@pytest.mark.parametrize(
    ("values", "pattern"),
    [
        (["01/02/2024", "03/04/2024"], "us_slash_date"),
        (["01.02.2024", "03.04.2024"], "eu_dotted_date"),
        (["01-02-2024", "03-04-2024"], "eu_dashed_date"),
    ],
)
def test_dates_that_fit_both_orders_are_flagged_and_read_by_convention(values, pattern):
    found = infer_one(values)

    assert (found.pattern, found.is_ambiguous) == (pattern, True)
    assert "can as well be read as" in found.reason


@pytest.mark.parametrize(
    ("day_first", "pattern"), [(True, "eu_slash_date"), (False, "us_slash_date")]
)
def test_the_settings_break_the_tie_of_day_and_month(day_first, pattern):
    found = infer_one(["01/02/2024", "03/04/2024"], day_first=day_first)

    assert (found.pattern, found.is_ambiguous) == (pattern, False)


def test_one_day_beyond_twelve_decides_against_the_settings():
    found = infer_one(["01/02/2024", "31/01/2024"], day_first=False)

    assert (found.pattern, found.is_ambiguous) == ("eu_slash_date", False)


def test_dates_that_are_the_same_in_both_orders_are_not_ambiguous():
    assert not infer_one(["01/01/2024", "02/02/2024"]).is_ambiguous


def test_thousands_that_could_be_decimals_are_flagged():
    found = infer_one(["1,234", "5,678"])

    assert (found.pattern, found.is_ambiguous) == ("integer_grouped_comma", True)


def test_two_formats_that_suffice_only_together_are_taken_together():
    values = ["2024-01-31", "2024-02-29", "2024-03-15"] * 20 + ["28.02.2024", "17.04.2024"] * 20

    found = infer_one(values)

    assert (found.type, found.pattern) == ("date", "iso_date|eu_dotted_date")
    assert found.format == "%Y-%m-%d|%d.%m.%Y"
    assert "these do together" in found.reason


def test_month_first_and_day_first_are_never_mixed():
    values = ["13/01/2024"] * 50 + ["01/13/2024"] * 50

    assert infer_one(values).type == "text"


def test_mixed_units_are_said_and_not_merged():
    found = infer_one(["5 kg"] * 60 + ["5 lb"] * 40)

    assert found.type == "text"
    assert "units are mixed (kg 60.0 %, lb 40.0 %)" in found.reason


def test_a_rare_other_unit_is_a_failed_cast_and_said():
    found = infer_one(["5 kg"] * 95 + ["5 lb"] * 5)

    assert (found.type, found.unit) == ("decimal", "kg")
    assert "units are mixed" in found.reason


def test_mixed_currencies_are_not_merged():
    assert infer_one(["$5"] * 6 + ["€5"] * 4).type == "text"


def test_ten_digit_phone_numbers_are_no_amounts():
    numbers = random.Random(3)
    values = [
        f"{numbers.randint(2, 9)}0{numbers.randint(2, 9)}{numbers.randint(2, 9)}"
        f"{numbers.randint(0, 999_999):06}"
        for _ in range(200)
    ]

    assert infer_one(values).pattern == "phone_digits"


def test_running_ten_digit_numbers_are_integers():
    assert infer_one([str(4_255_550_000 + n) for n in range(200)]).type == "integer"


def test_zeros_and_ones_say_how_to_make_them_booleans():
    found = infer_one(["0", "1", "0"])

    assert "override: one_zero" in found.reason
    assert infer_one(["0", "1"], overrides={"c": "one_zero"}).type == "boolean"


def test_one_word_that_keeps_a_column_from_its_type_is_named():
    found = infer_one([str(n) for n in range(80)] + ["NR"] * 20)

    assert found.type == "text"
    assert "20.0 % are 'NR': if that means no value, name it in null_tokens" in found.reason


# Null tokens ------------------------------------------------------------------------------------


def test_tokens_of_all_groups_in_any_case_count_in_numbers():
    found = infer_one(["1", "2", "n/A", "MISSING", "-", "#REF!", "  ", ""])

    assert found.type == "integer"
    assert found.confidence == 1.0
    assert set(found.null_tokens) == {"", "n/A", "MISSING", "-", "#REF!"}


def test_text_columns_take_only_standard_and_spreadsheet_tokens():
    found = infer_one(["some text", "other text", "N/A", "-", "UNKNOWN", "#REF!", ""])

    assert (found.type, found.null_tokens) == ("text", ("", "#REF!", "N/A"))


def test_na_among_country_codes_is_namibia():
    found = infer_one(["DE", "FR", "NA", "US", "GB"])

    assert found.null_tokens == ()
    assert "NA looks like the other values" in found.reason


def test_na_among_names_is_missing():
    assert infer_one(["America/New_York", "NA", "Asia/Tokyo"]).null_tokens == ("NA",)


def test_tokens_of_ones_own_count_in_text_too():
    found = infer_one(["a b", "c d", "empty"], own_tokens=("empty",))

    assert found.null_tokens == ("empty",)


def test_sentinels_count_only_when_switched_on():
    values = ["1", "2", "-999"]
    with_sentinels = null_tokens(NullTokenSettings(numeric_sentinels=True))

    assert infer_one(values).null_tokens == ()
    assert infer_one(values, tokens=with_sentinels).null_tokens == ("-999",)


def test_sentinels_never_count_in_text():
    tokens = null_tokens(NullTokenSettings(numeric_sentinels=True, date_sentinels=True))

    assert infer_one(["9999", "K12", "flat 3"], tokens=tokens).null_tokens == ()


def test_a_column_of_nothing_but_tokens_is_empty():
    found = infer_one(["-", "n/a", None, " "])

    assert (found.type, found.confidence, found.reason) == ("text", 0.0, "no value")
    assert found.null_tokens == ("", "-", "n/a")


@pytest.mark.parametrize("values", [[], [None, None]])
def test_a_column_without_values_is_text_with_no_confidence(values):
    found = infer_one(values)

    assert (found.type, found.decided_by, found.confidence) == ("text", "fallback", 0.0)


# Overrides --------------------------------------------------------------------------------------


def test_an_override_wins_over_everything():
    expected = infer(text_table({"c": ["1", "2"]}))

    found = infer_one(["1", "2", "3"], overrides={"c": "text"}, expected=expected)

    assert (found.type, found.decided_by) == ("text", "override")


@pytest.mark.parametrize(
    ("override", "values", "type_name", "pattern"),
    [
        ("date", ["31/01/2024"], "date", "eu_slash_date"),
        ("date:%d/%m/%Y", ["01/02/2024"], "date", "custom_format"),
        ("date:%Y-%m-%d|%d.%m.%Y", ["2024-01-01", "01.01.2024"], "date", "custom_format"),
        ("datetime:%d/%m/%Y %H:%M", ["01/02/2024 10:00"], "datetime", "custom_format"),
        ("decimal", ["1,5"], "decimal", "decimal_comma"),
        ("decimal_comma", ["1,234"], "decimal", "decimal_comma"),
        ("decimal:1.234,5", ["1.234"], "decimal", "decimal_grouped_dot"),
        ("quantity:kg", ["5 kg", "5 lb", "6 lb"], "decimal", "quantity"),
        ("currency:EUR", ["5 EUR"], "decimal", "currency"),
        ("boolean:ja|nein", ["ja", "Nein"], "boolean", "custom_words"),
        ("boolean", ["0", "1"], "boolean", "one_zero"),
        ("integer", ["x", "y"], "integer", "integer"),
        ("integer", [], "integer", "integer"),
        ("text", ["1", "2"], "text", "text"),
        ("email", ["1", "2"], "text", "email"),
    ],
)
def test_overrides_are_obeyed_whatever_the_values(override, values, type_name, pattern):
    found = infer_one(values, overrides={"c": override})

    assert (found.type, found.pattern, found.decided_by) == (type_name, pattern, "override")


@pytest.mark.parametrize(
    "bad",
    [
        "datum",
        "",
        "date:%Q",
        "date:%H:%M",
        "time:%Y",
        "text:x",
        "integer:%d",
        "boolean:ja",
        "quantity:furlong-ish",
        "currency:XXX",
        "percentage:kg",
        "email:x",
        "datetime:%Y-%m-%d %I:%M",
    ],
)
def test_a_bad_override_is_refused_with_source_and_column(bad):
    with pytest.raises(SettingsError) as caught:
        infer(text_table({"a": ["1"]}), overrides={"price": bad})

    assert "orders" in str(caught.value)
    assert "types.price" in str(caught.value)


def test_an_override_of_a_column_that_the_file_lacks_is_no_error():
    assert infer_one(["1"], overrides={"other": "date"}).type == "integer"


# Expectations -----------------------------------------------------------------------------------


def expected_type(values, **options):
    return (infer_one(values, **options),)


def test_the_expected_type_holds_while_half_the_values_are_read():
    expected = expected_type(["1", "2"])

    found = infer_one(["1"] * 5 + ["x"] * 5, expected=expected)

    assert (found.type, found.decided_by) == ("integer", "expected")
    assert "50.0 % of 10 values" in found.reason


def test_below_half_the_type_has_changed_and_the_reason_says_from_what():
    expected = expected_type(["1", "2"])

    found = infer_one(["2024-01-31"] * 6 + ["1"] * 4, expected=expected)

    assert (found.type, found.decided_by) == ("text", "fallback")
    assert found.reason.startswith("expected integer (integer), but only 40.0 % of 10 values")


def test_a_changed_column_gets_its_new_type():
    found = infer_one(["2024-01-31"] * 6, expected=expected_type(["1", "2"]))

    assert (found.type, found.decided_by) == ("date", "automatic")
    assert "expected integer" in found.reason


def test_text_that_turns_into_numbers_stays_text():
    found = infer_one(["1", "2"], expected=expected_type(["some", "words"]))

    assert (found.type, found.decided_by) == ("text", "expected")


def test_an_empty_column_of_history_is_no_expectation():
    assert infer_one(["1", "2"], expected=expected_type([None])).type == "integer"


def test_a_column_without_values_keeps_its_expected_type():
    found = infer_one([None, "NA"], expected=expected_type(["1", "2"]))

    assert (found.type, found.decided_by, found.null_tokens) == ("integer", "expected", ("NA",))


def test_an_expected_decimal_takes_integers():
    found = infer_one(["1", "2"], expected=expected_type(["1.5", "2"]))

    assert (found.type, found.physical) == ("decimal", "Float64")


def test_the_expected_order_of_day_and_month_holds_for_an_ambiguous_file():
    found = infer_one(["01/02/2024"], expected=expected_type(["31/01/2024"]))

    assert (found.pattern, found.is_ambiguous) == ("eu_slash_date", False)


def test_an_order_that_was_only_convention_gives_way_to_proof():
    expected = expected_type(["01/02/2024", "02/03/2024"])

    found = infer_one(["01/02/2024", "02/03/2024", "31/01/2024"], expected=expected)

    assert (found.pattern, found.is_ambiguous) == ("eu_slash_date", False)


def test_an_expected_unit_that_changed_is_a_changed_type():
    found = infer_one(["5 lb", "6 lb"], expected=expected_type(["5 kg", "6 kg"]))

    assert (found.unit, found.decided_by) == ("lb", "automatic")
    assert "in kg" in found.reason


def test_expected_tokens_stay_and_new_ones_join():
    found = infer_one(["1", "-"], expected=expected_type(["1", "NA"]))

    assert found.null_tokens == ("-", "NA")


# Tables -----------------------------------------------------------------------------------------


def test_a_table_in_parts_gets_the_same_types_as_one_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("dmaic_assets.table.types.screening.CHUNK_ROWS", 700)
    rows = range(6_000)
    columns = {
        "id": [str(n) for n in rows],
        "code": [f"{n:05}" for n in rows],
        "day": [f"2024-01-{n % 31 + 1:02}" if n % 7 else "NA" for n in rows],
        "sparse": ["1.5" if n == 5_999 else None for n in rows],
        "name": ["some text" if n % 5 else "N/A" for n in rows],
        "late": [str(n) if n < 5_500 else "x" for n in rows],
    }

    assert infer(staged_table(columns, tmp_path)) == infer(text_table(columns))


def test_schemas_of_their_own_pass_through():
    frame = pl.DataFrame(
        {
            "i": [1, 2],
            "f": [1.5, None],
            "s": ["1", "2"],
            "l": [[1], [2]],
            "b": [b"x", b"y"],
            "n": [None, None],
        }
    )

    found = infer(table_of(frame, is_text=False))

    types = [(t.type, t.physical, t.pattern, t.decided_by) for t in found]
    assert types == [
        ("integer", "Int64", "native", "native"),
        ("decimal", "Float64", "native", "native"),
        ("text", "String", "native", "native"),
        ("nested", "List(Int64)", "native", "native"),
        ("binary", "Binary", "native", "native"),
        ("text", "String", "native", "native"),
    ]


def test_a_string_column_of_a_schema_is_read_only_on_request():
    table = table_of(pl.DataFrame({"d": ["2024-01-31", "x"]}), is_text=False)
    expected = infer(text_table({"d": ["2024-01-31"]}))

    assert infer(table)[0].type == "text"
    assert infer(table, overrides={"d": "date"})[0].type == "date"
    assert infer(table, expected=expected)[0].type == "date"


def test_integers_and_decimals_of_a_schema_follow_the_expectation():
    decimals = infer(text_table({"x": ["1.5"]}))
    integers = infer(text_table({"x": ["1"]}))

    as_decimal = infer(table_of(pl.DataFrame({"x": [1, 2]}), is_text=False), expected=decimals)[0]
    as_integer = infer(table_of(pl.DataFrame({"x": [1.0, 2.0]}), is_text=False), expected=integers)

    assert (as_decimal.type, as_decimal.decided_by) == ("decimal", "expected")
    assert (as_integer[0].type, as_integer[0].decided_by) == ("integer", "expected")


def test_another_type_in_the_schema_is_said():
    expected = infer(text_table({"x": ["1"]}))

    found = infer(table_of(pl.DataFrame({"x": [True]}), is_text=False), expected=expected)[0]

    assert (found.type, found.decided_by) == ("boolean", "native")
    assert "expected integer" in found.reason


@pytest.mark.parametrize(
    "name", ["a b", 'quo"te', "dot.ted", "^a$", "*", "ü", "select", "literal", ""]
)
def test_any_column_name_will_do(name):
    found = infer(text_table({name: ["true", "false"], "other": ["1", "2"]}))

    assert [(t.column, t.type) for t in found] == [(name, "boolean"), ("other", "integer")]


def test_a_table_without_columns_has_no_types():
    assert infer(text_table({})) == ()


def test_the_same_table_gets_the_same_answer_twice():
    values = [str(n % 977) for n in range(9_000)] + ["x"] * 50

    assert infer_one(values, tokens=TOKENS) == infer_one(values, tokens=TOKENS)
