"""Every kind of repair: what it writes, what it leaves, and that twice is once."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.improve.repairs import apply_repair, check_repair
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import Repair, RepairKind
from dmaic_assets.phenomena.typo.repair import is_misspelling

BOTH_WAYS: list[Json] = ["%m/%d/%Y", "%d/%m/%Y"]
VALUES: list[tuple[RepairKind, dict[str, Json], str, str | None]] = [
    ("encoding", {"read_as": "cp1252"}, "ZÃ¼rich", "Zürich"),
    ("encoding", {"read_as": "cp1252"}, "Zürich", "Zürich"),
    ("trim", {}, " \u00a0Bern ", "Bern"),
    ("trim", {}, "  ", "  "),
    ("trim", {"is_inner": True}, " New  York\u00a0 City ", " New York City "),
    ("null_token", {"tokens": ["N/A"]}, " N/A ", None),
    ("null_token", {"tokens": ["N/A", "NULL"], "to": "NA"}, "NULL", "NA"),
    ("number_format", {"style": "1,234.5"}, "1,234.50", "1234.50"),
    ("number_format", {"style": "1,234.5"}, "12,34", "12,34"),
    ("number_format", {"style": "1,234.5"}, "0,815", "0,815"),
    ("number_format", {"style": "1.234,5"}, "1.234,5", "1234.5"),
    ("number_format", {"style": "1.234,5"}, "1.5", "1.5"),
    (
        "number_format",
        {"style": "1,234.5", "units": ["oz", "oz."], "is_canonical": True},
        "12.0 oz.",
        "12",
    ),
    (
        "number_format",
        {"style": "1,234.5", "units": ["%"], "is_canonical": True},
        "0.055999999999999994%",
        "0.056",
    ),
    ("number_format", {"style": "1,234.5", "units": ["%"], "factor": 0.01}, "5%", "0.05"),
    ("number_format", {"style": "1,234.5", "units": ["$"]}, "$7.50", "7.50"),
    ("number_format", {"style": "1,234.5", "units": ["oz"]}, "dozen oz", "dozen oz"),
    ("date_format", {"from": ["%d.%m.%Y"], "to": "%Y-%m-%d"}, "31.12.2024", "2024-12-31"),
    ("date_format", {"from": ["%d.%m.%Y"], "to": "%Y-%m-%d"}, "32.12.2024", "32.12.2024"),
    (
        "date_format",
        {"from": ["%m/%d/%Y", "%d/%m/%Y"], "to": "%Y-%m-%d"},
        "03/05/2024",
        "03/05/2024",
    ),
    (
        "date_format",
        {"from": ["%m/%d/%Y", "%d/%m/%Y"], "to": "%Y-%m-%d"},
        "13/05/2024",
        "2024-05-13",
    ),
    ("zeros", {"width": 5, "is_filled": True}, "1234", "01234"),
    ("zeros", {"width": 5, "is_filled": True}, "012", "012"),
    ("zeros", {"width": 5}, "1234", "1234"),
    ("zeros", {"width": 5}, "0012345", "12345"),
    ("zeros", {"width": 5}, "1012345", "1012345"),
    ("scale", {"factor": 0.001, "above": 500}, "12500", "12.5"),
    ("scale", {"factor": 0.001, "above": 500}, "499", "499"),
    ("scale", {"factor": 1000, "below": 1}, "0.5", "500"),
    ("case", {"spellings": ["Bern"]}, "BERN", "Bern"),
    ("case", {"spellings": ["AL"]}, "al", "AL"),
    ("case", {"spellings": ["AL"]}, "Al", "Al"),
    ("case", {"style": "lower"}, "SMITHJ01", "smithj01"),
    ("case", {"style": "lower"}, "SmithJ01", "SmithJ01"),
    ("case", {"style": "upper"}, "09u", "09u"),
    ("case", {"style": "title"}, "mCdONALD", "McDonald"),
    ("case", {"style": "title"}, "las vegas", "las vegas"),
    ("case", {"style": "title"}, "LAS VEGAS", "LAS VEGAS"),
    ("value_map", {"map": {"St Louis": "St. Louis"}}, "St Louis", "St. Louis"),
    ("typo", {"domain": ["birmingham", "montgomery"]}, "birmxngham", "birmingham"),
    ("typo", {"domain": ["birmingham", "montgomery"]}, "bimringham", "birmingham"),
    ("typo", {"domain": ["birmingham", "montgomery"]}, "boston", "boston"),
    ("typo", {"domain": ["route 1", "route 2"]}, "route 3", "route 3"),
    ("typo", {"domain": ["gambia", "zambia"]}, "xambia", "xambia"),
]


@pytest.mark.parametrize(("kind", "parameters", "raw", "wanted"), VALUES)
def test_a_value_is_written_as_the_kind_says(
    kind: RepairKind, parameters: dict[str, Json], raw: str, wanted: str | None
) -> None:
    repair = Repair("r", kind, ("a",), parameters)
    frame = pl.DataFrame({"a": [raw, None]}, schema={"a": pl.String})

    check_repair(repair)
    once = frame.with_columns(apply_repair(frame, repair).values())

    assert once["a"].to_list() == [wanted, None]
    assert apply_repair(once, repair) == {}


ROWS: list[tuple[Repair, dict[str, list[str | None]], dict[str, list[str | None]]]] = [
    (
        Repair(
            "d", "dependency", ("city", "zip"), {"tables": {"zip": {"1": "bern", "2": "basel"}}}
        ),
        {"city": ["bxrn", "basel", "rome", None], "zip": ["1", "1", "1", "1"]},
        {"city": ["bern", "basel", "rome", None]},
    ),
    (
        Repair(
            "d",
            "dependency",
            ("city", "zip"),
            {"tables": {"zip": {"1": "bern"}}, "keep": ["berne"]},
        ),
        {"city": ["berne", "bxrn"], "zip": ["1", "1"]},
        {"city": ["berne", "bern"]},
    ),
    (
        Repair(
            "d",
            "dependency",
            ("city", "zip", "phone"),
            {
                "tables": {"zip": {"1": "bern"}, "phone": {"031": "bern", "061": "basel"}},
                "least_votes": 2,
                "is_exact": True,
            },
        ),
        {"city": ["rome", "rome"], "zip": ["1", "1"], "phone": ["031", "061"]},
        {"city": ["bern", "rome"]},
    ),
    (
        Repair("f", "derived", ("hour", "time"), {"formula": "quotient", "by": 100}),
        {"hour": ["5", "7", "6.0", None], "time": ["517", "517", "600", "517"]},
        {"hour": ["5", "5", "6.0", None]},
    ),
    (
        Repair("f", "derived", ("sum", "a", "b"), {"formula": "sum"}),
        {"sum": ["3", "9"], "a": ["1", "x"], "b": ["2", "2"]},
        {"sum": ["3", "9"]},
    ),
    (
        Repair(
            "h",
            "shift",
            ("kind", "amount", "day", "note"),
            {
                "way": "left",
                "values": {"kind": ["north", "south"]},
                "shapes": {"amount": ["9.9"], "day": ["9-9-9"]},
            },
        ),
        {
            "kind": [None, "north", None, None, ""],
            "amount": ["north", None, "1.5", "north", "south"],
            "day": ["1.5", "2026-01-01", "2026-01-01", "2.5", "3.5"],
            "note": ["2026-01-01", "x", None, "soon", "2026-01-02"],
        },
        {
            "kind": ["north", "north", None, None, "south"],
            "amount": ["1.5", None, "1.5", "north", "3.5"],
            "day": ["2026-01-01", "2026-01-01", "2026-01-01", "2.5", "2026-01-02"],
            "note": [None, "x", None, "soon", None],
        },
    ),
    (
        Repair(
            "h",
            "shift",
            ("kind", "amount", "day"),
            {"way": "right", "shapes": {"kind": ["a"], "amount": ["9.9"], "day": ["9-9-9"]}},
        ),
        {
            "kind": ["1.5", "north", "1.5"],
            "amount": ["2026-01-01", "1.5", "2026-01-01"],
            "day": [None, None, "2026-01-02"],
        },
        {
            "kind": [None, "north", "1.5"],
            "amount": ["1.5", "1.5", "2026-01-01"],
            "day": ["2026-01-01", None, "2026-01-02"],
        },
    ),
    (
        Repair("s", "split", ("city", "state"), {"values": ["OR", "CO"]}),
        {"city": ["Portland OR", "Bend", "Salem OR", "Boise ID"], "state": [None, "OR", "OR", ""]},
        {"city": ["Portland", "Bend", "Salem OR", "Boise ID"], "state": ["OR", "OR", "OR", ""]},
    ),
    (
        Repair("w", "swap", ("from", "to"), {"first": ["JFK"], "second": ["BOS"]}),
        {"from": ["BOS", "JFK", "BOS"], "to": ["JFK", "BOS", "BOS"]},
        {"from": ["JFK", "JFK", "BOS"], "to": ["BOS", "BOS", "BOS"]},
    ),
]


@pytest.mark.parametrize(("repair", "before", "after"), ROWS)
def test_a_row_is_repaired_from_its_own_columns(
    repair: Repair, before: dict[str, list[str | None]], after: dict[str, list[str | None]]
) -> None:
    frame = pl.DataFrame(before, schema=dict.fromkeys(before, pl.String))

    check_repair(repair)
    once = frame.with_columns(apply_repair(frame, repair).values())

    assert {name: once[name].to_list() for name in after} == after
    assert apply_repair(once, repair) == {}


@settings(deadline=None)
@given(
    st.lists(st.text(alphabet="bern x.,1%$NA/-", max_size=8), min_size=1),
    st.sampled_from([(k, p) for k, p, _, _ in VALUES]),
)
def test_applying_a_repair_twice_is_applying_it_once(
    texts: list[str], kind: tuple[RepairKind, dict[str, Json]]
) -> None:
    repair = Repair("r", kind[0], ("a",), kind[1])
    frame = pl.DataFrame({"a": texts}, schema={"a": pl.String})

    once = frame.with_columns(apply_repair(frame, repair).values())

    assert apply_repair(once, repair) == {}


@pytest.mark.parametrize(
    ("repair", "culprit"),
    [
        (Repair("r", "trim", ("a", "b")), "names 2 columns"),
        (Repair("r", "trim", ("a",), {"inner": True}), "parameter inner is unknown"),
        (Repair("r", "typo", ("a",)), "parameter domain is missing"),
        (Repair("r", "typo", ("a",), {"domain": "x"}), "parameter domain: 'x' has a wrong type"),
        (Repair("r", "value_map", ("a",), {"map": {"a": "b", "b": "c"}}), "which it also writes"),
        (Repair("r", "case", ("a",)), "exactly one of spellings and style"),
        (Repair("r", "case", ("a",), {"style": "camel"}), "style camel is none of upper"),
        (Repair("r", "scale", ("a",), {"factor": 2}), "exactly one of above and below"),
        (Repair("r", "number_format", ("a",), {"style": "1 234"}), "1 234 is none of"),
        (Repair("r", "derived", ("a", "b"), {"formula": "power"}), "power is none of"),
        (Repair("r", "derived", ("a", "b"), {"formula": "sum"}), "formula sum takes 2 inputs"),
        (Repair("r", "dependency", ("a", "b"), {"tables": {"c": {}}}), "tables and columns differ"),
    ],
)
def test_a_repair_without_meaning_is_refused(repair: Repair, culprit: str) -> None:
    with pytest.raises(BadInputError, match=culprit):
        check_repair(repair)


@pytest.mark.parametrize(
    ("raw", "target", "wanted"),
    [
        ("birmxngham", "birmingham", True),
        ("3563x", "35631", True),
        ("35630", "35631", False),
        ("7:16 a.m.", "7:10 a.m.", False),
        ("pn-x", "pn-4", True),
        ("N/A", "NA", False),
        ("Y", "N", False),
        ("rome", "birmingham", False),
        ("", "bern", False),
    ],
)
def test_only_what_nothing_else_explains_is_a_misspelling(
    raw: str, target: str, wanted: bool
) -> None:
    assert is_misspelling(raw, target) is wanted
